"""The workers of the three services in one process; in production each has its own."""

import asyncio
import signal
from contextlib import AsyncExitStack

import uvloop

from services.funds_api.worker import create_worker as create_funds
from services.projects_api.worker import create_worker as create_projects
from services.reporting_worker.worker import create_worker as create_reporting
from shared.logging import configure_logging
from shared.settings import Settings, load_settings
from shared.worker import Worker


async def run_workers(settings: Settings) -> None:
    """Work on the three queues until SIGTERM or Ctrl-C; jobs in hand are finished."""
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(create(settings))
            for create in (create_projects, create_funds, create_reporting)
        ]
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop_all, workers)
        await asyncio.gather(*(worker.run() for worker in workers))


def _stop_all(workers: list[Worker]) -> None:
    for worker in workers:
        worker.stop()


def main() -> None:
    """Run with the settings of the environment."""
    settings = load_settings()
    configure_logging(settings, "worker")
    uvloop.run(run_workers(settings))


if __name__ == "__main__":
    main()
