"""Whether a rate can be: what its source, the calendar and its own numbers forbid, and what is told of one that lies far off."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from services.funds_api.exchange_rates.conversions import PEGGED, same_currency
from services.funds_api.exchange_rates.published import PublishedRate
from services.funds_api.exchange_rates.queries import nearest_rate
from services.funds_api.exchange_rates.schemas import RateStated
from shared.domain.conversion import PEG, UnusableRate, usable_rate
from shared.entry_dates import not_too_early
from shared.errors import Fault, InvalidInput
from shared.models.rate import RateSource
from shared.sentences import fault
from shared.unit_of_work import UnitOfWork

AHEAD = timedelta(days=62)
"""The United Nations publish the rates of a month before it begins."""

FAR = Decimal("1.2")
"""No currency in use has moved by a fifth between two publications since the devaluation of the franc in 1994."""

_BASES: Mapping[str, str] = {RateSource.UNORE: "USD", RateSource.ECB: "EUR"}

Rate = PublishedRate | RateStated
"""One that is to be held, from a file or as somebody states it."""


class RateRefused(InvalidInput):
    """A rate that cannot be held: unusable value, one currency twice, or a manual or correcting one without reason."""

    kind = "rate-refused"


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `RateRefused` where there are any."""
    if faults:
        told = {"fr": "Ce taux ne peut pas être enregistré ainsi.", "en": "This rate cannot be held as it is."}
        raise RateRefused(told, faults)


def without_reason(pointer: str) -> Fault:
    """The fault of a rate that says not why it is recorded, and must."""
    return fault(
        pointer,
        "reason_missing",
        "Un taux saisi à la main, ou qui en corrige un autre, demande un motif (reason).",
        "A rate entered by hand, or one that corrects another, needs a reason.",
    )


def faults_of(unit: UnitOfWork, rate: Rate, *, is_correction: bool = False) -> Iterator[Fault]:
    """Everything for which it cannot be held, whatever else is."""
    yield from _against_source(rate)
    yield from _against_calendar(unit, rate)
    try:
        usable_rate(rate.value)
    except UnusableRate as error:
        yield Fault("/value", error.detail, "rate_unusable")
    if rate.base == rate.quote:
        yield same_currency("/quote")
    if not rate.reason and (is_correction or rate.source == RateSource.MANUAL):
        yield without_reason("/reason")


def _against_source(rate: Rate) -> Iterator[Fault]:
    """What the source of a rate never says."""
    base = _BASES.get(rate.source)
    if base not in {None, rate.base} and rate.base != rate.quote:
        yield fault(
            "/base",
            "not_of_source",
            "La source {source} publie des taux pour 1 {base}, jamais {pair}.",
            "The source {source} publishes rates for 1 {base}, never {pair}.",
            source=rate.source,
            base=base,
            pair=f"{rate.base}/{rate.quote}",
        )
    if {rate.base, rate.quote} == PEGGED and not (rate.base == "EUR" and rate.value == PEG):
        yield fault(
            "/value",
            "off_the_peg",
            "La parité est fixe : 1 EUR = {peg} XOF depuis 1999.",
            "The peg is fixed: 1 EUR = {peg} XOF since 1999.",
            peg=PEG,
        )


def _against_calendar(unit: UnitOfWork, rate: Rate) -> Iterator[Fault]:
    yield from not_too_early("/effective_on", rate.effective_on, None, None)
    latest = unit.recorded_at.date() + AHEAD
    if rate.effective_on > latest:
        yield fault(
            "/effective_on",
            "too_far_ahead",
            "Le {on} est trop loin : un taux se publie au plus {days} jours d'avance, donc jusqu'au {latest}.",
            "{on} is too far ahead: a rate is published at most {days} days before, that is up to {latest}.",
            on=rate.effective_on,
            days=AHEAD.days,
            latest=latest,
        )


async def warn_if_far(unit: UnitOfWork, rate: Rate) -> None:
    """Tell of a rate that lies far from what any source said of the same currencies around that day."""
    other = await nearest_rate(unit.session, rate)
    if other is None or 1 / FAR <= rate.value / other.value <= FAR:
        return
    doubt = fault(
        "/value",
        "far_from_others",
        "{value} est loin de {other}, taux {source} de {pair} au {on} ; vérifiez la virgule et le sens.",
        "{value} is far from {other}, the {source} rate of {pair} on {on}; check the decimal point and the direction.",
        value=rate.value,
        other=other.value,
        source=other.source,
        pair=f"{rate.base}/{rate.quote}",
        on=other.effective_on,
    )
    unit.warn(doubt)
