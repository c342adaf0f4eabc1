"""Every pair of an edition's state and what is done to it."""

from itertools import product

import pytest

from shared.domain.publication import ACTS, IS_OVER, EditionAct, EditionState, ImpossibleAct, after, states_of

POSSIBLE = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "in_review",
    ("in_review", "edit"): "draft",
    ("in_review", "approve"): "approved",
    ("in_review", "return"): "draft",
    ("approved", "return"): "draft",
    ("approved", "freeze"): "frozen",
    ("approved", "fail"): "draft",
    ("frozen", "supersede"): "superseded",
}


@pytest.mark.parametrize(("state", "act"), list(product(EditionState, EditionAct)))
def test_every_pair_leads_where_the_table_says_or_nowhere(state: EditionState, act: EditionAct) -> None:
    if (state, act) in POSSIBLE:
        assert after(state, act) == POSSIBLE[state, act]
        assert state in states_of(act)
    else:
        with pytest.raises(ImpossibleAct, match=f"{act} is impossible for an edition that is {state}"):
            after(state, act)
        assert state not in states_of(act)


def test_what_is_over_is_never_a_draft_again() -> None:
    for state, act in ACTS:
        assert state not in IS_OVER or ACTS[state, act] in IS_OVER


def test_each_state_is_reached() -> None:
    assert {*ACTS.values()} == {*EditionState}
