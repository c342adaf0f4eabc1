"""Fixtures that serve an application to a test over ASGI, with the lifespan of a real server, for any caller."""

import asyncio
import importlib
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from fastapi import FastAPI

import shared.web.openapi
from deploy.embedded.origin import create_origin
from shared.issuer import DevelopmentIssuer
from shared.settings import Service, Settings

PACKAGES: dict[Service, str] = {"projects": "projects_api", "funds": "funds_api", "reporting": "reporting_worker"}


def until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server process to be ready, however busy the machine is; its end, or the test's limit, ends the wait."""
    while process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"{url} ended before it was ready.\n{log.read_text()}")


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Log lines as JSON on standard output; structlog's own default draws every local variable of a traceback."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ]
    )


@pytest.fixture(scope="session", autouse=True)
def described_once() -> Iterator[None]:
    """The document of the same operations is made once per process, as in a service, and not once per test."""
    make, made = shared.web.openapi._document, {}

    def document(app: FastAPI) -> Any:
        operations = [(route.path, getattr(route, "endpoint", None)) for route in app.routes]
        said = app.state.settings
        key = (app.title, said.public_url, said.issuer, said.audience, tuple(operations))
        if key not in made:
            made[key] = make(app)
        return deepcopy(made[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared.web.openapi, "_document", document)
        yield


@pytest.fixture
def token_for(settings: Settings) -> Callable[..., str]:
    """`token_for("approver", "awa", sponsor="slug", scopes=())`: a token that this test's applications accept."""
    return DevelopmentIssuer.from_settings(settings).token


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[FastAPI], Awaitable[httpx.AsyncClient]]]:
    """`client = await serve(app)`: a client of a started application, stopped at the end of the test."""
    async with AsyncExitStack() as stack:

        async def start(app: Any) -> httpx.AsyncClient:
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app=app)
            return await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://origin"))

        yield start


@pytest.fixture
async def clients(
    settings: Settings, serve: Callable[[FastAPI], Awaitable[httpx.AsyncClient]], token_for: Callable[..., str]
) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """`await clients("projects", "programme_officer", "awa")`: that service on this test's database, as that caller.

    Without a role the client sends no token; further words go to the token (`sponsor=`, `scopes=`).
    """
    apps: dict[Service, FastAPI] = {}
    async with AsyncExitStack() as stack:

        async def client(
            service: Service, role: str | None = None, subject: str = "dev", **claims: Any
        ) -> httpx.AsyncClient:
            if service not in apps:
                main = importlib.import_module(f"services.{PACKAGES[service]}.main")
                apps[service] = main.create_app(settings)
                await serve(apps[service])
            headers = {"Authorization": f"Bearer {token_for(role, subject, **claims)}"} if role else {}
            transport = httpx.ASGITransport(app=apps[service])
            return await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://origin", headers=headers)
            )

        yield client


@pytest.fixture
async def origin(settings: Settings) -> AsyncIterator[str]:
    """The address of all three applications at a port of their own, on this test's database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_origin(settings), lifespan="on", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
