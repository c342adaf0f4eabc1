"""What money is worth in USD on its date, under its policy: the functional amount of each posting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.ledger import Valued
from shared.domain.money import rounded, scale_of
from shared.errors import Fault, RateMissing, RuleBroken
from shared.facts.rates import FUNCTIONAL, RateInForce, RateWanted, rates_in_force
from shared.models.rate import RateSource

POLICY = RateSource.UNORE
"""Whose rate is used where a request names no policy."""


@dataclass(frozen=True)
class Stated:
    """Money as stated: whose rate values it, and on which date."""

    amount: Decimal
    currency: str
    on: date
    policy: str | None = None

    @property
    def wanted(self) -> RateWanted | None:
        """The rate that it needs; None in USD."""
        if self.currency == FUNCTIONAL:
            return None
        return RateWanted(self.policy or POLICY, self.currency, self.on)


class ChainRefused(RuleBroken):
    """Two conversions in a row: 583.747 / 0.890 = 655.896, and one euro must not have two values."""

    kind = "conversion-chain"


Rates = dict[RateWanted, RateInForce]


async def rates_for(session: AsyncSession, stated: Iterable[Stated]) -> Rates:
    """The rates in force that these need, in one round trip.

    Raises:
        RateMissing: naming every one that is missing, and what to load.
    """
    found = await rates_in_force(session, (one.wanted for one in stated if one.wanted))
    missing = [answer for answer in found.values() if isinstance(answer, RateMissing)]
    if missing:
        faults = [Fault("/amount", answer.detail, "rate_missing") for answer in missing]
        raise RateMissing(missing[0].detail, faults, extra=missing[0].extra)
    return {wanted: answer for wanted, answer in found.items() if isinstance(answer, RateInForce)}


def valued(stated: Stated, rates: Rates) -> Valued:
    """The money with its USD functional amount and the rate used."""
    if stated.wanted is None:
        return Valued(stated.amount, stated.currency, stated.amount)
    rate = rates[stated.wanted]
    usd = rate.convert(stated.amount, stated.currency)
    return _at_rate(stated.amount, stated.currency, usd, rate)


def exchanged(stated: Stated, currency: str, mechanism: str, rates: Rates) -> tuple[Valued, Valued]:
    """What leaves a contribution in `currency` for money stated in another one, and what arrives.

    One of the two currencies is USD; the foreign amount's rate joins them directly.

    Raises:
        ChainRefused: neither is USD.
    """
    given = valued(stated, rates)
    if stated.currency == currency:
        return given, given
    scale = scale_of(currency, mechanism)
    if currency == FUNCTIONAL:
        usd = rounded(given.usd, scale)
        return Valued(usd, FUNCTIONAL, usd), given
    if stated.currency == FUNCTIONAL:
        rate = rates[payment_rate(stated, currency)]
        amount = rounded(rate.convert(stated.amount, FUNCTIONAL, currency), scale)
        return _at_rate(amount, currency, stated.amount, rate), given
    raise ChainRefused(
        {
            "fr": f"Une contribution en {currency} ne s'alloue qu'en {currency} ou en USD, pas en {stated.currency} : "
            "deux conversions à la suite donneraient à une monnaie deux valeurs.",
            "en": f"A contribution in {currency} is allocated in {currency} or in USD only, not in {stated.currency}: "
            "two conversions in a row would give one currency two values.",
        },
        [
            Fault(
                "/currency",
                {"fr": f"Attendu : {currency} ou USD.", "en": f"Expected: {currency} or USD."},
                "conversion_chain",
            )
        ],
    )


def payment_rate(stated: Stated, currency: str) -> RateWanted:
    """The rate by which a contribution in a foreign currency pays an amount stated in USD."""
    return RateWanted(stated.policy or POLICY, currency, stated.on)


def needed(stated: Sequence[Stated], currencies: Sequence[str]) -> list[Stated]:
    """All money whose rates `exchanged` will ask for: the stated, and the paying currency beside USD."""
    paying = [
        Stated(Decimal(0), currency, one.on, one.policy) for one, currency in zip(stated, currencies, strict=True)
    ]
    return [*stated, *paying]


def _at_rate(amount: Decimal, currency: str, usd: Decimal, rate: RateInForce) -> Valued:
    return Valued(amount, currency, usd, rate.source, rate.id, rate.value)
