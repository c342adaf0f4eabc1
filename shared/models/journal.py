"""The double-entry journal: entries of postings that sum to zero per currency and in USD (DESIGN 7)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.domain.ledger import AccountKind
from shared.models.base import RATE, USD, Base, Identified, Precision, finite, one_of
from shared.worded import Worded


class Account(Identified, Base):
    """An account in one currency; an allocated one also belongs to a project, or to a group with one amount."""

    __tablename__ = "account"

    kind: Mapped[str]
    currency: Mapped[str]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))

    __table_args__ = (
        one_of("kind", AccountKind),
        CheckConstraint(
            "(kind = 'allocated') = (num_nonnulls(project_id, announcement_id) = 1)", name="allocated_to_one"
        ),
        UniqueConstraint(
            "kind", "currency", "contribution_id", "project_id", "announcement_id", postgresql_nulls_not_distinct=True
        ),
        Index("ix_account_project_id", "project_id"),
    )


class AccountBalance(Base):
    """The running balance, in the account's currency: the ledger's only UPDATEd table, locked in id order."""

    __tablename__ = "account_balance"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    balance: Mapped[Decimal] = mapped_column(Numeric(28, 3))
    may_be_negative: Mapped[bool] = mapped_column(default=False)
    """True for receivable, exchange position and rounding accounts only."""

    __table_args__ = (
        CheckConstraint("balance <> 'NaN' AND (may_be_negative OR balance >= 0)", name="never_overspent"),
    )


class EntryKind(Worded, key="entry_kind", fr="Nature de l'écriture", en="Kind of journal entry"):
    """What an entry books; other kinds come with the depth of funds."""

    RECEIPT = "receipt", "réception", "receipt"
    ALLOCATION = "allocation", "allocation", "allocation"


class JournalEntry(Identified, Base):
    """One booking, never changed; a correction is an entry that reverses it, at most once."""

    __tablename__ = "journal_entry"

    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"))
    value_on: Mapped[date]
    precision: Mapped[str] = mapped_column(default=Precision.DAY)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    reason: Mapped[str | None]
    source: Mapped[str | None]
    is_synthetic: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        one_of("kind", EntryKind),
        one_of("precision", Precision),
        CheckConstraint("reverses_id IS NULL OR reason IS NOT NULL", name="reversal_has_reason"),
        CheckConstraint("value_on <= (recorded_at AT TIME ZONE 'UTC')::date", name="not_ahead"),
        Index("ix_journal_entry_contribution_id", "contribution_id"),
    )


class Posting(Identified, Base):
    """One line of an entry: a signed amount on an account, its USD functional amount and the rate it was made at."""

    __tablename__ = "posting"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    currency: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    """Signed, in `currency` (the account's)."""
    usd: Mapped[Decimal] = mapped_column(USD)
    """Signed functional amount."""
    policy: Mapped[str | None]
    exchange_rate_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_rate.id"))
    rate: Mapped[Decimal | None] = mapped_column(RATE)

    __table_args__ = (
        finite("amount", sign="<>"),
        finite("usd"),
        finite("rate", sign=">"),
        CheckConstraint(
            "(currency = 'USD') = (exchange_rate_id IS NULL AND rate IS NULL AND policy IS NULL)",
            name="foreign_names_rate",
        ),
        Index("ix_posting_account_id", "account_id"),
        Index("ix_posting_entry_id", "entry_id"),
    )


__all__ = ["Account", "AccountBalance", "AccountKind", "EntryKind", "JournalEntry", "Posting"]
