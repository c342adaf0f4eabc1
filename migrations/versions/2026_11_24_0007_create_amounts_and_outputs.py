"""What projects cost, build and reach, each as stated.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amount",
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("usd", sa.Numeric(precision=28, scale=10), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("exchange_rate_id", sa.Uuid(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("usd_decimals", sa.Integer(), nullable=True),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_retraction", sa.Boolean(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(basis = 'rate') = (exchange_rate_id IS NOT NULL AND policy IS NOT NULL AND rate IS NOT NULL)",
            name=op.f("ck_amount_rate_is_named"),
        ),
        sa.CheckConstraint("(usd IS NULL) = (basis = 'unconverted')", name=op.f("ck_amount_usd_unless_unconverted")),
        sa.CheckConstraint("amount > 0 AND amount <> 'NaN'", name=op.f("ck_amount_amount_finite")),
        sa.CheckConstraint("basis <> 'printed' OR usd_decimals IS NOT NULL", name=op.f("ck_amount_printed_decimals")),
        sa.CheckConstraint(
            "basis IN ('identity', 'rate', 'printed', 'unconverted')", name=op.f("ck_amount_basis_known")
        ),
        sa.CheckConstraint(
            "kind IN ('requested', 'estimated', 'approved', 'revised', 'final')", name=op.f("ck_amount_kind_known")
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_amount_precision_known")),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'more_than', 'nearly', 'estimated')",
            name=op.f("ck_amount_qualifier_known"),
        ),
        sa.CheckConstraint("rate > 0 AND rate <> 'NaN'", name=op.f("ck_amount_rate_finite")),
        sa.CheckConstraint("usd > 0 AND usd <> 'NaN'", name=op.f("ck_amount_usd_finite")),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_amount_retraction_supersedes")
        ),
        sa.CheckConstraint("num_nonnulls(project_id, announcement_id) = 1", name=op.f("ck_amount_one_subject")),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_amount_not_itself")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_amount_announcement_id")),
        sa.ForeignKeyConstraint(["exchange_rate_id"], ["exchange_rate.id"], name=op.f("fk_amount_exchange_rate_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_amount_project_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["amount.id"], name=op.f("fk_amount_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amount")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_amount_supersedes_id")),
    )
    op.create_index(
        "ix_amount_announcement_id_value_on_position",
        "amount",
        ["announcement_id", "value_on", "position"],
        unique=False,
    )
    op.create_index(
        "ix_amount_project_id_value_on_position", "amount", ["project_id", "value_on", "position"], unique=False
    )
    op.create_table(
        "beneficiary_count",
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("female", sa.Integer(), nullable=True),
        sa.Column("male", sa.Integer(), nullable=True),
        sa.Column("female_share", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_retraction", sa.Boolean(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("female_share <> 'NaN'", name=op.f("ck_beneficiary_count_female_share_finite")),
        sa.CheckConstraint("kind IN ('planned', 'reached')", name=op.f("ck_beneficiary_count_kind_known")),
        sa.CheckConstraint(
            "precision IN ('day', 'month', 'period')", name=op.f("ck_beneficiary_count_precision_known")
        ),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'more_than', 'nearly', 'estimated')",
            name=op.f("ck_beneficiary_count_qualifier_known"),
        ),
        sa.CheckConstraint(
            "unit IN ('persons', 'households', 'pupils', 'women', 'associations', 'schools')",
            name=op.f("ck_beneficiary_count_unit_known"),
        ),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_beneficiary_count_retraction_supersedes")
        ),
        sa.CheckConstraint(
            "num_nonnulls(project_id, announcement_id) = 1", name=op.f("ck_beneficiary_count_one_subject")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_beneficiary_count_not_itself")),
        sa.CheckConstraint(
            "total >= 0 AND coalesce(female, 0) + coalesce(male, 0) <= total", name=op.f("ck_beneficiary_count_sex_sum")
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_beneficiary_count_announcement_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_beneficiary_count_project_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["beneficiary_count.id"], name=op.f("fk_beneficiary_count_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary_count")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_beneficiary_count_supersedes_id")),
    )
    op.create_index("ix_beneficiary_count_announcement_id", "beneficiary_count", ["announcement_id"], unique=False)
    op.create_index("ix_beneficiary_count_project_id", "beneficiary_count", ["project_id"], unique=False)
    op.create_table(
        "output",
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("unit", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("planned", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("delivered", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("delivered >= 0 AND delivered <> 'NaN'", name=op.f("ck_output_delivered_finite")),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_output_name_texts")),
        sa.CheckConstraint("planned >= 0 AND planned <> 'NaN'", name=op.f("ck_output_planned_finite")),
        sa.CheckConstraint("num_nonnulls(project_id, announcement_id) = 1", name=op.f("ck_output_one_subject")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_output_announcement_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_output_place_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_output_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_output")),
        sa.UniqueConstraint(
            "project_id",
            "announcement_id",
            "position",
            name=op.f("uq_output_project_id_announcement_id_position"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
