"""One keyed request to an application of its own, in a process that `DJOLIBA_CRASH_AT` kills on the way."""

import asyncio
import multiprocessing
import os
from typing import Any

import httpx

from services.reporting_worker.main import create_app
from shared.settings import load_settings

PROCESSES = multiprocessing.get_context("forkserver")
"""The server of forks imports the application once; each request is a fork of its own, in milliseconds."""
PROCESSES.set_forkserver_preload([__name__])


def make(environment: dict[str, str], request: dict[str, Any]) -> int:
    """Make the request in a new process under that environment, and give how the process ended."""
    process = PROCESSES.Process(target=_become, args=(environment, request))
    process.start()
    process.join()
    ended = process.exitcode
    process.close()
    return ended


def _become(environment: dict[str, str], request: dict[str, Any]) -> None:
    os.environ.update(environment)
    asyncio.run(_send(request))


async def _send(request: dict[str, Any]) -> None:
    app = create_app(load_settings())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://origin") as client,
    ):
        await client.post(request["path"], headers=request["headers"], json=request["body"])
