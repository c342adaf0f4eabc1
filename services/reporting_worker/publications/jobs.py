"""The job that carries out a delivery."""

from services.reporting_worker.editions.artefacts import ArtefactStore
from services.reporting_worker.publications.execution import bury, execute
from services.reporting_worker.publications.service import JOB_KIND
from shared.jobs import Claim, Outcome, long_job
from shared.worker import WorkerContext


@long_job("reporting", JOB_KIND, on_death=bury)
async def deliver(claim: Claim, context: WorkerContext) -> Outcome:
    """Carry a delivery as far as this claim allows; its own schedule counts the tries that reach the platform."""
    artefacts = context.extras.setdefault("artefacts", ArtefactStore(context.settings.object_store))
    return await execute(claim, context, artefacts)
