"""What a register states of states, sectors and places against what stands: equal facts stay, others are corrected."""

from collections.abc import Sequence
from typing import Any

from services.projects_api.assignments.service import Assignment, Shares, new_assignment, shares_of
from services.projects_api.facts import PlacesStated, SectorsStated, TransitionStated
from services.projects_api.transitions.service import new_transition, refold
from shared.models import Transition
from shared.models.base import Base, Fact
from shared.recording.directory import Directory
from shared.recording.facts import REGISTER, Stated, Subject, says_the_same
from shared.unit_of_work import UnitOfWork


def is_synthetic(stated: Stated) -> bool:
    """Whether the register says that the fact was made up."""
    return bool(getattr(stated, "is_synthetic", False))


def _reason(unit: UnitOfWork, superseded: Fact | None) -> str | None:
    """Why a row is corrected, where the fact itself does not say: that of the unit of work, or that a register says so."""
    return None if superseded is None else unit.reason or REGISTER


def transitions(
    unit: UnitOfWork, subject: Subject, stated: Sequence[TransitionStated], standing: Sequence[Transition]
) -> list[Transition]:
    """The transitions to save; matched by state and date, then by state alone (its date is corrected).

    Raises:
        ForbiddenTransition: what stands and what is stated form no walk through the lifecycle.
    """
    rows = list(standing)
    left = list(standing)
    new: list[Transition] = []
    unmatched: list[TransitionStated] = []
    for one in stated:
        row = next((row for row in left if (row.to_state, row.value_on) == (one.to_state, one.on)), None)
        if row is None:
            unmatched.append(one)
            continue
        left.remove(row)
        if not says_the_same(row, one):
            new.append(_transition(unit, subject, one, rows, row))
    for one in unmatched:
        row = next((row for row in left if row.to_state == one.to_state), None)
        if row is not None:
            left.remove(row)
        new.append(_transition(unit, subject, one, rows, row))
    if new:
        refold(rows)
    return new


def _transition(
    unit: UnitOfWork,
    subject: Subject,
    stated: TransitionStated,
    rows: list[Transition],
    superseded: Transition | None,
) -> Transition:
    row = new_transition(
        unit,
        subject.id,
        stated,
        rows,
        superseded,
        is_synthetic=is_synthetic(stated),
        reason=_reason(unit, superseded),
    )
    if superseded is not None:
        row.from_state = superseded.from_state
        rows.remove(superseded)
    rows.append(row)
    return row


def assignment(
    unit: UnitOfWork,
    subject: Subject,
    stated: SectorsStated | PlacesStated | None,
    directory: Directory,
    *,
    standing: Sequence[Assignment],
    shares: dict[Any, Shares],
) -> list[Base]:
    """The statement of sectors or places to save with its shares, matched by date; `shares` are those held."""
    if stated is None:
        return []
    row = next((row for row in standing if row.value_on == stated.on), None)
    if row is not None and says_the_same(row, stated) and shares[row.id] == shares_of(stated, directory):
        return []
    return new_assignment(
        unit,
        subject.id,
        stated,
        directory,
        rows=standing,
        superseded=row,
        is_synthetic=is_synthetic(stated),
        reason=_reason(unit, row),
    )
