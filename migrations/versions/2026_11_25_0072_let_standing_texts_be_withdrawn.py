"""Let standing texts be withdrawn.

Why: a text entered by mistake is taken out of the lists by a last version, since what was recorded stays. Expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standing_text", sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("standing_text", "is_withdrawn", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
