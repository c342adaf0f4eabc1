"""Every pair of the delivery's state machine, the whole retry schedule, and the names that find a document again."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from shared.domain.delivery import (
    LEAVES_DOUBT,
    MAX_ATTEMPTS,
    MAX_PROBES,
    TRANSITIONS,
    DeliveryEvent,
    DeliveryState,
    ImpossibleTransition,
    Outcome,
    Patience,
    Tried,
    backoff,
    failed_tries,
    last_doubt,
    late_tries,
    outcome_of_status,
    settle,
    transition,
    was_never_sent,
)
from shared.domain.document_names import document_key, idempotency_key, post_slug, revision_reference, revisions_named

PATIENCE = Patience(first_backoff=5, quarantine=25)


def decide(outcome, *, in_doubt, attempts=1, lates=1, since_intent=0.0, retry_after=None, draw=0.5):
    return settle(
        outcome,
        in_doubt=in_doubt,
        attempts=attempts,
        lates=lates,
        since_intent=since_intent,
        patience=PATIENCE,
        retry_after=retry_after,
        draw=draw,
    )


@pytest.mark.parametrize(("state", "event"), list(product(DeliveryState, DeliveryEvent)))
def test_every_pair_is_in_the_table_or_refused(state, event):
    if (state, event) in TRANSITIONS:
        assert transition(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(ImpossibleTransition, match=f"{state} cannot be {event}"):
            transition(state, event)


def test_nothing_leaves_delivered_or_cancelled():
    assert not [pair for pair in TRANSITIONS if pair[0] in (DeliveryState.DELIVERED, DeliveryState.CANCELLED)]


def test_only_a_claim_leads_to_sending_and_only_from_sending_is_anything_delivered():
    assert {event for (_, event), to in TRANSITIONS.items() if to is DeliveryState.SENDING} == {DeliveryEvent.CLAIMED}
    assert {state for (state, _), to in TRANSITIONS.items() if to is DeliveryState.DELIVERED} == {DeliveryState.SENDING}


def test_a_delivery_in_doubt_cannot_be_cancelled():
    with pytest.raises(ImpossibleTransition):
        transition(DeliveryState.UNKNOWN, DeliveryEvent.SUPERSEDED)


@pytest.mark.parametrize(("outcome", "attempts"), list(product(Outcome, (1, MAX_ATTEMPTS, 100))))
def test_doubt_ends_by_proof_or_by_a_final_no_only(outcome, attempts):
    event = decide(outcome, in_doubt=True, attempts=attempts).event
    expected = {Outcome.SUCCEEDED: DeliveryEvent.PROVED, Outcome.REJECTED: DeliveryEvent.REJECTED}
    assert event is expected.get(outcome, DeliveryEvent.UNCLEAR)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_decision_is_a_legal_move_from_sending(outcome):
    for in_doubt, attempts in product((True, False), (1, MAX_ATTEMPTS)):
        transition(DeliveryState.SENDING, decide(outcome, in_doubt=in_doubt, attempts=attempts).event)


def test_an_unclear_sending_waits_at_least_the_quarantine_counted_from_its_intent():
    assert decide(Outcome.UNCLEAR, in_doubt=True, draw=0.0).wait_seconds == 25
    assert decide(Outcome.ABANDONED, in_doubt=True).wait_seconds == 25
    assert decide(Outcome.ABANDONED, in_doubt=True, since_intent=20).wait_seconds == 5
    assert decide(Outcome.ABANDONED, in_doubt=True, since_intent=99).wait_seconds == 0


def test_a_worker_that_died_before_its_intent_costs_no_wait():
    settlement = decide(Outcome.ABANDONED, in_doubt=False)
    assert (settlement.event, settlement.wait_seconds) == (DeliveryEvent.REFUSED, 0)


def test_what_was_refused_before_the_first_byte_dies_after_the_last_attempt():
    assert decide(Outcome.REFUSED, in_doubt=False, attempts=MAX_ATTEMPTS - 1).event is DeliveryEvent.REFUSED
    assert decide(Outcome.REFUSED, in_doubt=False, attempts=MAX_ATTEMPTS).event is DeliveryEvent.REJECTED


@pytest.mark.parametrize("in_doubt", [True, False])
def test_a_platform_that_refuses_us_is_paused_and_no_document_dies_of_it(in_doubt):
    settlement = decide(Outcome.UNAUTHORISED, in_doubt=in_doubt, attempts=MAX_ATTEMPTS)
    assert settlement.pauses_platform
    assert settlement.event is not DeliveryEvent.REJECTED


def test_retry_after_is_honoured_and_capped():
    assert decide(Outcome.UNCLEAR, in_doubt=True, retry_after=120).wait_seconds == 120
    assert decide(Outcome.UNCLEAR, in_doubt=True, retry_after=10**9).wait_seconds == 6 * 3600


@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999])
def test_the_whole_schedule_is_twelve_attempts_over_more_than_75_hours(draw):
    waits = [backoff(attempt, first_seconds=5, draw=draw) for attempt in range(1, MAX_ATTEMPTS)]
    assert sum(waits) >= 75 * 3600
    assert waits == sorted(waits)
    assert len(waits) == 11


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNCLEAR, Outcome.LATE])
def test_what_stays_in_doubt_is_probed_at_least_hourly_for_days_and_then_held(outcome):
    tries = range(1, MAX_PROBES + 1)
    decided = [decide(outcome, in_doubt=True, attempts=n, lates=n, draw=0.999) for n in tries]
    assert {each.event for each in decided} == {DeliveryEvent.UNCLEAR}
    assert [each.is_held for each in decided] == [False] * (MAX_PROBES - 1) + [True]
    assert max(each.wait_seconds for each in decided[:-1]) <= 1.2 * 3600
    assert sum(each.wait_seconds for each in decided[:-1]) >= 75 * 3600


def test_a_refusal_of_us_holds_the_platform_and_not_the_delivery():
    settlement = decide(Outcome.UNAUTHORISED, in_doubt=True, attempts=10 * MAX_PROBES)
    assert settlement.pauses_platform
    assert not settlement.is_held


def test_who_is_late_goes_on_at_once_then_waits_longer_and_in_the_end_dies():
    waits = [decide(Outcome.LATE, in_doubt=False, lates=n).wait_seconds for n in (1, 2, 3, 9)]
    assert waits == [0, 5, 30, 3600]
    assert decide(Outcome.LATE, in_doubt=False, lates=MAX_PROBES).event is DeliveryEvent.REJECTED
    tried = [Tried(n, "post", "probe", Outcome.LATE, datetime(2026, 11, 24, tzinfo=UTC)) for n in (1, 1, 2, 3)]
    assert late_tries(tried, since_fence=1) == 2


def test_jitter_stays_within_a_fifth():
    assert backoff(1, first_seconds=30, draw=0.0) == pytest.approx(24)
    assert backoff(1, first_seconds=30, draw=1.0) == pytest.approx(36)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.SUCCEEDED),
        (201, Outcome.SUCCEEDED),
        (301, Outcome.REJECTED),
        (308, Outcome.REJECTED),
        (400, Outcome.REJECTED),
        (401, Outcome.UNAUTHORISED),
        (403, Outcome.UNAUTHORISED),
        (404, Outcome.REJECTED),
        (408, Outcome.UNCLEAR),
        (410, Outcome.UNAUTHORISED),
        (413, Outcome.REJECTED),
        (422, Outcome.REJECTED),
        (429, Outcome.UNCLEAR),
        (500, Outcome.UNCLEAR),
        (504, Outcome.UNCLEAR),
    ],
)
def test_statuses_of_a_request_that_is_not_idempotent(status, outcome):
    assert outcome_of_status(status) is outcome


def test_only_outcomes_after_the_first_byte_leave_doubt():
    assert {Outcome.UNCLEAR, Outcome.ABANDONED} == LEAVES_DOUBT


def test_names_of_a_document_and_its_revisions():
    key = document_key("bulletin", "2022/02", "fr", "pdf")
    assert key == "bulletin-2022-02-fr-pdf"
    assert post_slug(key) == "dj-bulletin-2022-02-fr-pdf"
    assert revision_reference(key, 2) == "dj-bulletin-2022-02-fr-pdf-v2"
    assert idempotency_key(key, 2, "ptf", "publish") == "dj-bulletin-2022-02-fr-pdf-2-ptf-publish"


@pytest.mark.parametrize("format_", ["", "3", "-"])
def test_refuses_a_document_key_that_a_platform_suffix_could_forge(format_):
    with pytest.raises(ValueError, match="is not a document key"):
        document_key("bulletin", "12", "2", format_)


def test_a_reference_is_not_found_inside_another():
    text = "Référence : dj-bulletin-12-fr-pdf-v12, xdj-bulletin-12-fr-pdf-v3, dj-bulletin-12-fr-pdf-v4-1"
    assert revisions_named(text, "bulletin-12-fr-pdf") == {12}
    assert revisions_named("<p>dj-bulletin-12-fr-pdf-v2</p>", "bulletin-12-fr-pdf") == {2}
    assert revisions_named(text, "bulletin-12-fr") == frozenset()
    assert revisions_named(f"dj-bulletin-12-fr-pdf-v{'1' * 5000}", "bulletin-12-fr-pdf") == frozenset()


def tried(*entries):
    start = datetime(2026, 11, 24, tzinfo=UTC)
    return [
        Tried(fence, step, phase, outcome, start + timedelta(seconds=number))
        for number, (fence, step, phase, outcome) in enumerate(entries)
    ]


def test_an_intent_without_an_end_is_a_doubt_until_a_later_probe_tells():
    history = [(1, "media", "probe", Outcome.ABSENT), (1, "media", "send", None)]
    assert last_doubt(tried(*history)).phase == "send"
    assert last_doubt(tried(*history, (2, "media", "probe", Outcome.REFUSED))) is not None
    assert last_doubt(tried(*history, (2, "post", "probe", Outcome.ABSENT))) is not None
    assert last_doubt(tried(*history, (2, "media", "probe", Outcome.ABSENT))) is None
    assert last_doubt(tried(*history, (2, "media", "probe", Outcome.SUCCEEDED))) is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_which_ends_of_a_sending_leave_a_doubt(outcome):
    assert (last_doubt(tried((1, "post", "send", outcome))) is not None) == (outcome in LEAVES_DOUBT)


def test_never_sent_means_refused_before_the_first_byte_every_time():
    assert was_never_sent([])
    assert was_never_sent(tried((1, "media", "probe", Outcome.UNCLEAR), (1, "media", "send", Outcome.REFUSED)))
    assert not was_never_sent(tried((1, "media", "send", None)))
    assert not was_never_sent(tried((1, "media", "send", Outcome.SUCCEEDED)))


def test_the_place_in_the_schedule_counts_failed_claims_since_the_last_replay():
    history = tried(
        (1, "media", "probe", Outcome.REFUSED),
        (2, "media", "probe", Outcome.ABSENT),
        (2, "media", "send", Outcome.UNCLEAR),
        (3, "media", "send", Outcome.ABANDONED),
        (4, "media", "probe", Outcome.SUCCEEDED),
        (4, "post", "send", Outcome.UNAUTHORISED),
    )
    assert failed_tries(history, since_fence=0) == 3
    assert failed_tries(history, since_fence=2) == 1
