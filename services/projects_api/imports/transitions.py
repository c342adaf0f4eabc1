"""The states that a register gives of a project against those that stand: equal ones stay, others are corrected."""

from collections.abc import Sequence

from services.projects_api.content.parts import TransitionStated
from services.projects_api.facts.reconciliation import is_synthetic, reason_of
from services.projects_api.transitions.service import new_transition, refold
from shared.models import Transition
from shared.recording.facts import Subject, says_the_same
from shared.unit_of_work import UnitOfWork


def transitions_to_save(
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
    unit: UnitOfWork, subject: Subject, stated: TransitionStated, rows: list[Transition], superseded: Transition | None
) -> Transition:
    row = new_transition(
        unit,
        subject.id,
        stated,
        rows,
        superseded,
        is_synthetic=is_synthetic(stated),
        reason=reason_of(unit, superseded),
    )
    if superseded is not None:
        row.from_state = superseded.from_state
        rows.remove(superseded)
    rows.append(row)
    return row
