"""The states of a project and the moves between them (DESIGN 6; DPKO/DFS 2017.16 for the phases of a QIP)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where a project stands."""

    IDENTIFIED = "identified"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    APPROVED = "approved"
    AGREEMENT_SIGNED = "agreement_signed"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @classmethod
    def ever_approved(cls) -> frozenset["State"]:
        """A project that has held one of these was approved at some time."""
        return frozenset(
            {
                cls.APPROVED, cls.AGREEMENT_SIGNED, cls.IN_PROGRESS, cls.SUSPENDED,
                cls.COMPLETED, cls.HANDED_OVER, cls.CLOSED,
            }
        )  # fmt: skip


@dataclass(frozen=True)
class Move:
    """An allowed change of state: who may make it (`permission`) and what must hold (`guards`, by name)."""

    permission: str
    guards: tuple[str, ...] = ()
    needs_reason: bool = False


_S = State
MOVES: dict[tuple[State, State], Move] = {
    (_S.IDENTIFIED, _S.SUBMITTED): Move("projects:submit", ("has_sponsor", "has_place")),
    (_S.SUBMITTED, _S.UNDER_REVIEW): Move("projects:review"),
    (_S.UNDER_REVIEW, _S.DEFERRED): Move("projects:review", needs_reason=True),
    (_S.UNDER_REVIEW, _S.REJECTED): Move("projects:review", needs_reason=True),
    (_S.DEFERRED, _S.UNDER_REVIEW): Move("projects:review"),
    (_S.UNDER_REVIEW, _S.APPROVED): Move(
        "projects:approve", ("has_sponsor", "has_place", "has_amount", "amount_converted", "under_ceiling",
                             "approver_is_another")
    ),
    (_S.APPROVED, _S.AGREEMENT_SIGNED): Move("projects:edit", ("has_implementer",)),
    (_S.APPROVED, _S.IN_PROGRESS): Move("projects:edit"),
    (_S.AGREEMENT_SIGNED, _S.IN_PROGRESS): Move("projects:edit"),
    (_S.IN_PROGRESS, _S.SUSPENDED): Move("projects:edit", needs_reason=True),
    (_S.SUSPENDED, _S.IN_PROGRESS): Move("projects:edit"),
    (_S.IN_PROGRESS, _S.COMPLETED): Move("projects:edit"),
    (_S.COMPLETED, _S.HANDED_OVER): Move("projects:edit"),
    (_S.HANDED_OVER, _S.CLOSED): Move("projects:close"),
    (_S.COMPLETED, _S.CLOSED): Move("projects:close"),
    (_S.IN_PROGRESS, _S.HANDED_OVER): Move("projects:edit"),
    **{
        (state, _S.CANCELLED): Move("projects:approve", needs_reason=True)
        for state in (
            _S.IDENTIFIED, _S.SUBMITTED, _S.UNDER_REVIEW, _S.DEFERRED, _S.APPROVED, _S.AGREEMENT_SIGNED,
            _S.IN_PROGRESS, _S.SUSPENDED,
        )
    },
}  # fmt: skip
"""Every allowed move; a pair that is not here is refused. `in_progress` to `handed_over` is the ceremony that
completes and hands over at once."""


@dataclass(frozen=True)
class Step:
    """One transition in a sequence, in order of (value_on, position); `from_state` None is an opening."""

    value_on: date
    position: int
    from_state: State | None
    to_state: State


def fold(steps: Iterable[Step]) -> State | None:
    """The state after a sequence of steps, None for no step.

    Raises:
        ForbiddenSequence: the steps in order do not form a walk through `MOVES`.
    """
    state: State | None = None
    for step in sorted(steps, key=lambda one: (one.value_on, one.position)):
        if step.from_state is None:
            if state is not None:
                raise ForbiddenSequence(state, step)
        elif step.from_state != state or (step.from_state, step.to_state) not in MOVES:
            raise ForbiddenSequence(state, step)
        state = step.to_state
    return state


class ForbiddenSequence(ValueError):
    """A step does not follow from the state before it."""

    def __init__(self, state: State | None, step: Step) -> None:
        self.state = state
        self.step = step
        super().__init__(f"{step.to_state} on {step.value_on} does not follow from {state or 'no state'}")


def allowed_from(state: State | None) -> Sequence[State]:
    """The states that a move may lead to, in the order of the lifecycle."""
    return [target for (origin, target) in MOVES if origin == state]
