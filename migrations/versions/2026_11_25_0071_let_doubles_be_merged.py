"""Let doubles of places, organisations and projects be merged.

Why: a row entered twice is kept, with its name leading to the one that is meant, so that no old reference is lost and
nothing is counted twice. Expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0062"
branch_labels = None
depends_on = None

TABLES = ("place", "organisation", "project")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_merged_into_id"), table, table, ["merged_into_id"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
