"""Keep what moves money, or sets a rate by hand, until a second person releases it.

Why: one person alone could allocate, reverse and set a rate; expand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("command", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "protection IN ('public', 'partners', 'internal')", name=op.f("ck_proposal_protection_known")
        ),
        sa.CheckConstraint("kind IN ('allocation', 'reversal', 'rate')", name=op.f("ck_proposal_kind_known")),
        sa.CheckConstraint(
            "state IN ('proposed', 'released', 'withdrawn', 'sent_back')", name=op.f("ck_proposal_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'released') = (result_id IS NOT NULL)", name=op.f("ck_proposal_released_has_result")
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name=op.f("ck_proposal_decided_by_one")),
        sa.CheckConstraint("state <> 'released' OR decided_by <> author", name=op.f("ck_proposal_releaser_is_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_recorded_at_id", "proposal", ["recorded_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
