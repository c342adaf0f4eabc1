"""The job that carries out a delivery."""

from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from services.reporting_worker.editions.artefacts import ArtefactStore
from services.reporting_worker.publications.execution import execute
from services.reporting_worker.publications.service import JOB_KIND
from shared.jobs import Claim, LostLease, Outcome, Retry, long_job
from shared.worker import WorkerContext

log = structlog.get_logger()


@long_job("reporting", JOB_KIND)
async def deliver(claim: Claim, context: WorkerContext) -> Outcome:
    """Carry a delivery as far as this claim allows; its own schedule, not the queue's, counts the tries."""
    artefacts = context.extras.setdefault("artefacts", ArtefactStore(context.settings.object_store))
    try:
        return await execute(claim, context, artefacts)
    except LostLease:
        raise
    except (DBAPIError, OSError) as error:
        # Postgres went away: what was sent meanwhile is in doubt, and the next claim settles it
        log.warning("delivery.interrupted", error=type(error).__name__)
        return Retry(timedelta(seconds=context.settings.sweep_seconds), type(error).__name__, counts=False)
    except Exception as error:
        log.exception("delivery.failed")
        wait = timedelta(seconds=context.settings.backoff_seconds)
        return Retry(wait, f"{type(error).__name__}: {error}"[:500], counts=False)
