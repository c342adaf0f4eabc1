"""Rates as their sources print them, and how old a rate each policy allows.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("source <> 'manual' OR reason IS NOT NULL", name=op.f("ck_exchange_rate_manual_has_reason")),
        sa.CheckConstraint(
            "source IN ('unore', 'ecb', 'contract', 'manual')", name=op.f("ck_exchange_rate_source_known")
        ),
        sa.CheckConstraint("value > 0 AND value <> 'NaN'", name=op.f("ck_exchange_rate_value_finite")),
        sa.CheckConstraint("base <> quote", name=op.f("ck_exchange_rate_two_currencies")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["exchange_rate.id"], name=op.f("fk_exchange_rate_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_exchange_rate_supersedes_id")),
    )
    op.create_index(
        "uq_exchange_rate_first",
        "exchange_rate",
        ["source", "base", "quote", "effective_on"],
        unique=True,
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )
    op.create_table(
        "rate_policy",
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_age_days > 0", name=op.f("ck_rate_policy_age_positive")),
        sa.PrimaryKeyConstraint("policy", name=op.f("pk_rate_policy")),
    )


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
