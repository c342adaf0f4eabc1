"""The moves of deliveries, and taking up again what is dead or in doubt; sending them is `execution`'s."""

from uuid import UUID

from services.reporting_worker.publications.queries import attempts_of, revisions_of
from shared.domain.delivery import DeliveryEvent, DeliveryState, transition, was_never_sent
from shared.errors import Conflict, NotFound, Texts
from shared.jobs import hasten_jobs, revive_job
from shared.models import Delivery
from shared.models.kept import in_both
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


class NotReplayable(Refusal, Conflict):
    """Only what is held in doubt is replayed, or a dead delivery that no newer revision has overtaken."""

    kind = "delivery-not-replayable"
    fr = "La livraison {delivery} ne peut pas être reprise : {why}."
    en = "Delivery {delivery} cannot be replayed: {why}."
    delivery: str
    why: Texts


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


async def replay_delivery(unit: UnitOfWork, delivery_id: UUID) -> Delivery:
    """Take up again what is dead or held in doubt, with a fresh schedule; it is probed before anything is sent.

    A newer revision goes on only when what is in doubt before it is decided, so that it does not hinder the probe.

    Raises:
        NotFound: there is no such delivery.
        NotReplayable: it is neither, or it is dead and a newer revision has been promised.
    """
    found = await unit.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound({"fr": f"Aucune livraison {delivery_id}.", "en": f"There is no delivery {delivery_id}."})
    revisions = await revisions_of(unit.session, found.platform_id, found.document_key)
    delivery = next(each for each in revisions if each.id == delivery_id)
    newer = [each for each in revisions if each.sequence > delivery.sequence]
    is_held = delivery.held_reason is not None
    if not is_held and (delivery.state != DeliveryState.DEAD or newer):
        raise NotReplayable(delivery.idem_key, _NEWER if newer else _is(delivery.state))
    delivery.schedule_from_fence = await revive_job(unit.session, delivery.job_id)
    move(unit, delivery, DeliveryEvent.REPLAYED)
    delivery.probe_not_before = None  # at once, if the quarantine of its last sending is over
    await hasten_jobs(unit.session, [each.job_id for each in newer])
    return delivery


_NEWER: Texts = {"fr": "une révision plus récente existe", "en": "a newer revision exists"}


def _is(state: str) -> Texts:
    words = DeliveryState(state).words
    return {"fr": f"elle est {words['fr']}", "en": f"it is {words['en']}"}
