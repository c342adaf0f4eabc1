"""The delivery of one revision of a document to one platform: states, outcomes, retry schedule, names (RELIABILITY 2).

Pure decisions; what they are decided from (attempts, receipts, clocks) is read and written elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from shared.worded import Worded


class DeliveryState(Worded, key="delivery_state", fr="État de la livraison", en="Delivery state"):
    """Where a delivery stands (RELIABILITY 2c)."""

    PENDING = "pending", "en attente", "pending"
    SENDING = "sending", "en cours d'envoi", "sending"
    UNKNOWN = "unknown", "issue inconnue", "outcome unknown"
    """The platform may hold it or not: only a probe tells, never a second sending."""
    DELIVERED = "delivered", "livrée", "delivered"
    DEAD = "dead", "abandonnée", "given up"
    CANCELLED = "cancelled", "annulée", "cancelled"

    @classmethod
    def terminal(cls) -> tuple["DeliveryState", ...]:
        """States that nothing but an operator's replay leaves."""
        return (cls.DELIVERED, cls.DEAD, cls.CANCELLED)


class DeliveryEvent(StrEnum):
    """What moves a delivery."""

    CLAIMED = "claimed"
    PROVED = "proved"
    """Every step has its current receipt."""
    REFUSED = "refused"
    """Nothing of it can have reached the platform."""
    UNCLEAR = "unclear"
    """It may have reached the platform: no clear answer, or the worker died after its intent."""
    REJECTED = "rejected"
    """The platform said no for good, the attempts are spent, or the document may no longer be sent."""
    SUPERSEDED = "superseded"
    """A newer revision was published before this one was ever sent."""
    REPLAYED = "replayed"
    """A person has it taken up again, or what is held in doubt probed again."""


TRANSITIONS: Mapping[tuple[DeliveryState, DeliveryEvent], DeliveryState] = MappingProxyType(
    {
        (DeliveryState.PENDING, DeliveryEvent.CLAIMED): DeliveryState.SENDING,
        (DeliveryState.UNKNOWN, DeliveryEvent.CLAIMED): DeliveryState.SENDING,
        (DeliveryState.SENDING, DeliveryEvent.PROVED): DeliveryState.DELIVERED,
        (DeliveryState.SENDING, DeliveryEvent.REFUSED): DeliveryState.PENDING,
        (DeliveryState.SENDING, DeliveryEvent.UNCLEAR): DeliveryState.UNKNOWN,
        (DeliveryState.SENDING, DeliveryEvent.REJECTED): DeliveryState.DEAD,
        (DeliveryState.PENDING, DeliveryEvent.SUPERSEDED): DeliveryState.CANCELLED,
        (DeliveryState.DEAD, DeliveryEvent.REPLAYED): DeliveryState.PENDING,
        (DeliveryState.UNKNOWN, DeliveryEvent.REPLAYED): DeliveryState.UNKNOWN,
    }
)


class ImpossibleTransition(ValueError):
    """A delivery in this state cannot meet this event."""


def transition(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    """The state that follows; raises `ImpossibleTransition` for every pair that is not in the table."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransition(f"A delivery that is {state} cannot be {event}.") from None


class Outcome(StrEnum):
    """How one attempt (a probe or a sending) ended."""

    SUCCEEDED = "succeeded"
    """A probe that found it, or a sending that was proved by the bytes fetched back."""
    ABSENT = "absent"
    """A probe that found no such revision: it may be sent."""
    REFUSED = "refused"
    """Ended before the first byte left: name, connection, TLS, or an address that may not be reached."""
    UNCLEAR = "unclear"
    """Ended after the first byte without a clear answer, or with an answer that proves nothing."""
    REJECTED = "rejected"
    """The platform's final no to this document."""
    UNAUTHORISED = "unauthorised"
    """The platform no longer takes anything from us: its queue is paused, the document keeps its place."""
    LATE = "late"
    """The time of the claim was over, by what came before, before anything was sent: the next claim goes on."""
    ABANDONED = "abandoned"
    """The worker lost its lease before it could tell."""


LEAVES_DOUBT = frozenset({Outcome.UNCLEAR, Outcome.ABANDONED})
"""Outcomes of a sending after which only a probe can tell what the platform holds."""


Step = Literal["media", "post"]
STEPS: tuple[Step, ...] = ("media", "post")
"""What a publication consists of, in order: the file, then the post that shows it. Each has its own receipt."""


@dataclass(frozen=True)
class Tried:
    """One attempt of a delivery; `outcome` is None while nobody has told how it ended."""

    fence: int
    step: str
    phase: str
    """`probe` or `send`."""
    outcome: Outcome | None
    started_at: datetime


def last_doubt(attempts: Iterable[Tried]) -> Tried | None:
    """The latest sending that no later probe has resolved, if any: what makes a delivery unknown."""
    tried = list(attempts)
    resolved: dict[str, int] = {
        step: max((each.fence for each in tried if each.step == step and _resolves(each)), default=-1) for step in STEPS
    }
    doubtful = [
        each
        for each in tried
        if each.phase == "send"
        and (each.outcome is None or each.outcome in LEAVES_DOUBT)
        and resolved[each.step] <= each.fence
    ]
    return max(doubtful, key=lambda each: each.started_at, default=None)


def _resolves(attempt: Tried) -> bool:
    return attempt.phase == "probe" and attempt.outcome in (Outcome.SUCCEEDED, Outcome.ABSENT)


def was_never_sent(attempts: Iterable[Tried]) -> bool:
    """Whether no byte of it can have left: only such a revision may be cancelled by a newer one."""
    return all(each.outcome in (Outcome.REFUSED, Outcome.LATE) for each in attempts if each.phase == "send")


def failed_tries(attempts: Iterable[Tried], *, since_fence: int) -> int:
    """Claims that failed after `since_fence` (where a replay starts anew): the place in the retry schedule.

    A probe does not count beside the sending of its claim, and a lost worker is not the platform's failure.
    """
    failures = {Outcome.REFUSED, Outcome.UNCLEAR, Outcome.UNAUTHORISED}
    return len({each.fence for each in attempts if each.fence > since_fence and each.outcome in failures})


def late_tries(attempts: Iterable[Tried], *, since_fence: int) -> int:
    """Claims after `since_fence` whose time was over: a machine or a platform that is too slow for the work."""
    return len({each.fence for each in attempts if each.fence > since_fence and each.outcome is Outcome.LATE})


def outcome_of_status(status: int) -> Outcome:
    """What an HTTP status says about a request that is not idempotent (class D of RELIABILITY 2b).

    A redirection is never followed, so it is a refusal; 408, 429 and 5xx may come from a proxy after the platform has
    acted. 410 says that the address takes nothing any more.
    """
    if 200 <= status < 300:
        return Outcome.SUCCEEDED
    if status in (401, 403, 410):
        return Outcome.UNAUTHORISED
    if status in (408, 429) or status >= 500 or status < 200:
        return Outcome.UNCLEAR
    return Outcome.REJECTED


MAX_ATTEMPTS = 12
_DELAYS = (1, 6, 24, 120, 360, 1440, 3600, 7200, 12960, 17280, 25920)
"""Multiples of the first delay: 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5, 10, 18, 24, 36 h: 12 attempts in 95 h."""
MAX_PROBES = 100
"""After so many failed or late tries a delivery in doubt is held for a person: a hundred within four days."""
_LONGEST = 720
"""The longest wait, as a multiple of the first, of what is in doubt or was late: an hour."""
JITTER = 0.2
MAX_RETRY_AFTER_SECONDS = 6 * 3600.0
"""A platform may ask for patience, not for silence."""


def backoff(attempts: int, *, first_seconds: float, draw: float, longest: int = _DELAYS[-1]) -> float:
    """Seconds to wait after so many attempts (>= 1); `draw` in [0, 1) spreads it by 20 % either way."""
    multiple = min(longest, _DELAYS[min(max(attempts, 1), len(_DELAYS)) - 1])
    return multiple * first_seconds * (1 - JITTER + 2 * JITTER * draw)


@dataclass(frozen=True)
class Patience:
    """The waits of a platform, in seconds."""

    first_backoff: float
    quarantine: float
    """From the intent: the longest sending plus the platform's longest processing time."""


@dataclass(frozen=True)
class Settlement:
    """What follows from an attempt: the event, the wait before the next claim, whether the platform is paused.

    `is_held`: it stays in doubt, and nothing claims it until a person says so.
    """

    event: DeliveryEvent
    wait_seconds: float = 0.0
    pauses_platform: bool = False
    is_held: bool = False


_FINAL = {Outcome.SUCCEEDED: DeliveryEvent.PROVED, Outcome.REJECTED: DeliveryEvent.REJECTED}


def settle(
    outcome: Outcome,
    *,
    in_doubt: bool,
    attempts: int,
    lates: int,
    since_intent: float,
    patience: Patience,
    retry_after: float | None,
    draw: float,
) -> Settlement:
    """Decide after an attempt that ended a claim.

    `in_doubt`: a sending (this one or an earlier one) was never resolved by a probe. `attempts`: failed tries so far,
    with this one; `lates`: claims whose time was over, likewise. `since_intent`: seconds since the last intent to send.
    A delivery in doubt never dies and never returns to pending: only a probe ends the doubt, so when its probes are
    spent it is held as it is.
    """
    if outcome in _FINAL:
        return Settlement(_FINAL[outcome])
    quarantine = max(0.0, patience.quarantine - since_intent) if in_doubt else 0.0
    undecided = DeliveryEvent.UNCLEAR if in_doubt else DeliveryEvent.REFUSED
    first = patience.first_backoff
    if outcome is Outcome.ABANDONED:  # ours, not the platform's: as soon as the quarantine allows
        return Settlement(undecided, quarantine)
    if outcome is Outcome.LATE:
        late = backoff(lates - 1, first_seconds=first, draw=draw, longest=_LONGEST) if lates > 1 else 0.0
        if lates >= MAX_PROBES and not in_doubt:
            undecided = DeliveryEvent.REJECTED
        return Settlement(undecided, max(late, quarantine), is_held=in_doubt and lates >= MAX_PROBES)
    pauses = outcome is Outcome.UNAUTHORISED
    asked = min(retry_after or 0.0, MAX_RETRY_AFTER_SECONDS)
    if in_doubt:
        wait = backoff(attempts, first_seconds=first, draw=draw, longest=_LONGEST)
        is_spent = attempts >= MAX_PROBES and not pauses
        return Settlement(DeliveryEvent.UNCLEAR, max(wait, asked, quarantine), pauses, is_held=is_spent)
    wait = max(backoff(attempts, first_seconds=first, draw=draw), asked)
    if attempts >= MAX_ATTEMPTS and not pauses:
        return Settlement(DeliveryEvent.REJECTED)
    return Settlement(DeliveryEvent.REFUSED, wait, pauses)
