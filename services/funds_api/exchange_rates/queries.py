"""Which rates are held, and which conversions a rate recorded late would change."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Date, Text, and_, cast, column, exists, func, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.funds_api.exchange_rates.published import PublishedRate
from shared.facts.rates import FUNCTIONAL
from shared.models import Amount, Contribution, ExchangeRate, Policy, Posting

RateKey = tuple[str, str, str, date]
"""Source, base, quote, effective_on: what may be held once."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('exchange_rate', 0))")


async def lock_rates(session: AsyncSession) -> None:
    """Hold every other recording of rates until this transaction ends: they are few, and must not collide."""
    await session.execute(_LOCK)


async def rates_held(session: AsyncSession, wanted: Iterable[PublishedRate]) -> dict[RateKey, ExchangeRate]:
    """The rates that stand for the keys of these (source, base, quote, effective_on)."""
    keys = list({rate.key for rate in wanted})
    asked = (
        func.unnest(
            # arrays, since a statement has at most 32,767 parameters and a history has more rates
            *(cast([key[place] for key in keys], ARRAY(Date if place == 3 else Text)) for place in range(4))
        )
        .table_valued(column("source"), column("base"), column("quote"), column("effective_on"), name="asked")
        .render_derived()
    )
    later = aliased(ExchangeRate)
    rows = await session.scalars(
        select(ExchangeRate)
        .join(
            asked,
            and_(
                ExchangeRate.source == asked.c.source,
                ExchangeRate.base == asked.c.base,
                ExchangeRate.quote == asked.c.quote,
                ExchangeRate.effective_on == asked.c.effective_on,
            ),
        )
        .where(~exists().where(later.supersedes_id == ExchangeRate.id))
    )
    return {(row.source, row.base, row.quote, row.effective_on): row for row in rows}


async def nearest_rate(session: AsyncSession, rate: PublishedRate) -> ExchangeRate | None:
    """The rate of the same two currencies, of whatever source, that stands nearest to this one in time."""
    later = aliased(ExchangeRate)
    distance = func.abs(ExchangeRate.effective_on - cast(rate.effective_on, Date))
    return await session.scalar(
        select(ExchangeRate)
        .where(
            ExchangeRate.base == rate.base,
            ExchangeRate.quote == rate.quote,
            ~exists().where(later.supersedes_id == ExchangeRate.id),
        )
        .order_by(distance, ExchangeRate.effective_on.desc())
        .limit(1)
    )


async def currencies_in_use(session: AsyncSession) -> set[str]:
    """The currencies of contributions, amounts, postings and policies, and those that rates lead to."""
    used = await session.scalars(union(*(select(model.currency) for model in (Contribution, Amount, Posting, Policy))))
    return {FUNCTIONAL, "EUR", *(one for one in used if one is not None)}


async def successor(session: AsyncSession, rate_id: UUID) -> UUID | None:
    """The rate that supersedes this one, if any."""
    return await session.scalar(select(ExchangeRate.id).where(ExchangeRate.supersedes_id == rate_id))


AFFECTED = """
WITH conversion AS (
    SELECT 'amount' AS kind, amount.id, coalesce(project.reference, announcement.reference) AS reference,
        amount.value_on, amount.amount, amount.currency, amount.usd, amount.policy, amount.exchange_rate_id
    FROM amount
    LEFT JOIN project ON project.id = amount.project_id
    LEFT JOIN announcement ON announcement.id = amount.announcement_id
    WHERE amount.exchange_rate_id IS NOT NULL AND NOT amount.is_retraction
        AND NOT EXISTS (SELECT FROM amount AS later WHERE later.supersedes_id = amount.id)
    UNION ALL
    SELECT 'posting', posting.id, journal_entry.reference, journal_entry.value_on, posting.amount,
        posting.currency, posting.usd, posting.policy, posting.exchange_rate_id
    FROM posting JOIN journal_entry ON journal_entry.id = posting.entry_id
    WHERE posting.exchange_rate_id IS NOT NULL
), late AS (
    SELECT * FROM exchange_rate AS rate WHERE rate.id = $1
        AND NOT EXISTS (SELECT FROM exchange_rate AS later WHERE later.supersedes_id = rate.id)
), affected AS (
    SELECT conversion.*, used.value AS used_value, used.effective_on AS used_effective_on,
        CASE WHEN late.base = 'USD' THEN round(conversion.amount::numeric(38,20) / late.value, 10)
            ELSE round(conversion.amount::numeric(38,20) * late.value, 10) END AS usd_now
    FROM late
    JOIN conversion ON conversion.policy = late.source AND conversion.exchange_rate_id <> late.id
        AND conversion.currency = CASE WHEN late.base = 'USD' THEN late.quote ELSE late.base END
        AND conversion.value_on >= late.effective_on
    JOIN exchange_rate AS used ON used.id = conversion.exchange_rate_id
    WHERE NOT EXISTS (
        SELECT FROM exchange_rate AS closer
        WHERE (closer.source, closer.base, closer.quote) = (late.source, late.base, late.quote)
            AND closer.effective_on > late.effective_on AND closer.effective_on <= conversion.value_on
            AND NOT EXISTS (SELECT FROM exchange_rate AS later WHERE later.supersedes_id = closer.id))
)
SELECT coalesce(json_agg(json_build_object(
    'kind', kind, 'id', id, 'reference', reference, 'value_on', value_on, 'amount', trim_scale(amount)::text,
    'currency', currency, 'policy', policy, 'usd', usd::text, 'usd_now', usd_now::text,
    'rate_used', json_build_object('id', exchange_rate_id, 'value', trim_scale(used_value)::text,
        'effective_on', used_effective_on))
    ORDER BY value_on, reference, id), '[]')::text
FROM affected
"""
"""The conversions for which a rate ($1) is in force now although they used another one, as JSON. Nothing is rewritten:
the control shows what a late or corrected rate would change."""
