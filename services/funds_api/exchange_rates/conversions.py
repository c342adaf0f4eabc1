"""Conversions on demand: each with the rate it used, directly and never through a third currency."""

from datetime import date, datetime
from decimal import Decimal

from services.funds_api.exchange_rates.schemas import ConversionQuery, ConversionRate, ConversionRead
from shared.database import Reader
from shared.domain.conversion import PEG, convert, direction_of
from shared.domain.money import UnknownCurrency, rounded, scale_of
from shared.errors import Fault, InvalidInput, RateMissing, RuleBroken, Texts
from shared.facts.rates import FUNCTIONAL, RateWanted, read_rates_in_force
from shared.models.rate import RateSource
from shared.sentences import fault, sentence

PEGGED = frozenset({"EUR", "XOF"})
PEGGED_SINCE = date(1999, 1, 1)
"""BCEAO: 1 EUR = 655.957 XOF."""


class NotConvertible(RuleBroken):
    """No single rate of the policy joins the two currencies."""

    kind = "not-convertible"


def same_currency(pointer: str) -> Fault:
    """The fault of two currencies that are one."""
    return fault(pointer, "same_currency", "Les deux monnaies sont la même.", "Both currencies are the same.")


async def convert_amount(reads: Reader, query: ConversionQuery, known_at: datetime | None) -> ConversionRead:
    """The amount in the other currency at the rate in force on the date.

    Raises:
        NotConvertible: the policy has no rate that joins the two directly.
        RateMissing: it has none in force.
        InvalidInput: a currency is unknown, or both are the same.
    """
    _refuse_currencies(query)
    if {query.source, query.target} == PEGGED:
        return _pegged(query)
    policy = query.policy or RateSource.UNORE
    if policy == "peg" or FUNCTIONAL not in {query.source, query.target}:
        raise NotConvertible(_joined(query, policy))
    foreign = query.source if query.target == FUNCTIONAL else query.target
    wanted = RateWanted(policy, foreign, query.on)
    found = (await read_rates_in_force(reads, [wanted], known_at))[wanted]
    if isinstance(found, RateMissing):
        raise found
    result = found.convert(query.amount, query.source, query.target)
    return _answer(query, result, ConversionRate.model_validate(found.as_json()))


def _pegged(query: ConversionQuery) -> ConversionRead:
    if query.policy not in {None, "peg"}:
        raise NotConvertible(_joined(query, query.policy or ""))
    if query.on < PEGGED_SINCE:
        raise NotConvertible(
            sentence("La parité fixe vaut depuis le {on}.", "The peg holds since {on}.", on=PEGGED_SINCE)
        )
    direction = direction_of(query.source, query.target, base="EUR", quote="XOF")
    assert direction is not None, "the two pegged currencies"
    rate = ConversionRate(
        id=None, base="EUR", quote="XOF", value=PEG, effective_on=PEGGED_SINCE, source="peg", policy="peg"
    )
    return _answer(query, convert(query.amount, PEG, direction), rate)


def _answer(query: ConversionQuery, result: Decimal, rate: ConversionRate) -> ConversionRead:
    return ConversionRead(
        amount=query.amount,
        currency=query.source,
        target=query.target,
        on=query.on,
        converted=result,
        rounded=rounded(result, scale_of(query.target)),
        rate=rate,
    )


def _refuse_currencies(query: ConversionQuery) -> None:
    faults = []
    for name, currency in (("from", query.source), ("to", query.target)):
        try:
            scale_of(currency)
        except UnknownCurrency as error:
            faults.append(Fault(name, error.detail, "currency_unknown"))
    if query.source == query.target:
        faults.append(same_currency("to"))
    if faults:
        raise InvalidInput({"fr": "Conversion impossible.", "en": "This cannot be converted."}, faults)


def _joined(query: ConversionQuery, policy: str) -> Texts:
    pair = f"{query.source}/{query.target}"
    return {
        "fr": f"La politique {policy} n'a pas de taux direct {pair} : convertissez vers ou depuis USD (entre EUR et "
        "XOF : peg). Une chaîne de deux taux donnerait à une monnaie deux valeurs.",
        "en": f"The policy {policy} has no direct rate {pair}: convert to or from USD (between EUR and XOF: peg). A "
        "chain of two rates would give one currency two values.",
    }
