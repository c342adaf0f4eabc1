"""Contributions for change, and entries as the routes give them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.locks import lock_contribution
from shared.models import Contribution


async def contributions_by_reference(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Contribution]:
    """The contributions that bear these references."""
    rows = await session.scalars(select(Contribution).where(Contribution.reference.in_(set(wanted))))
    return {row.reference: row for row in rows}


async def lock_contributions(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Lock contributions until the transaction ends, and read again what another changed while we waited."""
    wanted = set(ids)
    await lock_contribution(session, *wanted)
    await session.execute(
        select(Contribution).where(Contribution.id.in_(wanted)).execution_options(populate_existing=True)
    )


async def contribution_by_key(session: AsyncSession, key: UUID | str) -> Contribution | None:
    """A contribution by id, or by reference."""
    if isinstance(key, UUID):
        return await session.get(Contribution, key)
    return (await contributions_by_reference(session, [key])).get(key)
