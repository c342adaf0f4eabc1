"""How an amount is converted: one quotient or product, rounded half-up once to ten decimals (DESIGN 5).

The same rule in SQL is `shared.facts.rates.converted`; a property test holds the two equal. A rate has at most
`RATE_DIGITS` significant digits: then a quotient is never closer than 5e-20 to the middle between two results
without lying on it, and Postgres, which divides to 20 decimals before it rounds, cannot round twice.
"""

from decimal import Decimal
from enum import StrEnum

from shared.domain.money import EXACT, MoneyError

DECIMALS = 10
"""Decimals of a conversion: NUMERIC(28,10)."""

QUANTUM = Decimal(1).scaleb(-DECIMALS)

RATE_DIGITS = 9
"""Significant digits of a rate; no source publishes more."""

RATE_WHOLE_DIGITS = 10
"""Digits before the point that a rate may have: NUMERIC(20,10)."""

AMOUNT_LIMIT = Decimal(10) ** 17
"""No amount of this size is held: NUMERIC(20,3)."""

PEG = Decimal("655.957")
"""XOF for one EUR since 1 January 1999, fixed; EUR and XOF convert directly at it, for display and reconciliation."""


class Direction(StrEnum):
    """Which way an amount goes through a rate of `value` units of the quote currency for one of the base."""

    TO_BASE = "to_base"
    """Divide: XOF to USD at a UN rate, which prints units per USD."""
    TO_QUOTE = "to_quote"
    """Multiply: EUR to USD at an ECB rate, which prints units per EUR."""


class UnusableRate(MoneyError):
    """Zero, negative, not finite, or of more digits than any source prints."""

    def __init__(self, rate: Decimal) -> None:
        super().__init__(
            f"« {rate} » n'est pas un taux : il faut un nombre positif d'au plus {RATE_DIGITS} chiffres significatifs, "
            f"{RATE_WHOLE_DIGITS} avant la virgule et {DECIMALS} après.",
            f"'{rate}' is not a rate: it must be a positive number of at most {RATE_DIGITS} significant digits, "
            f"{RATE_WHOLE_DIGITS} before the point and {DECIMALS} after it.",
        )


def usable_rate(rate: Decimal) -> Decimal:
    """The rate itself.

    Raises:
        UnusableRate: see there.
    """
    # the size is looked at first: to normalise 1E+999999999 would overflow
    if not rate.is_finite() or rate <= 0 or not -DECIMALS <= rate.adjusted() < RATE_WHOLE_DIGITS:
        raise UnusableRate(rate)
    _, digits, exponent = rate.normalize(EXACT).as_tuple()
    assert isinstance(exponent, int), "a finite number has an exponent"
    if len(digits) > RATE_DIGITS or exponent < -DECIMALS:
        raise UnusableRate(rate)
    return rate


def convert(amount: Decimal, rate: Decimal, direction: Direction = Direction.TO_BASE) -> Decimal:
    """The converted amount with ten decimals, rounded half-up once.

    >>> convert(Decimal("64636472"), Decimal("583.747"))
    Decimal('110726.8594099841')
    >>> convert(Decimal(1000000), PEG, Direction.TO_QUOTE)
    Decimal('655957000.0000000000')
    """
    exact = EXACT.divide(amount, rate) if direction is Direction.TO_BASE else EXACT.multiply(amount, rate)
    return exact.quantize(QUANTUM, context=EXACT)


def direction_of(source: str, target: str, *, base: str, quote: str) -> Direction | None:
    """Which way `source` becomes `target` through a rate base/quote; None when that rate does not join the two.

    A chain of two rates is never made: 583.747 / 0.890 = 655.896, and one euro must not have two values.
    """
    if (source, target) == (quote, base):
        return Direction.TO_BASE
    if (source, target) == (base, quote):
        return Direction.TO_QUOTE
    return None
