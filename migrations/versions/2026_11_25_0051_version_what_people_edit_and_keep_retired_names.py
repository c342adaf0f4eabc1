"""Version places, areas, sectors, offices and persons, and keep the names of what is deleted.

Why: what can be edited over HTTP is compared by its version, and a name once given is given to nothing else. Expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0033"
branch_labels = None
depends_on = None

EDITED = ("place", "reporting_area", "sector", "office", "person")


def upgrade() -> None:
    for table in EDITED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        op.alter_column(table, "version", server_default=None)
    op.create_table(
        "retired_name",
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("noun", "key", name=op.f("pk_retired_name")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
