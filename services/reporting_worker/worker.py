"""The reporting worker: freezes editions and delivers them; one warm renderer process beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.press.context import ReportingContext
from services.reporting_worker.press.freezing import freeze_edition
from services.reporting_worker.publications.jobs import deliver
from services.reporting_worker.rendering.renderer import Renderer
from shared.database import read_pool, role_of, write_engine
from shared.jobs import Handler
from shared.settings import Settings
from shared.wake import ArqWake
from shared.worker import Worker
from shared.worker_process import run_worker_process

HANDLERS: tuple[Handler, ...] = (freeze_edition, deliver)
"""One line for each kind of job."""


@asynccontextmanager
async def create_worker(settings: Settings) -> AsyncIterator[Worker]:
    """The worker of the reporting queue; what it opens is closed when the block ends."""
    engine, wake = write_engine(settings, "reporting"), ArqWake(settings)
    reads = await read_pool(settings, role_of("reporting"))
    renderer = Renderer(
        idle_seconds=settings.renderer_idle_seconds, memory_bytes=settings.renderer_memory_mb * 1_000_000
    )
    store = ArtefactStore(settings.object_store)
    try:
        yield Worker("reporting", HANDLERS, ReportingContext(settings, engine, wake, reads, renderer, store))
    finally:
        await renderer.close()
        await reads.close()
        await wake.aclose()
        await engine.dispose()


if __name__ == "__main__":
    run_worker_process(create_worker)
