"""The job that carries out a delivery."""

import asyncio
from datetime import timedelta

from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.publications.execution import bury, execute
from services.reporting_worker.publications.service import JOB_KIND
from shared.errors import Texts
from shared.jobs import Claim, JobOutcome, Retry, long_job
from shared.models.kept import kept
from shared.worker import WorkerContext

HANGS_AFTER_SECONDS = 60.0
"""How long a claim may go on after its time to send. A lease is renewed as long as its process lives, so a claim that
hangs would hold its delivery for ever."""

HANGS: Texts = {
    "fr": "la prise en charge n'a plus rien dit, longtemps après son temps d'envoi",
    "en": "the claim told nothing, long after its time to send",
}


@long_job("reporting", JOB_KIND, on_death=bury)
async def deliver(claim: Claim, context: WorkerContext) -> JobOutcome:
    """Carry a delivery as far as this claim allows; its own schedule counts the tries that reach the platform."""
    artefacts = ArtefactStore(context.settings.object_store)
    settings = context.settings
    limit = asyncio.timeout(settings.send_deadline_seconds + HANGS_AFTER_SECONDS)
    try:
        async with limit:
            return await execute(claim, context, artefacts)
    except TimeoutError:
        if not limit.expired():
            raise
        return Retry(timedelta(seconds=settings.backoff_seconds), kept(HANGS))
