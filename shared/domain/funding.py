"""What is set aside for a project against what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from shared.domain.money import EXACT, Money, scale_of

USD = "USD"


@dataclass(frozen=True)
class Cost:
    """What a project or group costs: the amount in force, and its value in USD where it is converted."""

    amount: Decimal
    currency: str
    usd: Decimal | None


@dataclass(frozen=True)
class Funding:
    """What is set aside in one currency: the amount, and its value in USD on the days of the allocations."""

    amount: Decimal
    usd: Decimal

    def __add__(self, other: "Funding") -> "Funding":
        """Both together."""
        return Funding(self.amount + other.amount, self.usd + other.usd)


@dataclass(frozen=True)
class Surplus:
    """More set aside than the project costs, both in one currency."""

    allocated: Money
    cost: Money

    @property
    def over(self) -> Money:
        """By how much."""
        return Money(self.allocated.amount - self.cost.amount, self.cost.currency)


def surplus(cost: Cost, funding: Mapping[str, Funding], mechanism: str | None = None) -> Surplus | None:
    """What is set aside above the cost; None where it is not, or where the two cannot be compared.

    In the cost's own currency when all money is in it: rates then play no part. Otherwise in USD, where a part of the
    smallest unit above the converted cost is rounding and no surplus.

    >>> told = surplus(Cost(Decimal(100), "USD", Decimal(100)), {"USD": Funding(Decimal(101), Decimal(101))})
    >>> told.over
    Money(amount=Decimal('1'), currency='USD')
    """
    if set(funding) <= {cost.currency}:
        allocated = sum((one.amount for one in funding.values()), Decimal(0))
        limit, currency = cost.amount, cost.currency
    elif cost.usd is not None:
        allocated = sum((one.usd for one in funding.values()), Decimal(0))
        unit = Decimal(1).scaleb(-scale_of(USD, mechanism))
        limit, currency = cost.usd.quantize(unit, rounding=ROUND_UP, context=EXACT), USD
    else:
        return None
    return Surplus(Money(allocated, currency), Money(limit, currency)) if allocated > limit else None
