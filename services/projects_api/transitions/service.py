"""Transitions: recorded, corrected and retracted; after each the whole sequence is folded again under the lock."""

from collections.abc import Sequence as Rows
from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.amounts.service import correct_conversion
from services.projects_api.content.parts import TransitionStated
from services.projects_api.entry.rules import judge
from services.projects_api.fact_kinds.amounts import AMOUNTS, AmountStated
from services.projects_api.opened import open_project, subject_of
from services.projects_api.transitions import guards
from services.projects_api.transitions.queries import Sequence, dossier_of, sequence_of, step_of
from services.projects_api.transitions.schemas import TransitionCommand
from shared.domain.lifecycle import (
    MOVES,
    ForbiddenSequence,
    Guard,
    Move,
    State,
    Step,
    allowed_from,
    fold,
    state_before,
    was_approved,
)
from shared.errors import Fault, RateMissing, RuleBroken
from shared.models import Project, Transition
from shared.models.project import AmountKind
from shared.permissions import Ownership, require
from shared.recording.facts import Stated, Subject, fact_columns, insist_on_reason, row_to_correct
from shared.recording.rows import save
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class ForbiddenTransition(Refusal, RuleBroken):
    """The sequence of the project's transitions would be no walk through its lifecycle."""

    kind, at, shown = "forbidden-transition", "/to", ("allowed",)
    to: State
    on: date
    allowed: list[State]


class _BeforeFirst(ForbiddenTransition):
    fr = "« {to} » le {on} est antérieur au premier état connu du projet ; choisissez une date plus tardive."
    en = "'{to}' on {on} is before the first known state of the project; choose a later date."


class _CannotFollow(ForbiddenTransition):
    fr = "« {to} » le {on} ne peut pas suivre l'état « {held} » ; peuvent suivre : {allowed}."
    en = "'{to}' on {on} cannot follow the state '{held}'; what may follow: {allowed}."
    held: State


def _forbidden(problem: ForbiddenSequence) -> ForbiddenTransition:
    step, held, allowed = problem.step, problem.state, list(allowed_from(problem.state))
    if held is None:
        return _BeforeFirst(step.to_state, step.value_on, allowed)
    return _CannotFollow(step.to_state, step.value_on, allowed, held)


class TransitionRefused(RuleBroken):
    """The move is in the table, but what it asks for is missing; every reason is a fault."""

    kind = "transition-refused"

    def __init__(self, target: State, faults: Rows[Fault]) -> None:
        super().__init__(
            sentence(
                "Le passage à l'état « {target} » est refusé pour {number} {number:raison|raisons}.",
                "The move to '{target}' is refused for {number} {number:reason|reasons}.",
                target=target,
                number=len(faults),
            ),
            faults=faults,
        )


class RateMissingAtApproval(RateMissing):
    """The amount's value in USD cannot be known at a date that needs it; the other reasons stand beside it."""

    def __init__(self, missing: RateMissing, faults: Rows[Fault]) -> None:
        super().__init__(missing.detail, faults=faults, extra=missing.extra)


_NO_REASON = Fault(
    "/reason", {"fr": "Ce passage demande un motif (reason).", "en": "This move needs a reason."}, "reason_missing"
)


def new_transition(
    unit: UnitOfWork,
    project_id: UUID,
    stated: TransitionStated,
    rows: Rows[Transition],
    superseded: Transition | None = None,
    *,
    is_synthetic: bool = False,
    reason: str | None = None,
) -> Transition:
    """The transition to `stated.to_state`, from the state that the others give before it; to be folded and saved.

    `rows` are those that stand; the superseded one is left out of them here.
    """
    columns = fact_columns(unit, stated, rows, superseded, is_synthetic=is_synthetic, reason=reason)
    others = [step_of(row) for row in rows if row is not superseded]
    before = state_before(others, (columns["value_on"], columns["position"]))
    return Transition(
        id=uuid7(),
        project_id=project_id,
        from_state=None if _is_opening(superseded) else before,
        to_state=stated.to_state,
        **columns,
    )


def _is_opening(row: Transition | None) -> bool:
    """Whether it is the first state known of a project, from none; so is what corrects it."""
    return row is not None and row.from_state is None


def refold(rows: Rows[Transition]) -> State | None:
    """The state after all these transitions.

    Raises:
        ForbiddenTransition: they do not form a walk from one opening.
    """
    return _fold([step_of(row) for row in rows])


def _fold(steps: list[Step]) -> State | None:
    try:
        return fold(steps)
    except ForbiddenSequence as problem:
        raise _forbidden(problem) from problem


async def record_transition(unit: UnitOfWork, project_id: UUID, command: TransitionCommand) -> Transition:
    """Record a move, correct one or take one back.

    Raises:
        ForbiddenTransition: the whole sequence would be no walk through the lifecycle (back-dated nonsense included).
        TransitionRefused, RateMissingAtApproval: the move's guards, all reasons at once.
        NotPermitted: this move is not for this caller.
        DateInFuture, FactNotFound, AlreadyCorrected, CorrectionWithoutReason: see there.
    """
    project, ownership = await open_project(unit, project_id, "projects:transition")
    await judge(unit, command, project.mechanism_code)
    sequence = await sequence_of(unit.session, project_id)
    superseded = None
    if command.supersedes_id is not None:
        subject = Subject("project_id", project_id)
        superseded = await row_to_correct(unit.session, Transition, subject, command.supersedes_id)
        insist_on_reason(unit, superseded, command.reason, is_used=was_approved(sequence.states))
    if command.is_retraction:
        assert superseded is not None
        row = _retraction(unit, superseded, command, sequence)
        require(unit.principal, _permission_of(step_of(superseded)), ownership)
    else:
        if command.amount is not None:
            await _record_approved(unit, project, command)
        row = await _move(unit, project, command, sequence, superseded=superseded, ownership=ownership)
    await save(unit.session, [row])
    unit.record(
        _action(row),
        "project",
        project.id,
        before={"state": sequence.state, "supersedes_id": command.supersedes_id},
        after={"id": row.id, "from": row.from_state, "to": row.to_state, "on": row.value_on},
        reason=row.reason,
    )
    unit.changed(project)
    return row


def _action(row: Transition) -> str:
    if row.is_retraction:
        return "project.transition_retracted"
    if row.supersedes_id:
        return "project.transition_corrected"
    if row.to_state == State.IDENTIFIED:
        return "project.withdrawn" if row.from_state == State.SUBMITTED else "project.sent_back"
    return f"project.{row.to_state}"


def _retraction(unit: UnitOfWork, superseded: Transition, command: TransitionCommand, sequence: Sequence) -> Transition:
    """The row that takes another back; what is left must still be a walk, and not empty."""
    left = sequence.steps(without=superseded)
    if _fold(left) is None:
        raise _forbidden(ForbiddenSequence(None, step_of(superseded)))
    stated = Stated(
        on=superseded.value_on, precision=superseded.precision, source=command.source, reason=command.reason
    )
    return Transition(
        id=uuid7(),
        project_id=superseded.project_id,
        from_state=superseded.from_state,
        to_state=superseded.to_state,
        is_retraction=True,
        **fact_columns(unit, stated, sequence.rows, superseded),
    )


async def _record_approved(unit: UnitOfWork, project: Project, command: TransitionCommand) -> None:
    """The amount that the approval states, from its date on, before the guards judge it."""
    assert command.on is not None
    assert command.amount is not None
    stated = AmountStated(
        **command.amount.model_dump(exclude={"source"}),
        kind=AmountKind.APPROVED,
        on=command.on,
        precision=command.precision,
        source=command.amount.source or command.source,
    )
    prepared = await AMOUNTS.prepared(unit, [stated])
    await AMOUNTS.add(unit, subject_of(project), stated, prepared=prepared)


async def _move(
    unit: UnitOfWork,
    project: Project,
    command: TransitionCommand,
    sequence: Sequence,
    *,
    superseded: Transition | None,
    ownership: Ownership,
) -> Transition:
    assert command.to_state is not None
    stated = TransitionStated(
        **command.model_dump(include={"on", "precision", "source", "reason"}), to_state=command.to_state
    )
    row = new_transition(unit, project.id, stated, sequence.rows, superseded)
    step = step_of(row)
    if not _is_opening(superseded) and (step.from_state, step.to_state) not in MOVES:
        raise _forbidden(ForbiddenSequence(step.from_state, step))
    _fold([*sequence.steps(without=superseded), step])
    move = _move_of(step)
    require(unit.principal, _permission_of(step), ownership)
    await _refuse_unless_guarded(unit, project, move, command, step)
    return row


def _move_of(step: Step) -> Move | None:
    """The move of a step; an opening has none."""
    return None if step.from_state is None else MOVES[step.from_state, step.to_state]


def _permission_of(step: Step) -> str:
    """Who may make, correct or retract a step; an opening is the editors'."""
    move = _move_of(step)
    return "projects:edit" if move is None else move.permission


async def _refuse_unless_guarded(
    unit: UnitOfWork, project: Project, move: Move | None, command: TransitionCommand, step: Step
) -> None:
    if move is None:
        return
    dossier = await dossier_of(unit.session, project, step.value_on)
    found = guards.faults(move.guards, dossier, unit.actor)
    if move.needs_reason and not (command.reason or unit.reason):
        found.append(_NO_REASON)
    if (missing := guards.missing_rate(move.guards, dossier)) is not None:
        raise RateMissingAtApproval(missing, found)
    if found:
        raise TransitionRefused(step.to_state, found)
    if Guard.AMOUNT_CONVERTED in move.guards and dossier.amount is not None:
        await correct_conversion(unit, project, dossier.amount, dossier.rate_of_amount)
