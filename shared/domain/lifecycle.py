"""The states of a project and the moves between them (DESIGN 6; DPKO/DFS 2017.16 for the phases of a QIP)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from shared.worded import Worded


class State(Worded, key="project_state", fr="État du projet", en="Project state"):
    """Where a project stands."""

    IDENTIFIED = "identified", "identifié", "identified"
    SUBMITTED = "submitted", "soumis", "submitted"
    UNDER_REVIEW = "under_review", "en examen", "under review"
    DEFERRED = "deferred", "différé", "deferred"
    REJECTED = "rejected", "rejeté", "rejected"
    APPROVED = "approved", "approuvé", "approved"
    AGREEMENT_SIGNED = "agreement_signed", "accord signé", "agreement signed"
    IN_PROGRESS = "in_progress", "en cours", "in progress"
    SUSPENDED = "suspended", "suspendu", "suspended"
    COMPLETED = "completed", "achevé", "completed"
    HANDED_OVER = "handed_over", "remis", "handed over"
    CLOSED = "closed", "clôturé", "closed"
    CANCELLED = "cancelled", "annulé", "cancelled"

    @classmethod
    def ever_approved(cls) -> frozenset["State"]:
        """A project that has held one of these was approved at some time."""
        return frozenset(
            {
                cls.APPROVED, cls.AGREEMENT_SIGNED, cls.IN_PROGRESS, cls.SUSPENDED,
                cls.COMPLETED, cls.HANDED_OVER, cls.CLOSED,
            }
        )  # fmt: skip


class Guard(Worded, key="transition_guard", fr="Condition d'un changement d'état", en="Condition of a change of state"):
    """What must hold for a move; each gives a reason when it does not."""

    HAS_SPONSOR = "has_sponsor", "a une section porteuse", "has a sponsoring section"
    HAS_PLACE = "has_place", "a un lieu", "has a place"
    HAS_AMOUNT = "has_amount", "a un montant", "has an amount"
    """An approved, revised or final amount holds on the date."""
    AMOUNT_CONVERTED = "amount_converted", "montant convertible en dollars", "amount convertible to dollars"
    """Its value in USD is known, or can be computed at a rate held for its date."""
    UNDER_CEILING = "under_ceiling", "sous le plafond", "under the ceiling"
    """It does not exceed the mechanism's ceiling at the rate of the approval date."""
    APPROVER_IS_ANOTHER = (
        "approver_is_another",
        "approuvé par une personne qui n'y a rien écrit",
        "approved by somebody who wrote nothing in it",
    )
    HAS_IMPLEMENTER = "has_implementer", "a un partenaire d'exécution", "has an implementing partner"


@dataclass(frozen=True)
class Move:
    """An allowed change of state: who may make it (`permission`) and what must hold (`guards`)."""

    permission: str
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False


_S = State
MOVES: Mapping[tuple[State, State], Move] = MappingProxyType({
    (_S.IDENTIFIED, _S.SUBMITTED): Move("projects:submit", (Guard.HAS_SPONSOR, Guard.HAS_PLACE)),
    (_S.SUBMITTED, _S.IDENTIFIED): Move("projects:submit", needs_reason=True),
    (_S.SUBMITTED, _S.UNDER_REVIEW): Move("projects:review"),
    (_S.UNDER_REVIEW, _S.IDENTIFIED): Move("projects:review", needs_reason=True),
    (_S.UNDER_REVIEW, _S.DEFERRED): Move("projects:review", needs_reason=True),
    (_S.UNDER_REVIEW, _S.REJECTED): Move("projects:review", needs_reason=True),
    (_S.DEFERRED, _S.UNDER_REVIEW): Move("projects:review"),
    (_S.UNDER_REVIEW, _S.APPROVED): Move(
        "projects:approve",
        (Guard.HAS_SPONSOR, Guard.HAS_PLACE, Guard.HAS_AMOUNT, Guard.AMOUNT_CONVERTED, Guard.UNDER_CEILING,
         Guard.APPROVER_IS_ANOTHER),
    ),
    (_S.APPROVED, _S.AGREEMENT_SIGNED): Move("projects:edit", (Guard.HAS_IMPLEMENTER,)),
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
})  # fmt: skip
"""Every allowed move; a pair that is not here is refused. From `submitted` an author withdraws the project, from
`under_review` the reviewer sends it back, both with a comment. `in_progress` to `handed_over` is the ceremony that
completes and hands over at once."""


class ForbiddenSequence(ValueError):
    """A step does not follow from the state before it."""

    def __init__(self, state: State | None, step: "Step") -> None:
        self.state = state
        """The state that the steps before lead to; None before the first."""
        self.step = step
        super().__init__(
            f"{step.to_state} on {step.value_on} from {step.from_state or 'no state'} "
            f"does not follow from {state or 'no state'}"
        )


@dataclass(frozen=True)
class Step:
    """One transition in a sequence, in order of (value_on, position); `from_state` None is an opening."""

    value_on: date
    position: int
    from_state: State | None
    to_state: State

    @property
    def order(self) -> tuple[date, int]:
        """Where it stands in its sequence."""
        return (self.value_on, self.position)


def fold(steps: Iterable[Step]) -> State | None:
    """The state after a sequence of steps, None for no step.

    Raises:
        ForbiddenSequence: the steps in order do not form a walk through `MOVES` from one opening.
    """
    state: State | None = None
    for step in sorted(steps, key=lambda one: one.order):
        if step.from_state is None:
            if state is not None:
                raise ForbiddenSequence(state, step)
        elif step.from_state != state or (step.from_state, step.to_state) not in MOVES:
            raise ForbiddenSequence(state, step)
        state = step.to_state
    return state


def state_before(steps: Iterable[Step], order: tuple[date, int]) -> State | None:
    """The state that a sequence gives just before a place in it; what a step put there starts from."""
    earlier = [step for step in steps if step.order < order]
    return max(earlier, key=lambda one: one.order).to_state if earlier else None


def next_position(steps: Iterable[Step], value_on: date) -> int:
    """The position of a further step on that date: after those that the date already has."""
    return 1 + max((step.position for step in steps if step.value_on == value_on), default=-1)


def allowed_from(state: State | None) -> Sequence[State]:
    """The states that one move may lead to, in the order of the lifecycle."""
    return [target for target in State if state is not None and (state, target) in MOVES]


def was_approved(states: Iterable[State]) -> bool:
    """Whether a history of states holds one that only an approved project reaches."""
    return not State.ever_approved().isdisjoint(states)
