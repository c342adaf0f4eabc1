"""Random lives of one delivery against a platform that may act, answer, lie silent or be away, in every order.

The rules are those of the executor: probe before each sending, never send in doubt before the quarantine is over. The
platform acts at most a quarantine after the intent. Then nothing may ever be created twice.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared.domain.delivery import (
    STEPS,
    DeliveryEvent,
    DeliveryState,
    Outcome,
    Patience,
    Tried,
    failed_tries,
    last_doubt,
    late_tries,
    settle,
    transition,
    was_never_sent,
)

ANSWERS = ["clear", "lost", "lost", "died", "died", "refused", "rejected"]
FAILED_PROBES = (Outcome.REFUSED, Outcome.UNAUTHORISED, Outcome.LATE)


class DeliveryLife(RuleBasedStateMachine):
    patience = Patience(first_backoff=5, quarantine=25)

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        self.state = DeliveryState.PENDING
        self.fence = 0
        self.tried: list[Tried] = []
        self.proved: set[str] = set()
        self.not_before = self.now
        self.created = dict.fromkeys(STEPS, 0)
        self.inside: list[tuple[datetime, str]] = []
        """Requests that the platform has taken but not acted upon yet, with the instant when it will."""

    def _act(self):
        for due, step in [each for each in self.inside if each[0] <= self.now]:
            self.inside.remove((due, step))
            self.created[step] += 1

    def _try(self, step, phase, outcome):
        self.tried.append(Tried(self.fence, step, phase, outcome, self.now))

    def _settle(self, outcome):
        doubt = last_doubt(self.tried)
        settlement = settle(
            outcome,
            in_doubt=doubt is not None,
            attempts=failed_tries(self.tried, since_fence=0),
            lates=late_tries(self.tried, since_fence=0),
            since_intent=(self.now - doubt.started_at).total_seconds() if doubt else 0.0,
            patience=self.patience,
            retry_after=None,
            draw=0.5,
        )
        self.state = transition(self.state, settlement.event)
        self.not_before = self.now + timedelta(seconds=settlement.wait_seconds)

    @property
    def step(self):
        return next(step for step in STEPS if step not in self.proved)

    def _prove(self, step):
        self.proved.add(step)
        if len(self.proved) == len(STEPS):
            self._settle(Outcome.SUCCEEDED)

    @rule(seconds=st.sampled_from([2, 8, 30]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)
        self._act()

    @precondition(lambda self: self.state in (DeliveryState.PENDING, DeliveryState.UNKNOWN))
    @rule()
    def is_claimed_as_soon_as_it_may_be(self):
        self.now = max(self.now, self.not_before)
        self._act()
        self.fence += 1
        self.state = transition(self.state, DeliveryEvent.CLAIMED)

    @precondition(lambda self: self.state is DeliveryState.SENDING)
    @rule(outcome=st.sampled_from(FAILED_PROBES))
    def probe_fails(self, outcome):
        self._try(self.step, "probe", outcome)
        self._settle(outcome)

    @precondition(lambda self: self.state is DeliveryState.SENDING)
    @rule(answer=st.sampled_from(ANSWERS), lingers=st.sampled_from([0, 5, 24]))
    def is_probed_then_sent(self, answer, lingers):
        step = self.step
        if self.created[step]:
            self._try(step, "probe", Outcome.SUCCEEDED)
            self._prove(step)
            return
        self._try(step, "probe", Outcome.ABSENT)
        if answer == "refused":
            self._try(step, "send", Outcome.REFUSED)
            self._settle(Outcome.REFUSED)
            return
        if answer == "rejected":
            self._try(step, "send", Outcome.REJECTED)
            self._settle(Outcome.REJECTED)
            return
        self.inside.append((self.now + timedelta(seconds=lingers), step))
        if answer == "clear":
            self.now += timedelta(seconds=lingers)
            self._act()
            self._try(step, "send", Outcome.SUCCEEDED)
            self._prove(step)
            return
        self._act()
        outcome = Outcome.UNCLEAR if answer == "lost" else Outcome.ABANDONED
        self._try(step, "send", outcome)
        self._settle(outcome)

    @invariant()
    def nothing_is_created_twice(self):
        assert max(self.created.values()) <= 1

    @invariant()
    def what_is_delivered_is_there_and_what_is_not_there_is_not_delivered(self):
        if self.state is DeliveryState.DELIVERED:
            assert set(self.created.values()) == {1}

    @invariant()
    def doubt_and_the_state_unknown_are_the_same(self):
        if self.state is not DeliveryState.SENDING:
            assert (last_doubt(self.tried) is not None) == (self.state is DeliveryState.UNKNOWN)

    @invariant()
    def what_was_never_sent_never_arrived(self):
        if was_never_sent(self.tried):
            assert not self.inside
            assert set(self.created.values()) == {0}


LIVES = settings(max_examples=200, stateful_step_count=20, deadline=None, derandomize=True, database=None)


def test_in_no_order_of_events_is_anything_created_twice():
    run_state_machine_as_test(DeliveryLife, settings=LIVES)


@pytest.mark.whole
def test_a_quarantine_shorter_than_the_platform_takes_would_create_twice():
    class Hasty(DeliveryLife):
        patience = Patience(first_backoff=5, quarantine=1)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Hasty, settings=LIVES)
