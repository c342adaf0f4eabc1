"""The control of a printed conversion (DESIGN 5): which rate does it agree with? It reports; it never rewrites."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from shared.domain.money import EXACT
from shared.worded import Worded

WINDOW = timedelta(days=31)
"""Rates effective this close to the value date are tried beside the one in force."""

SIGNIFICANT_DIGITS = 6
"""A printed value of fewer digits agrees with some swap and some rate by chance too easily (some 40 pairs are tried)
for an agreement to say anything, so swaps are not tried on it."""


class Verdict(
    Worded, key="recomputation_verdict", fr="Accord d'une conversion imprimée", en="Agreement of a printed conversion"
):
    """What a printed conversion agrees with."""

    IN_FORCE = "in_force", "au taux en vigueur", "at the rate in force"
    """The rate in force on the value date."""
    OTHER_RATE = "other_rate", "à un autre taux voisin", "at another rate nearby"
    """Another rate effective within 31 days."""
    SWAPPED_DIGITS = "swapped_digits", "après permutation de deux chiffres", "once two digits are swapped"
    """No rate as printed, but one once two neighbouring digits of the amount are swapped."""
    NO_MATCH = "no_match", "à aucun taux connu", "at no rate held"
    """No rate held, nor any swap."""


@dataclass(frozen=True)
class DatedRate:
    """Units of the amount's currency for one of the printed value's, from a date on."""

    effective_on: date
    value: Decimal
    id: UUID | None = None


@dataclass(frozen=True)
class Agreement:
    """A rate with which the printed value agrees, for the amount as printed or with two digits swapped."""

    rate: DatedRate
    amount: Decimal


@dataclass(frozen=True)
class Recomputation:
    """What was found: the verdict, the agreements (nearest rate first), and what the rate in force would give."""

    verdict: Verdict
    agreements: tuple[Agreement, ...]
    in_force: DatedRate | None
    expected: Decimal | None
    """The amount at the rate in force, with the printed decimals; None when no rate is in force."""
    implied_rate: Decimal
    """Amount / printed value, to the decimals of published rates (3)."""

    @property
    def agreement(self) -> Agreement | None:
        """The agreement to name: the nearest rate's."""
        return self.agreements[0] if self.agreements else None


def recompute(
    amount: Decimal,
    printed: Decimal,
    decimals: int,
    value_on: date,
    rates: Iterable[DatedRate],
    *,
    max_age: timedelta | None = None,
) -> Recomputation:
    """Compare `amount / rate` with `printed` (which has `decimals` decimals), for each rate that may have been used.

    Args:
        amount: in the currency of the rates.
        printed: the converted value as the document prints it.
        decimals: decimals with which it is printed.
        value_on: the date of the fact.
        rates: those held of one source, in any order, one per effective date.
        max_age: how old the rate in force may be; None for any age.
    """
    held = sorted(rates, key=lambda rate: rate.effective_on)
    in_force = _in_force(held, value_on, max_age)
    expected = None if in_force is None else _quotient(amount, in_force.value, decimals)
    verdict, agreements = _find(amount, printed, decimals, _candidates(held, value_on, in_force), in_force)
    return Recomputation(verdict, agreements, in_force, expected, _quotient(amount, printed, 3))


def _find(
    amount: Decimal, printed: Decimal, decimals: int, candidates: Sequence[DatedRate], in_force: DatedRate | None
) -> tuple[Verdict, tuple[Agreement, ...]]:
    as_printed = tuple(_agreements(amount, printed, decimals, candidates))
    if as_printed:
        verdict = Verdict.IN_FORCE if as_printed[0].rate == in_force else Verdict.OTHER_RATE
        return verdict, as_printed
    if len(_digits(printed, decimals)) >= SIGNIFICANT_DIGITS:
        swapped = tuple(
            agreement
            for other in neighbour_swaps(amount)
            for agreement in _agreements(other, printed, decimals, candidates)
        )
        if swapped:
            return Verdict.SWAPPED_DIGITS, swapped
    return Verdict.NO_MATCH, ()


def neighbour_swaps(amount: Decimal) -> Iterator[Decimal]:
    """The amounts that differ from this one by a swap of two neighbouring digits, and have as many digits.

    >>> [str(one) for one in neighbour_swaps(Decimal("1203"))]
    ['2103', '1023', '1230']
    """
    sign, digits, exponent = amount.as_tuple()
    assert isinstance(exponent, int), "a printed amount is finite"
    for place in range(len(digits) - 1):
        left, right = digits[place : place + 2]
        # equal digits change nothing; a leading zero would have been seen in the document as a shorter amount
        if left != right and not (place == 0 and right == 0):
            yield Decimal((sign, (*digits[:place], right, left, *digits[place + 2 :]), exponent))


def _agreements(
    amount: Decimal, printed: Decimal, decimals: int, candidates: Sequence[DatedRate]
) -> Iterator[Agreement]:
    for rate in candidates:
        if _quotient(amount, rate.value, decimals) == printed:
            yield Agreement(rate, amount)


def _candidates(held: Sequence[DatedRate], value_on: date, in_force: DatedRate | None) -> tuple[DatedRate, ...]:
    near = [rate for rate in held if abs(rate.effective_on - value_on) <= WINDOW and rate != in_force]
    near.sort(key=lambda rate: abs(rate.effective_on - value_on))
    return (*([in_force] if in_force else []), *near)


def _in_force(held: Sequence[DatedRate], value_on: date, max_age: timedelta | None) -> DatedRate | None:
    before = [rate for rate in held if rate.effective_on <= value_on]
    if not before or (max_age is not None and value_on - before[-1].effective_on > max_age):
        return None
    return before[-1]


def _quotient(amount: Decimal, rate: Decimal, decimals: int) -> Decimal:
    # rounded once, from the exact quotient: ten decimals first could turn ...4999999999|6 into a half
    return EXACT.divide(amount, rate).quantize(Decimal(1).scaleb(-decimals), context=EXACT)


def _digits(printed: Decimal, decimals: int) -> tuple[int, ...]:
    return printed.quantize(Decimal(1).scaleb(-decimals), context=EXACT).as_tuple().digits
