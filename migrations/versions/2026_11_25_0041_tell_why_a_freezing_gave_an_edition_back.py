"""Tell why a freezing gave an edition back to its editors.

Why: an edition that cannot be printed stayed approved for ever, where nobody could mend it; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0041"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("edition", sa.Column("freeze_failure", JSONB(), nullable=True))
    op.add_column("edition", sa.Column("freeze_failed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
