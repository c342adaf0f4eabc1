"""The three applications at one origin, in one process: what compose and Ingress do in production, by the same table."""

import argparse
import asyncio
import json
import os
import socket
from contextlib import AsyncExitStack
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.funds_api.main import create_app as create_funds
from services.projects_api.main import create_app as create_projects
from services.reporting_worker.main import create_app as create_reporting
from shared.logging import configure_logging
from shared.paths import PAGES, owner_of
from shared.settings import Service, Settings, load_settings
from shared.web.openapi import merged_openapi

GRACE_SECONDS = 5
"""What a stop leaves to requests in progress."""


class Origin:
    """An ASGI application that hands each request to the service that owns its path."""

    def __init__(self, applications: dict[Service, FastAPI]) -> None:
        self._applications = applications
        self._openapi: bytes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == "/readyz":
            await (await self._readiness())(scope, receive, send)
        elif scope["path"] == "/openapi.json":
            await self._description()(scope, receive, send)
        else:
            owner = owner_of(scope["path"]) or PAGES
            await self._applications[owner](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespans of all three; when one cannot start, none does."""
        message: Message = await receive()
        assert message["type"] == "lifespan.startup"
        async with AsyncExitStack() as stack:
            try:
                for application in self._applications.values():
                    await stack.enter_async_context(application.router.lifespan_context(application))
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
                raise
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _readiness(self) -> Response:
        """Ready when all three are."""
        answers = await asyncio.gather(*(_ask(app, "/readyz") for app in self._applications.values()))
        named = dict(zip(self._applications, answers, strict=True))
        status = max(answer.status_code for answer in answers)
        body = {service: answer.json() for service, answer in named.items()}
        return Response(
            json.dumps(body), status, media_type="application/json", headers={"Cache-Control": "no-store"}
        )

    def _description(self) -> Response:
        if self._openapi is None:
            self._openapi = json.dumps(merged_openapi(self._applications), ensure_ascii=False).encode()
        return Response(self._openapi, media_type="application/json")


async def _ask(application: ASGIApp, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://origin") as client:
        return await client.get(path)


def create_origin(settings: Settings) -> Origin:
    """The origin over the three applications, each with its own engine, pool and role."""
    return Origin(
        {
            "projects": create_projects(settings),
            "funds": create_funds(settings),
            "reporting": create_reporting(settings),
        }
    )


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer on `listener` until SIGTERM."""
    options: dict[str, Any] = {"loop": "uvloop", "http": "httptools", "log_config": None, "access_log": False}
    config = uvicorn.Config(
        create_origin(settings),
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        **options,
    )
    uvicorn.Server(config).run(sockets=[listener])


def main() -> None:
    """Serve on an inherited socket (`--fd`, so that a restart loses no connection) or on `--port`."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.origin")
    parser.add_argument("--fd", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args()
    settings = load_settings()
    configure_logging(settings, "api")
    if chosen.fd is not None:
        listener = socket.socket(fileno=os.dup(chosen.fd))
    else:
        listener = socket.create_server((chosen.host, chosen.port))
    serve(settings, listener)


if __name__ == "__main__":
    main()
