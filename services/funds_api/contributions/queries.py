"""Contributions for change, what stands of their agreements, and what was received on them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds_api.journal.queries import Movements, by_date
from shared.domain.ledger import AccountKind
from shared.locks import lock_contribution
from shared.models import Account, Agreement, Contribution, JournalEntry, Mechanism, Posting
from shared.models.among import among
from shared.models.journal import EntryKind
from shared.recording.facts import standing_rows


async def contributions_by_reference(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Contribution]:
    """The contributions that bear these references."""
    rows = await session.scalars(select(Contribution).where(among(Contribution.reference, wanted)))
    return {row.reference: row for row in rows}


async def first_year_of(session: AsyncSession, mechanism: str) -> int | None:
    """The year from which a mechanism's totals count, where it is known."""
    return await session.scalar(select(Mechanism.since).where(Mechanism.code == mechanism))


async def lock_contributions(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Lock contributions until the transaction ends, and read again what another changed while we waited."""
    wanted = set(ids)
    await lock_contribution(session, *wanted)
    await session.execute(
        select(Contribution).where(among(Contribution.id, wanted)).execution_options(populate_existing=True)
    )


async def contribution_by_key(session: AsyncSession, key: UUID | str) -> Contribution | None:
    """A contribution by id, or by reference."""
    if isinstance(key, UUID):
        return await session.get(Contribution, key)
    return (await contributions_by_reference(session, [key])).get(key)


async def standing_agreements(session: AsyncSession, contribution_id: UUID) -> list[Agreement]:
    """What stands of a contribution's agreement and amendments, in the order in which they hold.

    Nothing for a contribution that was withdrawn; read after its lock is held.
    """
    return (await standing_rows(session, Agreement, "contribution_id", [contribution_id]))[contribution_id]


async def received_on(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Movements]:
    """What was received on each contribution by value date, in its currency, reversals counted."""
    rows = await session.execute(
        select(Account.contribution_id, JournalEntry.value_on, func.sum(Posting.amount))
        .join(Posting, Posting.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            among(Account.contribution_id, ids),
            Account.kind == AccountKind.AVAILABLE,
            JournalEntry.kind == EntryKind.RECEIPT,
        )
        .group_by(Account.contribution_id, JournalEntry.value_on)
    )
    return by_date(rows)


async def has_entries(session: AsyncSession, contribution_id: UUID) -> bool:
    """Whether anything was ever booked on a contribution."""
    return bool(await session.scalar(select(exists().where(JournalEntry.contribution_id == contribution_id))))
