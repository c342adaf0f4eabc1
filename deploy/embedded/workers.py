"""The workers of the three services in one process; in production each has its own."""

import asyncio
import signal
from collections.abc import Mapping

import uvloop

from services.funds_api.worker import HANDLERS as FUNDS
from services.projects_api.worker import HANDLERS as PROJECTS
from services.reporting_worker.worker import HANDLERS as REPORTING
from shared.database import write_engine
from shared.jobs import Handler
from shared.logging import configure_logging
from shared.settings import Service, Settings, load_settings
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext

QUEUES: Mapping[Service, tuple[Handler, ...]] = {
    "projects": PROJECTS,
    "funds": FUNDS,
    "reporting": REPORTING,
}


async def run_workers(settings: Settings) -> None:
    """Work on the three queues until SIGTERM or Ctrl-C; jobs in hand are finished."""
    wake = ArqWake(settings)
    engines = {service: write_engine(settings, service) for service in QUEUES}
    workers = [
        Worker(service, handlers, WorkerContext(settings, engines[service], wake, {}))
        for service, handlers in QUEUES.items()
    ]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_all, workers)
    try:
        await asyncio.gather(*(worker.run() for worker in workers))
    finally:
        await wake.aclose()
        for engine in engines.values():
            await engine.dispose()


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
