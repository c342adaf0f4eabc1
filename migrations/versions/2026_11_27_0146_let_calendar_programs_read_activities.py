"""Let calendar programs read the activities at secret addresses.

Why: a calendar program cannot send a bearer token; an address that only its hash is kept of, and that its person revokes,
opens what that person may read and nothing else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0146"
down_revision = "0144"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("sponsor", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_mine", sa.Boolean(), nullable=False),
        sa.Column("filters", JSONB(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_calendar_feed_language_known")),
        sa.CheckConstraint("expires_at > recorded_at", name=op.f("ck_calendar_feed_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendar_feed_secret_sha256")),
    )
    op.create_index("ix_calendar_feed_subject", "calendar_feed", ["subject"])


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
