"""Mark projects, activities and announcements that were deleted.

Why: facts belong to them, which are only added, so the row stays; it is seen at a past instant and no longer now. Expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0122"
branch_labels = None
depends_on = None

TABLES = ("project", "activity", "announcement")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, "is_deleted", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
