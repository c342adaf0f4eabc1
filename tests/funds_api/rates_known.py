"""The rate in force for one question, which the product asks for many at once."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.errors import RateMissing
from shared.facts.rates import RateInForce, RateWanted, rates_in_force


async def rate_in_force(
    session: AsyncSession | AsyncConnection,
    policy: str,
    currency: str,
    value_on: date,
    known_at: datetime | None = None,
) -> RateInForce:
    """The rate of `currency` to the USD in force on `value_on` under `policy`, as known at `known_at`.

    Raises:
        RateMissing: none is held, or the latest is older than the policy allows; it says what to load.
    """
    wanted = RateWanted(policy, currency, value_on)
    found = (await rates_in_force(session, [wanted], known_at))[wanted]
    if isinstance(found, RateMissing):
        raise found
    return found
