"""How old a rate may be, by policy: without its row, a published source gives no rate at all."""

from uuid import NAMESPACE_URL, UUID, uuid5

from shared.models import RatePolicy
from shared.unit_of_work import UnitOfWork

ALL_POLICIES = """
SELECT coalesce(json_agg(json_build_object('policy', policy, 'max_age_days', max_age_days) ORDER BY policy), '[]')::text
FROM rate_policy
"""


async def set_rate_policy(unit: UnitOfWork, policy: str, max_age_days: int) -> tuple[RatePolicy, bool]:
    """Set the greatest age of a policy's rates, and whether that changed anything; conversions made stay as they are."""
    held = await unit.session.get(RatePolicy, policy, with_for_update=True)
    if held is not None and held.max_age_days == max_age_days:
        return held, False
    before = {"max_age_days": held.max_age_days} if held else None
    if held is None:
        held = RatePolicy(policy=policy, max_age_days=max_age_days)
        unit.session.add(held)
    else:
        held.max_age_days = max_age_days
    await unit.session.flush()
    after = {"policy": policy, "max_age_days": max_age_days}
    unit.record("rate_policy.set", "rate_policy", _policy_id(policy), before=before, after=after)
    return held, True


def confirm(unit: UnitOfWork, held: RatePolicy) -> None:
    """Note that somebody set what was set already: a request leaves its trace."""
    after = {"policy": held.policy, "max_age_days": held.max_age_days}
    unit.record("rate_policy.confirmed", "rate_policy", _policy_id(held.policy), after=after)


def _policy_id(policy: str) -> UUID:
    """A stable id for the audit of a table whose key is a word."""
    return uuid5(NAMESPACE_URL, f"djoliba:rate_policy:{policy}")
