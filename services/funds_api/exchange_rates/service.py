"""Recording rates: each is held once; a correction supersedes; a late one rewrites nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.funds_api.exchange_rates.judging import Rate, faults_of, refuse, warn_if_far
from services.funds_api.exchange_rates.published import FAULTS_SHOWN, key_of
from services.funds_api.exchange_rates.queries import lock_rates, rates_held, successor
from services.funds_api.exchange_rates.schemas import RateCreate
from shared.errors import Conflict, NotFound
from shared.models import ExchangeRate
from shared.refusal import Refusal
from shared.sentences import fault
from shared.unit_of_work import UnitOfWork

_STATED = ("base", "quote", "value", "source", "effective_on", "document")


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


async def record_rate(unit: UnitOfWork, command: RateCreate) -> ExchangeRate:
    """Record one rate, or the correction of one.

    Raises:
        RateRefused: see there.
        RateNotFound, RateSuperseded: of `supersedes_id`.
        RateHeld: the same source, currencies and date has a rate.
    """
    refuse([*faults_of(unit, command, is_correction=command.supersedes_id is not None)])
    await lock_rates(unit.session)
    corrected = await _to_correct(unit, command)
    held = (await rates_held(unit.session, [command])).get(key_of(command))
    if held is not None and held is not corrected:
        raise _held([(0, command, held)])
    await warn_if_far(unit, command)
    return (await _insert(unit, [(command, corrected, command.reason)]))[0]


async def record_rates(unit: UnitOfWork, rates: Sequence[Rate], *, reason: str | None = None) -> Loaded:
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
        replace(one, pointer=f"/{number}{one.pointer}")
        for number, rate in enumerate(rates)
        for one in faults_of(unit, rate)
    ]
    refuse(faults)
    await lock_rates(unit.session)
    held = await rates_held(unit.session, rates)
    other = [
        (number, rate, row)
        for number, rate in enumerate(rates)
        if (row := held.get(key_of(rate))) is not None and row.value != rate.value
    ]
    if other and not reason:
        raise _held(other)
    fresh = [(rate, None, rate.reason) for rate in rates if key_of(rate) not in held]
    await _insert(unit, [*fresh, *((rate, row, reason) for _, rate, row in other)])
    return Loaded(len(fresh), len(rates) - len(fresh) - len(other), len(other))


async def _to_correct(unit: UnitOfWork, command: RateCreate) -> ExchangeRate | None:
    if command.supersedes_id is None:
        return None
    corrected = await unit.session.get(ExchangeRate, command.supersedes_id)
    if corrected is None:
        raise RateNotFound(command.supersedes_id)
    if (by := await successor(unit.session, corrected.id)) is not None:
        raise RateSuperseded(corrected.id, by)
    if key_of(corrected)[:3] != key_of(command)[:3]:
        another = fault(
            "/supersedes_id",
            "rate_of_another_kind",
            "Une correction garde la source et les deux monnaies du taux corrigé.",
            "A correction keeps the source and both currencies of the rate it corrects.",
        )
        refuse([another])
    return corrected


async def _insert(
    unit: UnitOfWork, rates: Sequence[tuple[Rate, ExchangeRate | None, str | None]]
) -> list[ExchangeRate]:
    """Save rates, each beside the one that it corrects and the reason why."""
    rows = []
    for rate, corrected, reason in rates:
        row = ExchangeRate(
            id=uuid7(),
            **{name: getattr(rate, name) for name in _STATED},
            reason=reason,
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
            reason=reason,
        )
    unit.session.add_all(rows)
    await unit.session.flush()
    return rows


def _words(rate: ExchangeRate) -> dict[str, Any]:
    return {**{name: getattr(rate, name) for name in _STATED}, "value": format(rate.value, "f")}


def _held(others: Sequence[tuple[int, Rate, ExchangeRate]]) -> RateHeld:
    faults = [
        fault(
            f"/{number}",
            "rate_held",
            "{source} {pair} au {on} : {held} est enregistré (taux {id}), pas {given}.",
            "{source} {pair} on {on}: {held} is held (rate {id}), not {given}.",
            source=rate.source,
            pair=f"{rate.base}/{rate.quote}",
            on=rate.effective_on,
            held=row.value,
            id=row.id,
            given=rate.value,
        )
        for number, rate, row in others[:FAULTS_SHOWN]
    ]
    told = {
        "fr": "Un taux est déjà enregistré pour cette source, ces monnaies et cette date ; pour le corriger, nommez-le "
        "dans supersedes_id (par fichier : --correct) et donnez un motif.",
        "en": "A rate is already held for this source, these currencies and this date; to correct it, name it in "
        "supersedes_id (for a file: --correct) and give a reason.",
    }
    return RateHeld(told, faults, extra={"held": [str(row.id) for _, _, row in others[:FAULTS_SHOWN]]})
