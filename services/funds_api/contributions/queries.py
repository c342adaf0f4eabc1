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
    """A contribution by id or reference."""
    if isinstance(key, UUID):
        return await session.get(Contribution, key)
    found: Contribution | None = await session.scalar(
        select(Contribution).where(Contribution.reference == key)
    )
    return found


ONE_ENTRY = """
SELECT json_build_object(
    'id', entry.id, 'reference', entry.reference, 'kind', entry.kind, 'contribution', contribution.reference,
    'value_on', entry.value_on, 'reverses_id', entry.reverses_id, 'reason', entry.reason, 'source', entry.source,
    'reversed_by_id', (SELECT later.id FROM journal_entry AS later WHERE later.reverses_id = entry.id),
    'is_synthetic', entry.is_synthetic,
    'postings', (
        SELECT json_agg(json_build_object(
            'account', account.kind, 'currency', posting.currency, 'amount', trim_scale(posting.amount)::text,
            'usd', trim_scale(posting.usd)::text, 'project', project.reference,
            'announcement', announcement.reference,
            'rate', CASE WHEN rate.id IS NOT NULL THEN json_build_object(
                'id', rate.id, 'base', rate.base, 'quote', rate.quote, 'value', trim_scale(rate.value)::text,
                'effective_on', rate.effective_on, 'source', rate.source, 'policy', posting.policy) END)
            ORDER BY posting.id)
        FROM posting JOIN account ON account.id = posting.account_id
        LEFT JOIN project ON project.id = account.project_id
        LEFT JOIN announcement ON announcement.id = account.announcement_id
        LEFT JOIN exchange_rate AS rate ON rate.id = posting.exchange_rate_id
        WHERE posting.entry_id = entry.id))::text
FROM journal_entry AS entry JOIN contribution ON contribution.id = entry.contribution_id
WHERE entry.id = {wanted}
"""
"""An entry with its postings and the rate of each, as JSON; `{wanted}` is the driver's placeholder."""
