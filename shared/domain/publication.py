"""An edition's life as a table: from which state which act leads where; whatever is not in it is impossible.

Draft, review by another person, approval, freezing; a frozen edition is superseded, never changed (DESIGN 11).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.worded import Worded


class EditionState(Worded, key="edition_state", fr="État de l'édition", en="Edition state"):
    """Where an edition stands; a corrected edition supersedes a frozen one."""

    DRAFT = "draft", "en brouillon", "in draft"
    IN_REVIEW = "in_review", "en relecture", "in review"
    APPROVED = "approved", "approuvée", "approved"
    FROZEN = "frozen", "figée", "frozen"
    SUPERSEDED = "superseded", "remplacée", "superseded"


class EditionAct(StrEnum):
    """What is done to an edition."""

    EDIT = "edit"
    """Items and texts change: its controls must be run again, and it is a draft."""
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    """Sent back by another person, or withdrawn by who wrote it."""
    FREEZE = "freeze"
    FAIL = "fail"
    """Its freezing failed and gave it back."""
    SUPERSEDE = "supersede"
    """Its revision was frozen."""


_DRAFT, _REVIEW, _APPROVED = EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED

ACTS: Mapping[tuple[EditionState, EditionAct], EditionState] = MappingProxyType(
    {
        (_DRAFT, EditionAct.EDIT): _DRAFT,
        (_REVIEW, EditionAct.EDIT): _DRAFT,
        (_DRAFT, EditionAct.SUBMIT): _REVIEW,
        (_REVIEW, EditionAct.APPROVE): _APPROVED,
        (_REVIEW, EditionAct.RETURN): _DRAFT,
        (_APPROVED, EditionAct.RETURN): _DRAFT,
        (_APPROVED, EditionAct.FREEZE): EditionState.FROZEN,
        (_APPROVED, EditionAct.FAIL): _DRAFT,
        (EditionState.FROZEN, EditionAct.SUPERSEDE): EditionState.SUPERSEDED,
    }
)
"""The state that follows, by the state and the act."""

IS_OVER = frozenset({EditionState.FROZEN, EditionState.SUPERSEDED})
"""The states of which nothing is edited any more."""


class ImpossibleAct(ValueError):
    """The edition's state does not allow the act."""

    def __init__(self, state: EditionState, act: EditionAct) -> None:
        super().__init__(f"{act} is impossible for an edition that is {state}")
        self.state, self.act = state, act


def after(state: str, act: EditionAct) -> EditionState:
    """The state in which an act leaves an edition.

    Raises:
        ImpossibleAct: the state does not allow it.

    >>> after("draft", EditionAct.SUBMIT)
    <EditionState.IN_REVIEW: 'in_review'>
    """
    here = EditionState(state)
    if (here, act) not in ACTS:
        raise ImpossibleAct(here, act)
    return ACTS[here, act]


def states_of(act: EditionAct) -> list[EditionState]:
    """The states that allow an act."""
    return [state for state, one in ACTS if one is act]
