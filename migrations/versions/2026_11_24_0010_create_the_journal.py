"""The double-entry journal and its balances.

Why: the first schema; expand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('receipt', 'allocation')", name=op.f("ck_journal_entry_kind_known")),
        sa.CheckConstraint("precision IN ('day', 'month', 'period')", name=op.f("ck_journal_entry_precision_known")),
        sa.CheckConstraint(
            "reverses_id IS NULL OR reason IS NOT NULL", name=op.f("ck_journal_entry_reversal_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_journal_entry_contribution_id")
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("reference", name=op.f("uq_journal_entry_reference")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
    )
    op.create_index("ix_journal_entry_contribution_id", "journal_entry", ["contribution_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'allocated') = (num_nonnulls(project_id, announcement_id) = 1)",
            name=op.f("ck_account_allocated_to_one"),
        ),
        sa.CheckConstraint(
            "kind IN ('receivable', 'available', 'allocated', 'exchange_position', 'rounding')",
            name=op.f("ck_account_kind_known"),
        ),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("fk_account_announcement_id")),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_account_contribution_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_account_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "kind",
            "currency",
            "contribution_id",
            "project_id",
            "announcement_id",
            name=op.f("uq_account_kind_currency_contribution_id_project_id_announcement_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_account_project_id", "account", ["project_id"], unique=False)
    op.create_table(
        "account_balance",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.Numeric(precision=28, scale=3), nullable=False),
        sa.Column("may_be_negative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "balance <> 'NaN' AND (may_be_negative OR balance >= 0)", name=op.f("ck_account_balance_never_overspent")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_balance")),
    )
    op.create_table(
        "posting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("usd", sa.Numeric(precision=28, scale=10), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("exchange_rate_id", sa.Uuid(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(currency = 'USD') = (exchange_rate_id IS NULL AND rate IS NULL AND policy IS NULL)",
            name=op.f("ck_posting_foreign_names_rate"),
        ),
        sa.CheckConstraint("amount <> 0 AND amount <> 'NaN'", name=op.f("ck_posting_amount_finite")),
        sa.CheckConstraint("rate > 0 AND rate <> 'NaN'", name=op.f("ck_posting_rate_finite")),
        sa.CheckConstraint("usd <> 'NaN'", name=op.f("ck_posting_usd_finite")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_posting_entry_id")),
        sa.ForeignKeyConstraint(["exchange_rate_id"], ["exchange_rate.id"], name=op.f("fk_posting_exchange_rate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account_id", "posting", ["account_id"], unique=False)
    op.create_index("ix_posting_entry_id", "posting", ["entry_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("The schema moves forward only; write a new revision.")
