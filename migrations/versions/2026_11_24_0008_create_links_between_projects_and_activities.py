"""Which projects an activity concerns, who takes part, what was quoted, where to read more.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_project",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_project_activity_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_activity_project_project_id")),
        sa.PrimaryKeyConstraint("activity_id", "project_id", name=op.f("pk_activity_project")),
    )
    op.create_index("ix_activity_project_project_id", "activity_project", ["project_id"], unique=False)
    op.create_table(
        "announcement_project",
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_announcement_project_announcement_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_announcement_project_project_id")),
        sa.PrimaryKeyConstraint("announcement_id", "project_id", name=op.f("pk_announcement_project")),
    )
    op.create_index("ix_announcement_project_project_id", "announcement_project", ["project_id"], unique=False)
    op.create_table(
        "role",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sponsor', 'funder', 'implementer', 'requester', 'recipient', 'organiser', 'participant', 'trainer', 'signatory', 'coordinating_office')",
            name=op.f("ck_role_kind_known"),
        ),
        sa.CheckConstraint("num_nonnulls(organisation_id, office_id, person_id) >= 1", name=op.f("ck_role_has_party")),
        sa.CheckConstraint(
            "num_nonnulls(project_id, activity_id, announcement_id) = 1", name=op.f("ck_role_one_subject")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_role_activity_id")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_role_announcement_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_role_office_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_role_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
    )
    op.create_index("ix_role_activity_id", "role", ["activity_id"], unique=False)
    op.create_index("ix_role_announcement_id", "role", ["announcement_id"], unique=False)
    op.create_index("ix_role_project_id", "role", ["project_id"], unique=False)
    op.create_table(
        "quoted_figure",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("said_by", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'more_than', 'nearly', 'estimated')",
            name=op.f("ck_quoted_figure_qualifier_known"),
        ),
        sa.CheckConstraint("value >= 0 AND value <> 'NaN'", name=op.f("ck_quoted_figure_value_finite")),
        sa.CheckConstraint(
            "num_nonnulls(project_id, activity_id, announcement_id) = 1", name=op.f("ck_quoted_figure_one_subject")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_quoted_figure_activity_id")),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_quoted_figure_announcement_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_quoted_figure_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quoted_figure")),
        sa.UniqueConstraint("reference", name=op.f("uq_quoted_figure_reference")),
    )
    op.create_table(
        "link",
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("label", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("archived_url", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(project_id, activity_id, announcement_id) = 1", name=op.f("ck_link_one_subject")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_link_activity_id")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_link_announcement_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_link_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "project_id",
            "activity_id",
            "announcement_id",
            "url",
            name=op.f("uq_link_project_id_activity_id_announcement_id_url"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
