"""Recording rates: each is held once; a correction supersedes; a late one rewrites nothing."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from uuid_utils.compat import uuid7

from services.funds_api.exchange_rates.conversions import PEGGED
from services.funds_api.exchange_rates.parsers import parse_rates
from services.funds_api.exchange_rates.published import FAULTS_SHOWN, PublishedRate
from services.funds_api.exchange_rates.queries import currencies_in_use, lock_rates, nearest_rate, rates_held, successor
from services.funds_api.exchange_rates.schemas import RateCreate
from shared.domain.conversion import PEG, UnusableRate, usable_rate
from shared.entry_dates import not_too_early
from shared.errors import Conflict, Fault, InvalidInput, NotFound, Texts
from shared.models import ExchangeRate
from shared.models.rate import RateSource
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

AHEAD = timedelta(days=62)
"""The United Nations publish the rates of a month before it begins."""

FAR = Decimal("1.2")
"""No currency in use has moved by a fifth between two publications since the devaluation of the franc in 1994."""

_BASES: Mapping[str, str] = {RateSource.UNORE: "USD", RateSource.ECB: "EUR"}


class RateRefused(InvalidInput):
    """A rate that cannot be held: unusable value, one currency twice, or a manual or correcting one without reason."""

    kind = "rate-refused"


class RateHeld(Conflict):
    """Another value is held for the same source, currencies and date; each fault names one."""

    kind = "rate-held"


class RateSuperseded(Refusal, Conflict):
    """The rate to correct has been corrected already: correct the later one, history does not fork."""

    kind, shown = "rate-superseded", ("superseded_by_id",)
    fr = "Le taux {rate_id} a déjà été corrigé par {superseded_by_id} ; corrigez celui-ci."
    en = "The rate {rate_id} was already corrected by {superseded_by_id}; correct that one."
    rate_id: UUID
    superseded_by_id: UUID


class RateNotFound(Refusal, NotFound):
    """No rate of that id is held."""

    fr = "Aucun taux {rate_id} n'est enregistré."
    en = "No rate {rate_id} is held."
    rate_id: UUID


@dataclass(frozen=True)
class Loaded:
    """What recording a list of rates came to."""

    created: int
    unchanged: int
    superseded: int


@dataclass(frozen=True)
class FileLoaded(Loaded):
    """The same of a file: how it was read, and how many of its rows could not be and were skipped."""

    format: str
    encoding: str
    separator: str | None
    skipped: int


async def record_rate(unit: UnitOfWork, command: RateCreate) -> ExchangeRate:
    """Record one rate, or the correction of one.

    Raises:
        RateRefused: see there.
        RateNotFound, RateSuperseded: of `supersedes_id`.
        RateHeld: the same source, currencies and date has a rate.
    """
    rate = PublishedRate(
        command.source,
        command.base,
        command.quote,
        command.value,
        command.effective_on,
        command.document,
        command.reason,
    )
    _refuse(_faults(unit, rate, is_correction=command.supersedes_id is not None))
    await lock_rates(unit.session)
    corrected = await _to_correct(unit, command.supersedes_id, rate)
    held = (await rates_held(unit.session, [rate])).get(rate.key)
    if held is not None and held is not corrected:
        raise _held([(0, rate, held)])
    await _warn_if_far(unit, rate)
    return (await _insert(unit, [(rate, corrected)]))[0]


async def record_rates(unit: UnitOfWork, rates: Sequence[PublishedRate], *, reason: str | None = None) -> Loaded:
    """Record what a file holds; the same file twice changes nothing.

    Args:
        unit: the unit of work.
        rates: each key once.
        reason: with one, a rate held with another value is superseded; without, the file is refused.

    Raises:
        RateRefused: a manual rate without reason, or one currency twice; all at once.
        RateHeld: other values are held, and no reason is given; all at once.
    """
    faults = [
        replace(fault, pointer=f"/{number}{fault.pointer}")
        for number, rate in enumerate(rates)
        for fault in _faults(unit, rate, is_correction=False)
    ]
    _refuse(faults)
    await lock_rates(unit.session)
    held = await rates_held(unit.session, rates)
    other = [
        (number, rate, held[rate.key])
        for number, rate in enumerate(rates)
        if rate.key in held and held[rate.key].value != rate.value
    ]
    if other and not reason:
        raise _held(other)
    fresh: list[tuple[PublishedRate, ExchangeRate | None]] = [(rate, None) for rate in rates if rate.key not in held]
    corrections = [(replace(rate, reason=reason), row) for _, rate, row in other]
    await _insert(unit, [*fresh, *corrections])
    return Loaded(len(fresh), len(rates) - len(fresh) - len(other), len(other))


async def record_rate_file(unit: UnitOfWork, content: bytes, *, supersede: bool = False) -> FileLoaded:
    """Record a published file, and note which one it was; rows of currencies that nothing uses are skipped and told.

    Raises:
        UnreadableRates: it is in no known format, or rows of it are wrong.
        RateRefused: it is to supersede, and the unit of work gives no reason.
        RateHeld: other values are held, and it is not to supersede them.
    """
    if supersede and not unit.reason:
        _refuse([_fault("X-Reason", "reason_missing", *_CORRECTION_REASON)])
    used = await currencies_in_use(unit.session)
    file = await asyncio.to_thread(parse_rates, content, used.__contains__)
    counts = await record_rates(unit, file.rates, reason=unit.reason if supersede else None)
    loaded = FileLoaded(
        **asdict(counts),
        format=file.format,
        encoding=file.encoding,
        separator=file.separator,
        skipped=len(file.skipped),
    )
    for fault in file.skipped[:FAULTS_SHOWN]:
        unit.warn(replace(fault, code="row_skipped"))
    unit.record(
        "rate_file.recorded",
        "rate_file",
        uuid7(),
        after={"sha256": hashlib.sha256(content).hexdigest(), **asdict(loaded)},
    )
    return loaded


async def _to_correct(unit: UnitOfWork, rate_id: UUID | None, rate: PublishedRate) -> ExchangeRate | None:
    if rate_id is None:
        return None
    corrected = await unit.session.get(ExchangeRate, rate_id)
    if corrected is None:
        raise RateNotFound(rate_id)
    if (by := await successor(unit.session, rate_id)) is not None:
        raise RateSuperseded(rate_id, by)
    if (corrected.source, corrected.base, corrected.quote) != (rate.source, rate.base, rate.quote):
        _refuse(
            [
                _fault(
                    "/supersedes_id",
                    "rate_of_another_kind",
                    "Une correction garde la source et les deux monnaies du taux corrigé.",
                    "A correction keeps the source and both currencies of the rate it corrects.",
                )
            ]
        )
    return corrected


async def _insert(unit: UnitOfWork, rates: Sequence[tuple[PublishedRate, ExchangeRate | None]]) -> list[ExchangeRate]:
    rows = []
    for rate, corrected in rates:
        row = ExchangeRate(
            id=uuid7(),
            base=rate.base,
            quote=rate.quote,
            value=rate.value,
            source=rate.source,
            effective_on=rate.effective_on,
            document=rate.document,
            reason=rate.reason,
            recorded_at=unit.recorded_at,
            recorded_by=unit.actor,
            supersedes_id=corrected.id if corrected else None,
        )
        rows.append(row)
        unit.record(
            "rate.corrected" if corrected else "rate.recorded",
            "exchange_rate",
            row.id,
            before=_words(corrected) if corrected else None,
            after=_words(row),
            reason=rate.reason,
        )
    unit.session.add_all(rows)
    await unit.session.flush()
    return rows


def _words(rate: ExchangeRate) -> dict[str, str]:
    return {
        "base": rate.base,
        "quote": rate.quote,
        "value": format(rate.value, "f"),
        "source": rate.source,
        "effective_on": rate.effective_on.isoformat(),
        "document": rate.document,
    }


def _faults(unit: UnitOfWork, rate: PublishedRate, *, is_correction: bool) -> list[Fault]:
    faults = [*_against_source(rate), *_against_calendar(unit, rate)]
    try:
        usable_rate(rate.value)
    except UnusableRate as error:
        faults.append(Fault("/value", error.detail, "rate_unusable"))
    if rate.base == rate.quote:
        faults.append(
            _fault("/quote", "same_currency", "Les deux monnaies sont la même.", "Both currencies are the same.")
        )
    if not rate.reason and (is_correction or rate.source == RateSource.MANUAL):
        faults.append(_fault("/reason", "reason_missing", *_CORRECTION_REASON))
    return faults


def _against_source(rate: PublishedRate) -> Iterator[Fault]:
    """What the source of a rate never says."""
    base = _BASES.get(rate.source)
    if base not in {None, rate.base} and rate.base != rate.quote:
        said = sentence(
            "La source {source} publie des taux pour 1 {base}, jamais {pair}.",
            "The source {source} publishes rates for 1 {base}, never {pair}.",
            source=rate.source,
            base=base,
            pair=f"{rate.base}/{rate.quote}",
        )
        yield Fault("/base", said, "not_of_source")
    if {rate.base, rate.quote} == PEGGED and not (rate.base == "EUR" and rate.value == PEG):
        said = sentence(
            "La parité est fixe : 1 EUR = {peg} XOF depuis 1999.",
            "The peg is fixed: 1 EUR = {peg} XOF since 1999.",
            peg=PEG,
        )
        yield Fault("/value", said, "off_the_peg")


def _against_calendar(unit: UnitOfWork, rate: PublishedRate) -> Iterator[Fault]:
    yield from not_too_early("/effective_on", rate.effective_on, None, None)
    latest = unit.recorded_at.date() + AHEAD
    if rate.effective_on > latest:
        said = sentence(
            "Le {on} est trop loin : un taux se publie au plus {days} jours d'avance, donc jusqu'au {latest}.",
            "{on} is too far ahead: a rate is published at most {days} days before, that is up to {latest}.",
            on=rate.effective_on,
            days=AHEAD.days,
            latest=latest,
        )
        yield Fault("/effective_on", said, "too_far_ahead")


async def _warn_if_far(unit: UnitOfWork, rate: PublishedRate) -> None:
    """Tell of a rate that lies far from what any source said of the same currencies around that day."""
    other = await nearest_rate(unit.session, rate)
    if other is None or 1 / FAR <= rate.value / other.value <= FAR:
        return
    said = sentence(
        "{value} est loin de {other}, taux {source} de {pair} au {on} ; vérifiez la virgule et le sens.",
        "{value} is far from {other}, the {source} rate of {pair} on {on}; check the decimal point and the direction.",
        value=rate.value,
        other=other.value,
        source=other.source,
        pair=f"{rate.base}/{rate.quote}",
        on=other.effective_on,
    )
    unit.warn(Fault("/value", said, "far_from_others"))


def _fault(pointer: str, code: str, fr: str, en: str) -> Fault:
    return Fault(pointer, {"fr": fr, "en": en}, code)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise RateRefused(_REFUSED, faults)


def _held(others: Sequence[tuple[int, PublishedRate, ExchangeRate]]) -> RateHeld:
    faults = [
        Fault(
            f"/{number}",
            sentence(
                "{source} {pair} au {on} : {held} est enregistré (taux {id}), pas {given}.",
                "{source} {pair} on {on}: {held} is held (rate {id}), not {given}.",
                source=rate.source,
                pair=f"{rate.base}/{rate.quote}",
                on=rate.effective_on,
                held=row.value,
                id=row.id,
                given=rate.value,
            ),
            "rate_held",
        )
        for number, rate, row in others[:FAULTS_SHOWN]
    ]
    return RateHeld(_HELD, faults, extra={"held": [str(row.id) for _, _, row in others[:FAULTS_SHOWN]]})


_CORRECTION_REASON = (
    "Un taux saisi à la main, ou qui en corrige un autre, demande un motif (reason).",
    "A rate entered by hand, or one that corrects another, needs a reason.",
)
_REFUSED: Texts = {"fr": "Ce taux ne peut pas être enregistré ainsi.", "en": "This rate cannot be held as it is."}
_HELD: Texts = {
    "fr": "Un taux est déjà enregistré pour cette source, ces monnaies et cette date ; pour le corriger, nommez-le "
    "dans supersedes_id (par fichier : --correct) et donnez un motif.",
    "en": "A rate is already held for this source, these currencies and this date; to correct it, name it in "
    "supersedes_id (for a file: --correct) and give a reason.",
}
