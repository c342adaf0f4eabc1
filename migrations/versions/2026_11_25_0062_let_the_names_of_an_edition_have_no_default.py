"""Let the names of an edition have no default in the database, as the model has none.

Why: the default was needed only while the column was added; schema and models differed by it. Contract.
"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("edition", "names", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
