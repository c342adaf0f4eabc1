"""What happened and what was announced together.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("short", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("long", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("reporting_area_id", sa.Uuid(), nullable=True),
        sa.Column("place_slugs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("attendance_qualifier", sa.Text(), nullable=True),
        sa.Column("decisions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "attendance_qualifier IN ('exact', 'about', 'more_than', 'nearly', 'estimated')",
            name=op.f("ck_activity_attendance_qualifier_known"),
        ),
        sa.CheckConstraint("jsonb_typeof(title) = 'object' AND title <> '{}'", name=op.f("ck_activity_title_texts")),
        sa.CheckConstraint(
            "kind IN ('launch', 'handover', 'launch_or_handover', 'approval', 'field_visit', 'donor_meeting', 'training', 'awareness_session', 'evaluation', 'ceremony', 'coordination_meeting', 'workshop', 'observance', 'retreat', 'funding_agreement')",
            name=op.f("ck_activity_kind_known"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_activity_precision_known")),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_activity_protection_known")
        ),
        sa.CheckConstraint("attendance >= 0", name=op.f("ck_activity_attendance_counted")),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_activity_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["reporting_area_id"], ["reporting_area.id"], name=op.f("fk_activity_reporting_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("reference", name=op.f("uq_activity_reference")),
    )
    op.create_index("ix_activity_end_on", "activity", ["end_on"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("mechanism_code", sa.Text(), nullable=True),
        sa.Column("project_count", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sector_slugs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("place_slugs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'", name=op.f("ck_announcement_title_texts")
        ),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_announcement_protection_known")
        ),
        sa.CheckConstraint("project_count > 0", name=op.f("ck_announcement_counts_projects")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_announcement_activity_id")),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_announcement_mechanism_code")),
        sa.ForeignKeyConstraint(["parent_id"], ["announcement.id"], name=op.f("fk_announcement_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("reference", name=op.f("uq_announcement_reference")),
    )
    op.create_table(
        "monitoring",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=True),
        sa.Column("contractor_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("phase", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("recommendations", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_monitoring_protection_known")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_monitoring_activity_id")),
        sa.ForeignKeyConstraint(["contractor_id"], ["organisation.id"], name=op.f("fk_monitoring_contractor_id")),
        sa.ForeignKeyConstraint(["funder_id"], ["organisation.id"], name=op.f("fk_monitoring_funder_id")),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_monitoring_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring")),
        sa.UniqueConstraint("reference", name=op.f("uq_monitoring_reference")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
