"""The lifecycle: every pair of states, and the fold of every sequence."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.lifecycle import (
    MOVES,
    ForbiddenSequence,
    Guard,
    State,
    Step,
    allowed_from,
    fold,
    next_position,
    state_before,
    was_approved,
)

START = date(2022, 1, 1)

# DESIGN 6, written out once more by hand: a change of the table is a change of both
ALLOWED = {
    "identified": {"submitted", "cancelled"},
    "submitted": {"identified", "under_review", "cancelled"},
    "under_review": {"identified", "deferred", "rejected", "approved", "cancelled"},
    "deferred": {"under_review", "cancelled"},
    "rejected": set(),
    "approved": {"agreement_signed", "in_progress", "cancelled"},
    "agreement_signed": {"in_progress", "cancelled"},
    "in_progress": {"suspended", "completed", "handed_over", "cancelled"},
    "suspended": {"in_progress", "cancelled"},
    "completed": {"handed_over", "closed"},
    "handed_over": {"closed"},
    "closed": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize(("origin", "target"), list(product(State, State)))
def test_every_pair_of_states_is_allowed_or_refused_as_designed(origin, target):
    steps = [Step(START, 0, None, origin), Step(START, 1, origin, target)]
    if target in ALLOWED[origin]:
        assert fold(steps) is target
        assert target in allowed_from(origin)
    else:
        with pytest.raises(ForbiddenSequence):
            fold(steps)
        assert target not in allowed_from(origin)


@pytest.mark.parametrize("state", State)
def test_a_register_may_open_in_any_state(state):
    assert fold([Step(START, 0, None, state)]) is state


def test_no_step_gives_no_state():
    assert fold([]) is None
    assert allowed_from(None) == []


def test_only_an_opening_may_come_first():
    with pytest.raises(ForbiddenSequence):
        fold([Step(START, 0, State.IDENTIFIED, State.SUBMITTED)])


def test_a_project_opens_once():
    with pytest.raises(ForbiddenSequence):
        fold([Step(START, 0, None, State.IDENTIFIED), Step(START, 1, None, State.SUBMITTED)])


def test_approval_asks_for_all_that_the_design_lists():
    move = MOVES[State.UNDER_REVIEW, State.APPROVED]
    assert move.permission == "projects:approve"
    assert set(move.guards) == set(Guard) - {Guard.HAS_IMPLEMENTER}


def test_ever_approved_is_every_state_from_approved_to_closed():
    assert State.ever_approved() == {
        "approved", "agreement_signed", "in_progress", "suspended", "completed", "handed_over", "closed",
    }  # fmt: skip
    assert was_approved([State.APPROVED, State.CANCELLED])
    assert not was_approved([State.IDENTIFIED, State.CANCELLED])


@st.composite
def walks(draw) -> list[Step]:
    """A sequence as the lifecycle allows it, on dates that do not go back; several may share a date."""
    state = draw(st.sampled_from(list(State)))
    on = START
    steps = [Step(on, 0, None, state)]
    for _ in range(draw(st.integers(0, 8))):
        targets = allowed_from(state)
        if not targets:
            break
        target = draw(st.sampled_from(targets))
        on += timedelta(days=draw(st.integers(0, 3)))
        steps.append(Step(on, next_position(steps, on), state, target))
        state = target
    return steps


@given(walks(), st.randoms(use_true_random=False))
def test_the_fold_of_a_walk_is_its_last_state_in_whatever_order_it_is_read(steps, random):
    shuffled = random.sample(steps, len(steps))
    assert fold(shuffled) is steps[-1].to_state


@given(walks(), st.data())
def test_a_walk_without_one_of_its_inner_steps_is_refused_or_still_a_walk(steps, data):
    index = data.draw(st.integers(0, len(steps) - 1))
    left = [*steps[:index], *steps[index + 1 :]]
    follows = all(after.from_state == before.to_state for before, after in pairwise(left)) and (
        not left or left[0].from_state is None
    )
    if follows:
        assert fold(left) == (left[-1].to_state if left else None)
    else:
        with pytest.raises(ForbiddenSequence):
            fold(left)


@given(walks())
def test_the_state_before_a_place_is_what_a_step_put_there_starts_from(steps):
    for before, step in pairwise(steps):
        assert state_before(steps, step.order) is before.to_state
        assert step.from_state is before.to_state
    assert state_before(steps, steps[0].order) is None


@given(walks(), st.sampled_from(list(State)), st.integers(-3, 30))
def test_whatever_is_inserted_gives_a_walk_or_is_refused(steps, target, days):
    on = START + timedelta(days=days)
    order = (on, next_position(steps, on))
    origin = state_before(steps, order)
    inserted = Step(*order, origin, target)
    ordered = sorted([*steps, inserted], key=lambda step: step.order)
    is_walk = ordered[0].from_state is None and all(
        after.from_state == before.to_state and (before.to_state, after.to_state) in MOVES
        for before, after in pairwise(ordered)
    )
    if is_walk:
        assert fold([*steps, inserted]) is ordered[-1].to_state
    else:
        with pytest.raises(ForbiddenSequence):
            fold([*steps, inserted])
