"""Donors and what they contribute.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "donor",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_listed_last", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("protection IN ('public', 'partners', 'internal')", name=op.f("ck_donor_protection_known")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_donor_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_donor_organisation_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_donor_slug")),
    )
    op.create_table(
        "contribution",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("donor_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("agreement_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("earmark_kind", sa.Text(), nullable=False),
        sa.Column("earmark", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0 AND amount <> 'NaN'", name=op.f("ck_contribution_amount_finite")),
        sa.CheckConstraint("earmark_kind IN ('none', 'soft', 'hard')", name=op.f("ck_contribution_earmark_kind_known")),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_contribution_protection_known")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_contribution_activity_id")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_contribution_donor_id")),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_contribution_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("reference", name=op.f("uq_contribution_reference")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
