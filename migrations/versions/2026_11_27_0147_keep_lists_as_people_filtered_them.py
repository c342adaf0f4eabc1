"""Keep lists as people filtered them, under a name.

Why: an office looks at the same few cuts of its portfolio every week, and a link in a mail is lost.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import revised

revision = "0147"
down_revision = "0146"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", JSONB(none_as_null=True), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_saved_view_protection_known")
        ),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_saved_view_name_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("slug", name=op.f("uq_saved_view_slug")),
    )
    revised("saved_view")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
