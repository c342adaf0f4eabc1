"""Record the objectives that projects serve.

Why: "what women's projects cost" could be asked by units of beneficiaries only, though frameworks (a resolution, Women,
Peace and Security, the policy markers of the OECD DAC) are what donors and headquarters ask by.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.tables import append_only, revised

revision = "0143"
down_revision = "0142"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objective",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSONB(none_as_null=True), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_objective_protection_known")
        ),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name=op.f("ck_objective_name_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("slug", name=op.f("uq_objective_slug")),
        sa.UniqueConstraint("framework", "code", name=op.f("uq_objective_framework_code")),
    )
    revised("objective")
    op.create_table(
        "objective_tag",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("significance", sa.Text(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_retraction", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "significance IN ('not_targeted', 'significant', 'principal')",
            name=op.f("ck_objective_tag_significance_known"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_objective_tag_precision_known")),
        sa.CheckConstraint(
            "NOT is_retraction OR supersedes_id IS NOT NULL", name=op.f("ck_objective_tag_retraction_supersedes")
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_objective_tag_not_itself")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_objective_tag_project_id")),
        sa.ForeignKeyConstraint(["objective"], ["objective.slug"], name=op.f("fk_objective_tag_objective")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["objective_tag.id"], name=op.f("fk_objective_tag_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_tag")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_objective_tag_supersedes_id")),
    )
    op.create_index("ix_objective_tag_project_id", "objective_tag", ["project_id"])
    append_only("objective_tag")
    objectives: sa.Column[list[str]] = sa.Column(
        "objective_slugs", ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("named_figure", objectives)
    op.alter_column("named_figure", "objective_slugs", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
