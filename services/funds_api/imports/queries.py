"""What is held already of the rows of a file, one query per type."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.ledger import AccountKind
from shared.models import Account, Contribution, Donor, JournalEntry, Posting, RatePolicy
from shared.models.among import among
from shared.models.journal import EntryKind

MONEY_OF: dict[str, AccountKind] = {
    EntryKind.RECEIPT: AccountKind.AVAILABLE,
    EntryKind.ALLOCATION: AccountKind.ALLOCATED,
}
"""The account whose posting bears the amount that a row states."""


@dataclass(frozen=True)
class Booked:
    """An entry as a row would state it."""

    kind: str
    contribution_id: UUID
    amount: Decimal
    currency: str
    on: date
    project_id: UUID | None = None
    announcement_id: UUID | None = None


async def entries_booked(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Booked]:
    """The entries that bear these references, reversals left out."""
    rows = await session.execute(
        select(
            JournalEntry.reference,
            JournalEntry.kind,
            JournalEntry.contribution_id,
            Posting.amount,
            Posting.currency,
            JournalEntry.value_on,
            Account.project_id,
            Account.announcement_id,
            Account.kind.label("account_kind"),
        )
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(among(JournalEntry.reference, wanted), JournalEntry.reverses_id.is_(None))
    )
    return {
        row.reference: Booked(
            row.kind, row.contribution_id, row.amount, row.currency, row.value_on, row.project_id, row.announcement_id
        )
        for row in rows
        if row.account_kind == MONEY_OF[row.kind]
    }


async def rate_policies(session: AsyncSession) -> set[str]:
    """The policies that have a greatest age."""
    return set(await session.scalars(select(RatePolicy.policy)))


async def known_references(session: AsyncSession, wanted: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Those of the keys wanted, by type of row, that rows of this service bear."""
    allocations = JournalEntry.kind == EntryKind.ALLOCATION
    known: dict[str, set[str]] = {}
    for kind, key, only in (
        ("rate_policy", RatePolicy.policy, true()),
        ("donor", Donor.slug, true()),
        ("contribution", Contribution.reference, true()),
        ("allocation", JournalEntry.reference, allocations),
    ):
        if kind in wanted:
            found = await session.scalars(select(key).where(among(key, wanted[kind]), only))
            known[kind] = {str(one) for one in found}
    return known
