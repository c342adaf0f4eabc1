"""Dated policies of mechanisms: recorded from a date on, corrected by another row, brought by registers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.projects_api.mechanisms.schemas import PolicyCommand, PolicyContent
from shared.domain.notation import day
from shared.errors import Conflict, Fault
from shared.models import Mechanism, Policy
from shared.models.among import among
from shared.recording.directory import look_up
from shared.recording.facts import (
    REGISTER,
    AlreadyCorrected,
    CorrectionWithoutReason,
    FactNotFound,
    keep_kind,
    standing,
)
from shared.recording.rows import save
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class PolicyStands(Refusal, Conflict):
    """A policy of that kind holds from that date already."""

    kind, at = "policy-stands", "/valid_from"
    fr = "Une règle « {policy} » de {mechanism} vaut déjà à partir du {on} ; prenez une autre date, ou corrigez celle-là."
    en = "A policy '{policy}' of {mechanism} holds from {on} already; take another date, or correct that one."
    policy: str
    mechanism: str
    on: date


async def record_policy(unit: UnitOfWork, command: PolicyCommand) -> Policy:
    """Record a policy that holds from its date on, or one in the place of another that was entered wrongly.

    Raises:
        PolicyStands: another one of that kind holds from that date.
        FactNotFound, AlreadyCorrected, CorrectionWithoutReason, UnknownKeys: see there.
    """
    await look_up(unit.session, command)
    superseded = None
    if command.supersedes_id is not None:
        superseded = await _policy_to_correct(unit, command)
    await _lock(unit.session, {command.mechanism, *([superseded.mechanism_code] if superseded else [])})
    await _refuse_corrected(unit.session, superseded)
    held = await _standing(unit.session, [command.mechanism])
    if superseded is not None:
        keep_kind(superseded, command.kind)
        beside = (
            held
            if superseded.mechanism_code == command.mechanism
            else await _standing(unit.session, [superseded.mechanism_code])
        )
        _warn_of_gap(unit, superseded, command, beside.values())
    other = held.get((command.mechanism, command.kind, command.valid_from))
    if other is not None and other is not superseded:
        raise PolicyStands(command.kind, command.mechanism, command.valid_from)
    row = _new(unit, command, superseded, command.reason or unit.reason)
    await save(unit.session, [row])
    return row


def _warn_of_gap(unit: UnitOfWork, superseded: Policy, command: PolicyCommand, held: Iterable[Policy]) -> None:
    """Tell of the days that a correction leaves without a policy of the kind that it corrects."""
    moves_away = command.mechanism != superseded.mechanism_code
    if not moves_away and command.valid_from <= superseded.valid_from:
        return
    others = [row for row in held if row.kind == superseded.kind and row is not superseded]
    if any(row.valid_from <= superseded.valid_from for row in others):
        return
    ends = [*(row.valid_from for row in others), *([] if moves_away else [command.valid_from])]
    said = sentence(
        "À partir du {since}, aucune règle « {kind} » de {mechanism} ne vaut plus{until_fr} ; si ce n'est pas voulu, "
        "corrigez-la.",
        "From {since} no policy '{kind}' of {mechanism} holds any more{until_en}; if that is not meant, correct it.",
        since=superseded.valid_from,
        kind=superseded.kind,
        mechanism=superseded.mechanism_code,
        until_fr=f", jusqu'au {day(min(ends), 'fr')}" if ends else "",
        until_en=f", until {day(min(ends), 'en')}" if ends else "",
    )
    unit.warn(Fault("/valid_from", said, "policy_gap"))


async def reconcile_policies(unit: UnitOfWork, rows: Sequence[PolicyContent]) -> Counter[str]:
    """What a register states: a policy that stands as stated is left, another one from the same date is corrected."""
    mechanisms = {row.mechanism for row in rows}
    await _lock(unit.session, mechanisms)
    held = await _standing(unit.session, sorted(mechanisms))
    counter: Counter[str] = Counter()
    new = []
    for row in rows:
        key = (row.mechanism, row.kind, row.valid_from)
        superseded = held.get(key)
        if superseded is not None and all(getattr(superseded, name) == value for name, value in _columns(row).items()):
            counter["unchanged"] += 1
            continue
        held[key] = _new(unit, row, superseded, None if superseded is None else unit.reason or REGISTER)
        new.append(held[key])
        counter["created" if superseded is None else "changed"] += 1
    for one in new:
        await save(unit.session, [one])
    return counter


async def _policy_to_correct(unit: UnitOfWork, command: PolicyCommand) -> Policy:
    assert command.supersedes_id is not None
    row = await unit.session.get(Policy, command.supersedes_id)
    if row is None:
        raise FactNotFound(command.supersedes_id)
    if not (command.reason or unit.reason):
        raise CorrectionWithoutReason
    return row


async def _refuse_corrected(session: AsyncSession, row: Policy | None) -> None:
    """Raise `AlreadyCorrected` where another row supersedes it; the mechanism is locked."""
    if row is None:
        return
    by: UUID | None = await session.scalar(select(Policy.id).where(Policy.supersedes_id == row.id))
    if by is not None:
        raise AlreadyCorrected(row.id, by)


async def _lock(session: AsyncSession, mechanisms: set[str]) -> None:
    """Keep others from recording policies of these mechanisms until this transaction ends."""
    locked = select(Mechanism.code).where(among(Mechanism.code, mechanisms)).order_by(Mechanism.code)
    await session.execute(locked.with_for_update())


async def _standing(session: AsyncSession, mechanisms: Sequence[str]) -> dict[tuple[Any, ...], Policy]:
    """The policies that stand, by mechanism, kind and date."""
    query = select(Policy).where(among(Policy.mechanism_code, mechanisms), standing(Policy))
    rows = await session.scalars(query)
    return {(row.mechanism_code, row.kind, row.valid_from): row for row in rows}


def _columns(content: PolicyContent) -> dict[str, Any]:
    return {
        "mechanism_code": content.mechanism,
        **content.model_dump(include={"kind", "value", "currency", "valid_from", "source"}),
    }


def _new(unit: UnitOfWork, content: PolicyContent, superseded: Policy | None, reason: str | None) -> Policy:
    """The row, noted for the audit."""
    columns = _columns(content)
    row = Policy(
        id=uuid7(),
        **columns,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
        reason=reason,
        supersedes_id=None if superseded is None else superseded.id,
    )
    before = None
    if superseded is not None:
        before = {"id": superseded.id, **{name: getattr(superseded, name) for name in columns}}
    action = "policy.created" if superseded is None else "policy.corrected"
    unit.record(action, "policy", row.id, before=before, after=columns, reason=reason)
    return row
