"""A process that works on one queue or on several, until SIGTERM or Ctrl-C; jobs in hand are finished."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import uvloop

from shared.database import write_engine
from shared.jobs import Handler
from shared.logging import configure_logging
from shared.settings import Service, Settings, load_settings
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext

CreateWorker = Callable[[Settings], AbstractAsyncContextManager[Worker]]


def plain_worker(queue: Service, *handlers: Handler) -> CreateWorker:
    """The worker of a queue whose jobs use the database only; its engine and wake are closed at the end."""

    @asynccontextmanager
    async def create_worker(settings: Settings) -> AsyncIterator[Worker]:
        engine, wake = write_engine(settings, queue), ArqWake(settings)
        try:
            yield Worker(queue, handlers, WorkerContext(settings, engine, wake))
        finally:
            await wake.aclose()
            await engine.dispose()

    return create_worker


def run_worker_process(*creators: CreateWorker) -> None:
    """Run the workers that `creators` open, with the settings of the environment."""
    settings = load_settings()
    configure_logging(settings, "worker")
    uvloop.run(_run(settings, creators))


async def _run(settings: Settings, creators: tuple[CreateWorker, ...]) -> None:
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(create(settings)) for create in creators]
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop_all, workers)
        await asyncio.gather(*(worker.run() for worker in workers))


def _stop_all(workers: list[Worker]) -> None:
    for worker in workers:
        worker.stop()
