"""The bulletin as an object: printed figures, standing texts, editions, controls, artefacts.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "printed_figure",
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("magnitude", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("value <> 'NaN'", name=op.f("ck_printed_figure_value_finite")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_figure")),
        sa.UniqueConstraint("document", "key", "scope", name=op.f("uq_printed_figure_document_key_scope")),
    )
    op.create_table(
        "standing_text",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(text) = 'object' AND text <> '{}'", name=op.f("ck_standing_text_text_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_text")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_standing_text_key_version")),
    )
    op.create_table(
        "edition",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("errata", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('frozen', 'superseded')) = (known_at IS NOT NULL AND frozen_at IS NOT NULL)",
            name=op.f("ck_edition_frozen_has_cutoff"),
        ),
        sa.CheckConstraint("jsonb_typeof(title) = 'object' AND title <> '{}'", name=op.f("ck_edition_title_texts")),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_edition_protection_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'frozen', 'superseded')", name=op.f("ck_edition_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'frozen', 'superseded') OR approved_by IS NOT NULL",
            name=op.f("ck_edition_approved_by_one"),
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> author", name=op.f("ck_edition_approver_is_another")),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_edition_period_in_order")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["edition.id"], name=op.f("fk_edition_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("series", "number", "revision", name=op.f("uq_edition_series_number_revision")),
        sa.UniqueConstraint("slug", name=op.f("uq_edition_slug")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_edition_supersedes_id")),
    )
    op.create_table(
        "edition_item",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("heading", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("text", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("standing_text_key", sa.Text(), nullable=True),
        sa.Column("activity_reference", sa.Text(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('standing_text', 'text', 'figure_box', 'map', 'sector_lists', 'chart', 'highlights', 'computed_list', 'activity', 'contact', 'links', 'controls')",
            name=op.f("ck_edition_item_kind_known"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_item_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_item")),
        sa.UniqueConstraint(
            "edition_id", "section", "position", name=op.f("uq_edition_item_edition_id_section_position")
        ),
    )
    op.create_table(
        "edition_control",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("message", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("subjects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("acceptance", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome IN ('passed', 'failed', 'note')", name=op.f("ck_edition_control_outcome_known")),
        sa.CheckConstraint(
            "(accepted_by IS NULL) = (acceptance IS NULL)", name=op.f("ck_edition_control_acceptance_has_reason")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_control_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_control")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_edition_control_edition_id_key")),
    )
    op.create_table(
        "artefact",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_artefact_is_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_artefact")),
    )
    op.create_table(
        "edition_artefact",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fingerprint", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('public', 'partners', 'internal')", name=op.f("ck_edition_artefact_audience_known")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_artefact_edition_id")),
        sa.ForeignKeyConstraint(["sha256"], ["artefact.sha256"], name=op.f("fk_edition_artefact_sha256")),
        sa.PrimaryKeyConstraint("edition_id", "language", "format", "audience", name=op.f("pk_edition_artefact")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
