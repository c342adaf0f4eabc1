"""Projects and the facts that say where each stands.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("mechanism_code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(title) = 'object' AND title <> '{}'", name=op.f("ck_project_title_texts")),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_project_protection_known")
        ),
        sa.ForeignKeyConstraint(["mechanism_code"], ["mechanism.code"], name=op.f("fk_project_mechanism_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("reference", name=op.f("uq_project_reference")),
    )
    op.create_index("ix_project_mechanism_code_reference", "project", ["mechanism_code", "reference"], unique=False)
    op.create_table(
        "transition",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
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
            "from_state IN ('identified', 'submitted', 'under_review', 'deferred', 'rejected', 'approved', 'agreement_signed', 'in_progress', 'suspended', 'completed', 'handed_over', 'closed', 'cancelled')",
            name=op.f("ck_transition_from_state_known"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_transition_precision_known")),
        sa.CheckConstraint(
            "to_state IN ('identified', 'submitted', 'under_review', 'deferred', 'rejected', 'approved', 'agreement_signed', 'in_progress', 'suspended', 'completed', 'handed_over', 'closed', 'cancelled')",
            name=op.f("ck_transition_to_state_known"),
        ),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_transition_retraction_supersedes")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_transition_not_itself")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_transition_project_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["transition.id"], name=op.f("fk_transition_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_transition_supersedes_id")),
    )
    op.create_index(
        "ix_transition_project_id_value_on_position", "transition", ["project_id", "value_on", "position"], unique=False
    )
    op.create_table(
        "sector_assignment",
        sa.Column("project_id", sa.Uuid(), nullable=False),
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
            "precision IN ('day', 'month', 'period')", name=op.f("ck_sector_assignment_precision_known")
        ),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_sector_assignment_retraction_supersedes")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_sector_assignment_not_itself")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_sector_assignment_project_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["sector_assignment.id"], name=op.f("fk_sector_assignment_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector_assignment")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_sector_assignment_supersedes_id")),
    )
    op.create_index(
        "ix_sector_assignment_project_id_value_on",
        "sector_assignment",
        ["project_id", "value_on", "position"],
        unique=False,
    )
    op.create_table(
        "sector_share",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("sector_id", sa.Uuid(), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=6, scale=3), nullable=False),
        sa.CheckConstraint("percentage > 0 AND percentage <> 'NaN'", name=op.f("ck_sector_share_percentage_finite")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["sector_assignment.id"], name=op.f("fk_sector_share_assignment_id")
        ),
        sa.ForeignKeyConstraint(["sector_id"], ["sector.id"], name=op.f("fk_sector_share_sector_id")),
        sa.PrimaryKeyConstraint("assignment_id", "sector_id", name=op.f("pk_sector_share")),
    )
    op.create_table(
        "place_assignment",
        sa.Column("project_id", sa.Uuid(), nullable=False),
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
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_place_assignment_precision_known")),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_place_assignment_retraction_supersedes")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_place_assignment_not_itself")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_place_assignment_project_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["place_assignment.id"], name=op.f("fk_place_assignment_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_assignment")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_place_assignment_supersedes_id")),
    )
    op.create_index(
        "ix_place_assignment_project_id_value_on",
        "place_assignment",
        ["project_id", "value_on", "position"],
        unique=False,
    )
    op.create_table(
        "place_share",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.CheckConstraint("percentage > 0 AND percentage <> 'NaN'", name=op.f("ck_place_share_percentage_finite")),
        sa.ForeignKeyConstraint(["assignment_id"], ["place_assignment.id"], name=op.f("fk_place_share_assignment_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_share_place_id")),
        sa.PrimaryKeyConstraint("assignment_id", "place_id", name=op.f("pk_place_share")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
