"""A process that works on one queue or on several, until SIGTERM or Ctrl-C; jobs in hand are finished."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import uvloop

from shared.logging import configure_logging
from shared.settings import Settings, load_settings
from shared.worker import Worker

CreateWorker = Callable[[Settings], AbstractAsyncContextManager[Worker]]


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
