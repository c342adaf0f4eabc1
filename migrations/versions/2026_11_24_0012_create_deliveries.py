"""Partner platforms and what reached them.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("secret_reference", sa.Text(), nullable=False),
        sa.Column("publish_status", sa.Text(), nullable=False),
        sa.Column("categories", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('wordpress')", name=op.f("ck_platform_kind_known")),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_platform_protection_known")
        ),
        sa.CheckConstraint(
            "publish_status IN ('draft', 'pending', 'publish')", name=op.f("ck_platform_publish_status_known")
        ),
        sa.CheckConstraint("is_paused = (paused_reason IS NOT NULL)", name=op.f("ck_platform_pause_has_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("slug", name=op.f("uq_platform_slug")),
    )
    op.create_table(
        "delivery",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("document_key", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("artefact_sha256", sa.Text(), nullable=False),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_reason", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("schedule_from_fence", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'dead') = (dead_reason IS NOT NULL)", name=op.f("ck_delivery_dead_has_reason")),
        sa.CheckConstraint("op IN ('publish', 'replace', 'withdraw')", name=op.f("ck_delivery_op_known")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'delivered', 'dead', 'cancelled')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_delivery_sequence_positive")),
        sa.ForeignKeyConstraint(["artefact_sha256"], ["artefact.sha256"], name=op.f("fk_delivery_artefact_sha256")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_delivery_edition_id")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_delivery_job_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_delivery_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_delivery_idem_key")),
        sa.UniqueConstraint("job_id", name=op.f("uq_delivery_job_id")),
        sa.UniqueConstraint(
            "platform_id", "document_key", "sequence", name=op.f("uq_delivery_platform_id_document_key_sequence")
        ),
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["platform_id", "document_key"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'sending', 'unknown')"),
    )
    op.create_table(
        "attempt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("phase IN ('probe', 'send')", name=op.f("ck_attempt_phase_known")),
        sa.CheckConstraint("step IN ('media', 'post')", name=op.f("ck_attempt_step_known")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_attempt_ended_has_outcome")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "fence", "step", "phase", name=op.f("pk_attempt")),
    )
    op.create_table(
        "receipt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("remote_sha256", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.CheckConstraint("step IN ('media', 'post')", name=op.f("ck_receipt_step_known")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_receipt_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "fence", "step", name=op.f("pk_receipt")),
    )
    op.create_index(
        "uq_receipt_current", "receipt", ["delivery_id", "step"], unique=True, postgresql_where=sa.text("is_current")
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
