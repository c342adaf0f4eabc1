"""The worker of the queue `funds`: no job of this service exists yet, the process is the same as the others'."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.database import write_engine
from shared.jobs import Handler
from shared.settings import Settings, load_settings
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext

HANDLERS: tuple[Handler, ...] = ()


@asynccontextmanager
async def create_worker(settings: Settings) -> AsyncIterator[Worker]:
    """The worker with its engine and wake, closed at the end."""
    engine = write_engine(settings, "funds")
    wake = ArqWake(settings)
    try:
        yield Worker("funds", HANDLERS, WorkerContext(settings, engine, wake, {}))
    finally:
        await wake.aclose()
        await engine.dispose()


async def main() -> None:
    """Run the worker alone until it is stopped."""
    async with create_worker(load_settings()) as worker:
        await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
