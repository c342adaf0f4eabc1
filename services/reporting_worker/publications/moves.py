"""The moves of a delivery's state, each with its audit and its event."""

from services.reporting_worker.publications.queries import attempts_of
from shared.domain.delivery import DeliveryEvent, DeliveryState, transition, was_never_sent
from shared.models import Delivery
from shared.models.kept import in_both
from shared.unit_of_work import UnitOfWork

OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


async def cancel_if_never_sent(unit: UnitOfWork, delivery: Delivery) -> bool:
    """Cancel a pending revision that never left, because a newer one was promised; whether it was.

    The delivery's row must be locked by the caller.
    """
    if delivery.state != DeliveryState.PENDING:
        return False
    if not was_never_sent(await attempts_of(unit.session, delivery.id)):
        return False
    move(unit, delivery, DeliveryEvent.SUPERSEDED)
    return True


def move(
    unit: UnitOfWork, delivery: Delivery, event: DeliveryEvent, *, fence: int | None = None, reason: str | None = None
) -> None:
    """Move a delivery by an event of the state machine, with its audit and its event.

    Raises:
        ImpossibleTransition: its state does not meet this event.
    """
    before = delivery.state
    delivery.state = transition(DeliveryState(before), event)
    delivery.state_since = unit.recorded_at
    delivery.dead_reason = reason if delivery.state == DeliveryState.DEAD else None
    delivery.held_reason = None
    if delivery.state != DeliveryState.UNKNOWN:
        delivery.probe_not_before = None
    after = {"state": delivery.state, "fence": fence, "key": delivery.idem_key}
    unit.record(
        f"delivery.{delivery.state}",
        "delivery",
        delivery.id,
        before={"state": before},
        after=after,
        reason=None if reason is None else in_both(reason),
    )


def hold(unit: UnitOfWork, delivery: Delivery, reason: str) -> None:
    """Leave in doubt what no probe could tell of, with its reason; its job waits for `replay_delivery`."""
    delivery.held_reason = reason
    unit.record("delivery.held", "delivery", delivery.id, after={"key": delivery.idem_key}, reason=in_both(reason))
