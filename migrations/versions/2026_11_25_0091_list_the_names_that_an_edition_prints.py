"""List the names that an edition prints.

Why: `{ref:...}` printed whatever stood in it, so that a typed figure passed as a name; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("edition", sa.Column("names", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
