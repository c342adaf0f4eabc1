"""Tell why readers do not get what was delivered.

Why: files that a partner serves to nobody, or from elsewhere, are accepted but not visible, and a person acts; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipt", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
