"""Let people name figures.

Why: each figure was a definition in the code, for three mechanisms; a mechanism that is added as data had none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.tables import revised

revision = "0141"
down_revision = "0133"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "named_figure",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("mechanism_code", sa.Text(), nullable=True),
        sa.Column("bucket", sa.Text(), nullable=True),
        sa.Column("place_slugs", ARRAY(sa.Text()), nullable=False),
        sa.Column("sector_slugs", ARRAY(sa.Text()), nullable=False),
        sa.Column("sponsor_slugs", ARRAY(sa.Text()), nullable=False),
        sa.Column("people", ARRAY(sa.Text()), nullable=False),
        sa.Column("title", JSONB(none_as_null=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_named_figure_protection_known")
        ),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_named_figure_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_figure")),
        sa.UniqueConstraint("slug", name=op.f("uq_named_figure_slug")),
    )
    revised("named_figure")


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
