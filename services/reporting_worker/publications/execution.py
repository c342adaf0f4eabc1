"""One claim of one delivery: probe, intent, send, proof, each written under the fence before the next byte.

No transaction is open while a platform is spoken to. The named crash points are where drills kill the worker.
"""

import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import cast

import structlog

from services.reporting_worker.platforms.adapter import (
    Outdated,
    PlatformAdapter,
    PlatformFailure,
    PostStatus,
    Publication,
    RemoteCopy,
)
from services.reporting_worker.platforms.kinds import open_adapter
from services.reporting_worker.platforms.secrets import SecretMissing
from services.reporting_worker.press.artefacts import ArtefactStore, DamagedArtefact
from services.reporting_worker.publications.admission import Work, admit, patience_of
from services.reporting_worker.publications.evidence import (
    Phase,
    Try,
    abandon_open_attempts,
    end_sending,
    keep_evidence,
    note_intent,
    note_probe,
    note_receipt,
    settle_attempt,
)
from services.reporting_worker.publications.moves import hold, move
from services.reporting_worker.publications.queries import attempts_of, delivery_of_job
from services.reporting_worker.publications.words import headline, summary
from shared.auth import system
from shared.crash_points import reach
from shared.database import storable
from shared.domain.delivery import STEPS, DeliveryEvent, DeliveryState, Outcome, Step, last_doubt
from shared.errors import NotFound, Texts
from shared.jobs import Claim, JobOutcome, LostLease
from shared.models import Delivery
from shared.unit_of_work import UnitOfWork
from shared.worker import WorkerContext

log = structlog.get_logger()


async def execute(claim: Claim, context: WorkerContext, artefacts: ArtefactStore) -> JobOutcome:
    """Carry a delivery as far as this claim allows; what its job does next.

    Raises:
        LostLease: another worker has it now; what this one sent is kept as evidence.
    """
    async with _unit(claim, context) as unit:
        work = await admit(unit, claim, context.settings)
    if not isinstance(work, Work):
        return work
    reach("delivery.claimed")
    return await _Sending(claim, context, work).run(artefacts)


def _unit(claim: Claim, context: WorkerContext, *, is_guarded: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
    return context.unit(claim, "reporting", system("publications"), is_guarded=is_guarded)


@dataclass
class _Sending:
    """The steps of a delivery that was admitted."""

    claim: Claim
    context: WorkerContext
    work: Work

    async def run(self, artefacts: ArtefactStore) -> JobOutcome:
        """Take each step that is not proved yet; the first that fails ends the claim."""
        try:
            publication = _publication(self.work, await artefacts.get(self.work.sha256))
            adapter = await open_adapter(self.work.platform, self.context.settings, deadline=self.claim.send_deadline)
        except (NotFound, DamagedArtefact) as error:
            return await self._settle(Outcome.REJECTED, error.detail)
        except SecretMissing as error:
            return await self._settle(Outcome.UNAUTHORISED, error.said)
        proofs = dict(self.work.proofs)
        try:
            for step in STEPS:
                if step not in proofs:
                    taken = await self._take(adapter, step, publication, proofs.get("media"))
                    if not isinstance(taken, RemoteCopy):
                        return taken
                    proofs[step] = taken
        finally:
            await adapter.aclose()
        proved = {"fr": "chaque étape est prouvée", "en": "every step is proved"}
        return await self._settle(Outcome.SUCCEEDED, proved)

    async def _take(
        self, adapter: PlatformAdapter, step: Step, publication: Publication, media: RemoteCopy | None
    ) -> RemoteCopy | JobOutcome:
        """Probe a step; send it only when the platform does not hold it."""
        began = time.monotonic()
        try:
            found = await adapter.find(step, publication)
        except PlatformFailure as failure:
            return await self._failed(step, "probe", failure, began)
        except Exception as error:  # noqa: BLE001  (a probe changes nothing over there)
            return await self._failed(step, "probe", _unforeseen(Outcome.REFUSED, error), began)
        reach("delivery.probed")
        if isinstance(found, RemoteCopy):
            return await self._found(step, found, began)
        seconds = time.monotonic() - began
        async with _unit(self.claim, self.context) as unit:
            note_probe(unit, self._try(step), Outcome.ABSENT, seconds=seconds)
            note_intent(unit, self._try(step))
        reach("delivery.intent_written")
        outdated = found if isinstance(found, Outdated) else None
        try:
            copy = await adapter.send(step, publication, media=media, outdated=outdated)
        except PlatformFailure as failure:
            return await self._failed(step, "send", failure, began)
        except Exception as error:  # noqa: BLE001  (the first byte may have left)
            return await self._failed(step, "send", _unforeseen(Outcome.UNCLEAR, error), began)
        reach("delivery.answered")
        return await self._sent(step, copy, "updated" if outdated else "created")

    def _try(self, step: Step) -> Try:
        return Try(self.work.delivery_id, self.claim.fence, step)

    async def _found(self, step: Step, copy: RemoteCopy, began: float) -> RemoteCopy:
        listed = ", ".join(copy.surplus)
        surplus = {"fr": f"copies en trop : {listed}", "en": f"surplus copies: {listed}"} if copy.surplus else None
        if surplus:
            log.warning("delivery.surplus", step=step, ids=copy.surplus)
        seconds = time.monotonic() - began
        async with _unit(self.claim, self.context) as unit:
            note_probe(unit, self._try(step), Outcome.SUCCEEDED, seconds=seconds, detail=surplus)
            await note_receipt(unit, self._try(step), copy, "probe")
        reach("delivery.recorded")
        return copy

    async def _sent(self, step: Step, copy: RemoteCopy, found_by: str) -> RemoteCopy:
        try:
            async with _unit(self.claim, self.context) as unit:
                await end_sending(unit, self._try(step), Outcome.SUCCEEDED, None)
                await note_receipt(unit, self._try(step), copy, found_by)
                reach("delivery.receipt_written")
        except LostLease:
            async with _unit(self.claim, self.context, is_guarded=False) as unit:
                await keep_evidence(unit, self._try(step), copy, found_by)
            raise
        reach("delivery.recorded")
        return copy

    async def _failed(self, step: Step, phase: Phase, failure: PlatformFailure, began: float) -> JobOutcome:
        log.info("delivery.attempt_failed", step=step, phase=phase, outcome=failure.outcome, detail=str(failure))
        outcome = failure.outcome
        seconds = time.monotonic() - began
        async with _unit(self.claim, self.context) as unit:
            if phase == "probe":
                note_probe(unit, self._try(step), outcome, seconds=seconds, failure=failure)
            else:
                await end_sending(unit, self._try(step), outcome, failure)
            return await self._settled(unit, outcome, failure.detail, failure.retry_after)

    async def _settle(self, outcome: Outcome, detail: Texts) -> JobOutcome:
        async with _unit(self.claim, self.context) as unit:
            settled = await self._settled(unit, outcome, detail, None)
        reach("delivery.settled")
        return settled

    async def _settled(
        self, unit: UnitOfWork, outcome: Outcome, detail: Texts, retry_after: float | None
    ) -> JobOutcome:
        delivery = await unit.session.get_one(Delivery, self.work.delivery_id, with_for_update=True)
        return await settle_attempt(
            unit,
            delivery,
            self.claim.fence,
            outcome,
            detail=detail,
            patience=patience_of(self.context.settings),
            retry_after=retry_after,
        )


def _unforeseen(outcome: Outcome, error: Exception) -> PlatformFailure:
    """What no adapter should raise: a try like any other, so that it is recorded, waits longer each time, and ends."""
    log.error("delivery.unforeseen", exc_info=error)
    what = f"{type(error).__name__}: {error}"
    return PlatformFailure(outcome, {"fr": f"erreur imprévue {what}", "en": f"unforeseen {what}"})


async def bury(unit: UnitOfWork, claim: Claim, error: str) -> None:
    """Put a delivery down whose job is dead, with the reason: given up, or held if the platform may have it.

    A replay probes before it sends.
    """
    delivery = await delivery_of_job(unit.session, claim.job_id, locked=True)
    if delivery.state in DeliveryState.terminal() or delivery.held_reason is not None:
        return
    await abandon_open_attempts(unit, delivery.id, before=claim.fence + 1)
    if delivery.state != DeliveryState.SENDING:
        move(unit, delivery, DeliveryEvent.CLAIMED, fence=claim.fence)
    if last_doubt(await attempts_of(unit.session, delivery.id)) is not None:
        move(unit, delivery, DeliveryEvent.UNCLEAR, fence=claim.fence, reason=storable(error))
        hold(unit, delivery, storable(error))
        return
    move(unit, delivery, DeliveryEvent.REJECTED, fence=claim.fence, reason=storable(error))


def _publication(work: Work, file: bytes) -> Publication:
    platform = work.platform
    return Publication(
        document_key=work.document_key,
        sequence=work.sequence,
        language=work.language,
        title=headline(work.title, work.language, work.period),
        summary=summary(work.language, work.period, work.as_of),
        file=file,
        file_sha256=work.sha256,
        categories=tuple(platform.categories.get(work.series, ())),
        status=cast(PostStatus, platform.publish_status),
    )
