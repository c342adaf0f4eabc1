"""What a worker may do with a delivery that it has just claimed: send it, wait, or put it down; decided under lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from services.reporting_worker.platforms.adapter import RemoteCopy
from services.reporting_worker.publications.evidence import LEASE_LOST, abandon_open_attempts, settle_attempt
from services.reporting_worker.publications.moves import OPEN_STATES, cancel_if_never_sent, move
from services.reporting_worker.publications.queries import (
    attempts_of,
    current_receipts,
    delivery_of_job,
    is_public,
    revisions_of,
)
from shared.domain.delivery import DeliveryEvent, DeliveryState, Outcome, Patience, Step, last_doubt
from shared.errors import Texts
from shared.jobs import Claim, Dead, Done, JobOutcome, Retry
from shared.models import Delivery, Edition, Job, Platform
from shared.models.among import among
from shared.models.kept import kept, texts_of
from shared.sentences import sentence
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork

HELD = timedelta(hours=1)
"""How often a revision looks whether the one before it is held still."""
NO_LONGER_PUBLIC: Texts = {
    "fr": "Le document n'est plus public ; rien n'a été envoyé cette fois.",
    "en": "The document is no longer public; nothing was sent by this claim.",
}
IN_QUARANTINE: Texts = {
    "fr": "en quarantaine jusqu'à ce que la plateforme soit interrogée",
    "en": "in quarantine until it is probed",
}


@dataclass(frozen=True)
class Work:
    """A delivery that is to be sent now, with all that sending needs to know."""

    delivery_id: UUID
    platform: Platform
    document_key: str
    sequence: int
    language: str
    sha256: str
    title: str
    period: tuple[date, date]
    as_of: date
    series: str
    proofs: Mapping[Step, RemoteCopy]
    """What is proved already: a step with a current receipt is never taken again."""


def patience_of(settings: Settings) -> Patience:
    """The waits of this installation."""
    return Patience(settings.backoff_seconds, settings.quarantine_seconds)


async def admit(unit: UnitOfWork, claim: Claim, settings: Settings) -> Work | JobOutcome:
    """Take up the delivery of a claimed job, or say why not; the job's row is locked by the caller."""
    claimed = await delivery_of_job(unit.session, claim.job_id)
    revisions = await revisions_of(unit.session, claimed.platform_id, claimed.document_key)
    delivery = next(each for each in revisions if each.id == claimed.id)
    if delivery.state in DeliveryState.terminal():
        return Done()
    if delivery.held_reason is not None:  # the worker that held it died before it put the job down
        return Dead(delivery.held_reason)
    if delivery.state == DeliveryState.SENDING:  # the claim before this one never told how it ended
        await abandon_open_attempts(unit, delivery.id, before=claim.fence)
        await settle_attempt(
            unit, delivery, claim.fence, Outcome.ABANDONED, detail=LEASE_LOST, patience=patience_of(settings)
        )
    if await _is_overtaken(unit, delivery, revisions):
        return Done()
    platform = await unit.session.get_one(Platform, delivery.platform_id)
    waits = await _must_wait(unit, delivery, revisions, platform, settings)
    if waits is not None:
        return waits
    move(unit, delivery, DeliveryEvent.CLAIMED, fence=claim.fence)
    if not await is_public(unit.session, delivery):
        reason = kept(NO_LONGER_PUBLIC)
        move(unit, delivery, DeliveryEvent.REJECTED, fence=claim.fence, reason=reason)
        return Dead(reason)
    return await _work(unit, delivery, platform)


def _paused(reason: str) -> Texts:
    return sentence("en pause : {reason}", "paused: {reason}", reason=texts_of(reason))


def _held(revision: int) -> Texts:
    return sentence(
        "la révision {n} passe d'abord, et est retenue dans le doute",
        "revision {n} comes first, and is held in doubt",
        n=revision,
    )


def _comes_first(revision: int) -> Texts:
    return sentence("la révision {n} passe d'abord", "revision {n} comes first", n=revision)


async def _is_overtaken(unit: UnitOfWork, delivery: Delivery, revisions: Sequence[Delivery]) -> bool:
    """Cancel what was never sent of older revisions, and this one if a newer was promised."""
    for older in revisions:
        if older.sequence < delivery.sequence:
            await cancel_if_never_sent(unit, older)
    stands = (*OPEN_STATES, DeliveryState.DELIVERED)
    is_superseded = any(each.sequence > delivery.sequence and each.state in stands for each in revisions)
    return is_superseded and await cancel_if_never_sent(unit, delivery)


async def _must_wait(
    unit: UnitOfWork, delivery: Delivery, revisions: Sequence[Delivery], platform: Platform, settings: Settings
) -> Retry | None:
    if platform.is_paused:  # since the claim: its lane is held, so nothing claims it until the pause is lifted
        return Retry(timedelta(), kept(_paused(platform.paused_reason or "")), counts=False)
    ahead = [each for each in revisions if each.sequence < delivery.sequence and each.state in OPEN_STATES]
    if ahead and ahead[0].held_reason is not None:  # whose replay makes this one due
        return Retry(HELD, kept(_held(ahead[0].sequence)), counts=False)
    if ahead:
        due_at = select(func.max(Job.due_at)).where(among(Job.id, (each.job_id for each in ahead)))
        due = (await unit.session.execute(due_at)).scalar_one()
        wait = max(due - unit.recorded_at, timedelta()) + timedelta(seconds=settings.sweep_seconds)
        return Retry(wait, kept(_comes_first(ahead[0].sequence)), counts=False)
    doubt = last_doubt(await attempts_of(unit.session, delivery.id))
    ends = [delivery.probe_not_before] if delivery.probe_not_before else []
    if doubt is not None:
        ends.append(doubt.started_at + timedelta(seconds=settings.quarantine_seconds))
    if ends and max(ends) > unit.recorded_at:
        return Retry(max(ends) - unit.recorded_at, kept(IN_QUARANTINE), counts=False)
    return None


async def _work(unit: UnitOfWork, delivery: Delivery, platform: Platform) -> Work:
    edition = await unit.session.get_one(Edition, delivery.edition_id)
    receipts = await current_receipts(unit.session, delivery.id)
    return Work(
        delivery_id=delivery.id,
        platform=platform,
        document_key=delivery.document_key,
        sequence=delivery.sequence,
        language=delivery.language,
        sha256=delivery.artefact_sha256,
        title=edition.title.get(delivery.language) or next(iter(edition.title.values())),
        period=(edition.period_start, edition.period_end),
        as_of=edition.as_of,
        series=edition.series,
        proofs={
            step: RemoteCopy(row.external_id, row.url, row.remote_sha256 or "", row.is_visible)
            for step, row in receipts.items()
        },
    )
