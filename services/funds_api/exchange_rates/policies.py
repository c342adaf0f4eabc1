"""How old a rate may be, by policy: without its row, a published source gives no rate at all."""

from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from uuid_utils.compat import uuid7

from services.funds_api.exchange_rates.queries import lock_rates
from shared.models import RatePolicy
from shared.unit_of_work import UnitOfWork

ALL_POLICIES = """
SELECT coalesce(json_agg(json_build_object('policy', policy, 'max_age_days', max_age_days, 'recorded_at', recorded_at,
    'recorded_by', recorded_by) ORDER BY policy), '[]')::text
FROM (SELECT DISTINCT ON (policy) * FROM rate_policy
    WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') ORDER BY policy, recorded_at DESC, id DESC) AS known
"""
"""Each policy as known at an instant ($1; NULL: now), as JSON."""


async def set_rate_policy(unit: UnitOfWork, policy: str, max_age_days: int) -> tuple[RatePolicy, bool]:
    """Record the greatest age of a policy's rates, and whether that changed anything.

    Conversions made stay as they are, and what was answered at an earlier moment is answered again.
    """
    await lock_rates(unit.session)
    held = await unit.session.scalar(
        select(RatePolicy)
        .where(RatePolicy.policy == policy)
        .order_by(RatePolicy.recorded_at.desc(), RatePolicy.id.desc())
        .limit(1)
    )
    if held is not None and held.max_age_days == max_age_days:
        return held, False
    row = RatePolicy(
        id=uuid7(),
        policy=policy,
        max_age_days=max_age_days,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
        supersedes_id=held.id if held else None,
    )
    unit.session.add(row)
    await unit.session.flush()
    before = {"max_age_days": held.max_age_days} if held else None
    after = {"policy": policy, "max_age_days": max_age_days}
    unit.record("rate_policy.set", "rate_policy", _policy_id(policy), before=before, after=after)
    return row, True


def confirm(unit: UnitOfWork, held: RatePolicy) -> None:
    """Note that somebody set what was set already: a request leaves its trace."""
    after = {"policy": held.policy, "max_age_days": held.max_age_days}
    unit.record("rate_policy.confirmed", "rate_policy", _policy_id(held.policy), after=after)


def _policy_id(policy: str) -> UUID:
    """A stable id for the audit of a table whose key is a word."""
    return uuid5(NAMESPACE_URL, f"djoliba:rate_policy:{policy}")
