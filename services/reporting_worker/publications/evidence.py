"""What is written about a delivery while it is tried: attempts, receipts, and the state that follows from them."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Insert, insert

from services.reporting_worker.platforms.adapter import PlatformFailure, RemoteCopy
from services.reporting_worker.platforms.service import set_pause
from services.reporting_worker.publications.moves import hold, move
from services.reporting_worker.publications.queries import attempts_of
from shared.domain.delivery import DeliveryEvent, Outcome, Patience, Step, failed_tries, last_doubt, late_tries, settle
from shared.errors import Texts
from shared.jobs import Dead, Done, JobOutcome, Retry
from shared.models import Attempt, Delivery, Platform, Receipt
from shared.models.kept import kept
from shared.unit_of_work import UnitOfWork

Phase = Literal["probe", "send"]


@dataclass(frozen=True)
class Try:
    """One step of one delivery, as taken by the claim with this fence."""

    delivery_id: UUID
    fence: int
    step: Step


LEASE_LOST: Texts = {"fr": "le processus a perdu son bail", "en": "the worker lost its lease"}


def _kept(detail: Texts | None) -> str | None:
    return None if detail is None else kept(detail)


def note_probe(
    unit: UnitOfWork,
    one: Try,
    outcome: Outcome,
    *,
    seconds: float,
    failure: PlatformFailure | None = None,
    detail: Texts | None = None,
) -> None:
    """Note a probe that has ended after so many seconds.

    They are taken before the unit opens: what it waits for a connection or a lock must not date the probe before the
    claim that made it.
    """
    unit.session.add(
        Attempt(
            **vars(one),
            phase="probe",
            started_at=unit.recorded_at - timedelta(seconds=seconds),
            ended_at=unit.recorded_at,
            outcome=outcome,
            http_status=failure.http_status if failure else None,
            detail=_kept(failure.detail if failure else detail),
        )
    )


def note_intent(unit: UnitOfWork, one: Try) -> None:
    """Note that the step is about to be sent: committed before its first byte leaves."""
    unit.session.add(Attempt(**vars(one), phase="send", started_at=unit.recorded_at))


async def end_sending(unit: UnitOfWork, one: Try, outcome: Outcome, failure: PlatformFailure | None) -> None:
    """Fill in, once, how a sending ended."""
    await unit.session.execute(
        update(Attempt)
        .filter_by(**vars(one), phase="send", outcome=None)
        .values(
            ended_at=unit.recorded_at,
            outcome=outcome,
            http_status=failure.http_status if failure else None,
            detail=_kept(failure.detail if failure else None),
        )
    )


async def abandon_open_attempts(unit: UnitOfWork, delivery_id: UUID, *, before: int) -> None:
    """Close the intents of older fences: nobody will tell how they ended."""
    await unit.session.execute(
        update(Attempt)
        .where(Attempt.delivery_id == delivery_id, Attempt.fence < before, Attempt.outcome.is_(None))
        .values(ended_at=unit.recorded_at, outcome=Outcome.ABANDONED, detail=kept(LEASE_LOST))
    )


async def note_receipt(unit: UnitOfWork, one: Try, copy: RemoteCopy, found_by: str) -> None:
    """Keep the proof of a step; it becomes the current one."""
    await unit.session.execute(
        update(Receipt)
        .where(Receipt.delivery_id == one.delivery_id, Receipt.step == one.step, Receipt.is_current)
        .values(is_current=False)
    )
    await unit.session.execute(_receipt(unit, one, copy, found_by).values(is_current=True))


async def keep_evidence(unit: UnitOfWork, one: Try, copy: RemoteCopy, found_by: str) -> None:
    """Keep the proof of a worker that has lost its lease: evidence, which changes nothing else."""
    statement = _receipt(unit, one, copy, found_by).values(is_current=False)
    await unit.session.execute(statement.on_conflict_do_nothing())


def _receipt(unit: UnitOfWork, one: Try, copy: RemoteCopy, found_by: str) -> Insert:
    return insert(Receipt).values(
        **vars(one),
        external_id=copy.external_id,
        url=copy.url,
        remote_sha256=copy.sha256 or None,
        found_by=found_by,
        is_visible=copy.is_visible,
        note=_kept(copy.note),
        at=unit.recorded_at,
    )


async def settle_attempt(
    unit: UnitOfWork,
    delivery: Delivery,
    fence: int,
    outcome: Outcome,
    *,
    detail: Texts,
    patience: Patience,
    retry_after: float | None = None,
) -> JobOutcome:
    """Move a delivery that is being sent by what its attempts now say; what its job does next.

    The delivery's and the job's rows are locked by the caller.
    """
    await unit.session.flush()
    tried = await attempts_of(unit.session, delivery.id)
    doubt = last_doubt(tried)
    settlement = settle(
        outcome,
        in_doubt=doubt is not None,
        attempts=failed_tries(tried, since_fence=delivery.schedule_from_fence),
        lates=late_tries(tried, since_fence=delivery.schedule_from_fence),
        since_intent=(unit.recorded_at - doubt.started_at).total_seconds() if doubt else 0.0,
        patience=patience,
        retry_after=retry_after,
        draw=random.random(),  # noqa: S311  (jitter, not a secret)
    )
    wait = timedelta(seconds=settlement.wait_seconds)
    said = kept(detail)
    move(unit, delivery, settlement.event, fence=fence, reason=said)
    if settlement.event is DeliveryEvent.UNCLEAR:
        delivery.probe_not_before = unit.recorded_at + wait
    if settlement.pauses_platform:
        await _pause(unit, delivery.platform_id, said)
    if settlement.is_held:
        hold(unit, delivery, said)
        return Dead(said)
    match settlement.event:
        case DeliveryEvent.PROVED:
            return Done()
        case DeliveryEvent.REJECTED:
            return Dead(said)
        case _:
            return Retry(wait, said, counts=False)


async def _pause(unit: UnitOfWork, platform_id: UUID, reason: str) -> None:
    """Hold a platform that refuses us: its queue waits for a person, no document dies of it."""
    platform = await unit.session.get_one(Platform, platform_id, with_for_update=True)
    if not platform.is_paused:
        await set_pause(unit, platform, reason)
