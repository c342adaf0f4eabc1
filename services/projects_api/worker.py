"""The worker of the queue `projects`: no job of this service exists yet, the process is the same as the others'."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.database import write_engine
from shared.jobs import Handler
from shared.settings import Settings
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext
from shared.worker_process import run_worker_process

HANDLERS: tuple[Handler, ...] = ()


@asynccontextmanager
async def create_worker(settings: Settings) -> AsyncIterator[Worker]:
    """The worker with its engine and wake, closed at the end."""
    engine = write_engine(settings, "projects")
    wake = ArqWake(settings)
    try:
        yield Worker("projects", HANDLERS, WorkerContext(settings, engine, wake))
    finally:
        await wake.aclose()
        await engine.dispose()


if __name__ == "__main__":
    run_worker_process(create_worker)
