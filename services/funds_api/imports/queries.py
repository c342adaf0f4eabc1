"""What is held already of the rows of a file, one query per type."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.ledger import AccountKind
from shared.models import Account, Contribution, Donor, JournalEntry, Posting, RatePolicy
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
        .where(JournalEntry.reference.in_(set(wanted)), JournalEntry.reverses_id.is_(None))
    )
    return {
        row.reference: Booked(
            row.kind,
            row.contribution_id,
            row.amount,
            row.currency,
            row.value_on,
            row.project_id,
            row.announcement_id,
        )
        for row in rows
        if row.account_kind == MONEY_OF[row.kind]
    }


async def donors_by_slug(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Donor]:
    """The donors of these slugs."""
    rows = await session.scalars(select(Donor).where(Donor.slug.in_(set(wanted))))
    return {row.slug: row for row in rows}


async def rate_policies(session: AsyncSession) -> set[str]:
    """The policies that have a greatest age."""
    return set(await session.scalars(select(RatePolicy.policy)))


async def known_references(session: AsyncSession) -> dict[str, set[str]]:
    """Every key that rows of a file may refer to, by type of row."""
    return {
        "rate_policy": await rate_policies(session),
        "donor": set(await session.scalars(select(Donor.slug))),
        "contribution": set(await session.scalars(select(Contribution.reference))),
        "allocation": set(
            await session.scalars(
                select(JournalEntry.reference).where(JournalEntry.kind == EntryKind.ALLOCATION)
            )
        ),
    }
