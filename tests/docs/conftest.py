"""A demo in miniature: the origin on a free port, its worker, the sandbox platform, and the bulletin delivered."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from deploy.embedded.origin import create_origin
from services.reporting_worker.worker import create_worker
from shared.settings import Settings
from shared.web.server import configuration
from tests.cluster import Cluster
from tests.docs.tour import ROOT
from tests.end_to_end.conftest import frozen_database
from tests.reporting_worker.platforms.sandbox import ThreadedSandbox

UNHURRIED = {"lease_seconds": 20.0, "renew_seconds": 5.0, "quarantine_seconds": 25.0, "send_deadline_seconds": 15.0}
"""Production's times: no fault is played here, and a busy machine must not look like one."""


@dataclass(frozen=True)
class Demo:
    """Where the demo answers, and the environment in which the console command finds it."""

    url: str
    environment: dict[str, str]

    async def run(self, *command: str) -> str:
        """What a command prints; it must end well."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complaints = await process.communicate()
        told = "Working on the database"
        complained = [line for line in complaints.decode().splitlines() if not line.startswith(told)]
        assert (process.returncode, complained) == (0, [])
        return printed.decode()


@asynccontextmanager
async def _served(settings: Settings, listener: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(configuration(create_origin(settings), settings))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def _worked(settings: Settings) -> AsyncIterator[None]:
    async with create_worker(settings) as worker:
        working = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            worker.stop()
            await working


@pytest.fixture
async def demo(
    cluster: Cluster, settings_for: Callable[..., Settings], redis_url: str, development_keys: Path, tmp_path: Path
) -> AsyncIterator[Demo]:
    """The reference edition frozen and delivered, as `make demo` leaves it."""
    database, objects = frozen_database(cluster)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadedSandbox(tmp_path / "platform") as site:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = settings_for(cluster.url(database), redis_url, public_url=url, object_store=objects, **UNHURRIED)
        home = cluster.home / "tour"  # root's servers run as nobody, who may not enter tmp_path
        demo = Demo(url, _environment(settings, home))
        secrets = tmp_path / "secrets"
        secrets.mkdir()
        (secrets / "sandbox").write_text(site.accounts["author"]["password"])
        async with _served(settings, listener), _worked(settings):
            await demo.run(
                sys.executable, "-m", "deploy.embedded.showcase", "--origin", url, "--platform", site.url,
                "--secret", "sandbox", "--home", str(home),
            )  # fmt: skip
            yield demo
    cluster.drop(database)


def _environment(settings: Settings, home: Path) -> dict[str, Any]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "DJOLIBA_HOME": str(home),
        "DJOLIBA_ENVIRONMENT": settings.environment,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_PUBLIC_URL": settings.public_url,
    }
