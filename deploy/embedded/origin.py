"""The three applications at one origin, in one process: what compose and Ingress do in production, by the same table."""

import json
from asyncio import to_thread
from collections.abc import Mapping
from contextlib import AsyncExitStack

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from services.funds_api.main import create_app as create_funds
from services.projects_api.main import create_app as create_projects
from services.reporting_worker.main import create_app as create_reporting
from shared.paths import PAGES, owner_of
from shared.settings import Service, Settings
from shared.web.docs import docs_routes
from shared.web.health import health_routes
from shared.web.merging import merged_openapi
from shared.web.middleware import RequestContext
from shared.web.negotiation import Negotiation
from shared.web.problems import install
from shared.web.server import run_server


class Origin:
    """An ASGI application that hands each request to the service that owns its path."""

    def __init__(self, applications: Mapping[Service, FastAPI]) -> None:
        self._applications = applications
        states = [application.state for application in applications.values()]
        routes = [
            *health_routes(lambda: states),
            *docs_routes(lambda: merged_openapi(applications)),
            Route("/openapi.json", self._describe),
        ]
        own = Starlette(routes=routes, middleware=[Middleware(RequestContext, "origin"), Middleware(Negotiation)])
        install(own)
        self._own = own
        self._own_paths = frozenset(route.path for route in routes if isinstance(route, Route))
        self._openapi = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] in self._own_paths:
            await self._own(scope, receive, send)
        else:
            await self._applications[owner_of(scope["path"]) or PAGES](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespans of all three; when one cannot start, none does."""
        await receive()
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

    def _document(self) -> bytes:
        return json.dumps(merged_openapi(self._applications), ensure_ascii=False).encode()

    async def _describe(self, _: Request) -> Response:
        """The merged OpenAPI document, built once."""
        if not self._openapi:
            self._openapi = await to_thread(self._document)
        return Response(self._openapi, media_type="application/json")


def create_origin(settings: Settings) -> Origin:
    """The origin over the three applications, each with its own engine, pool and role."""
    return Origin(
        {
            "projects": create_projects(settings),
            "funds": create_funds(settings),
            "reporting": create_reporting(settings),
        }
    )


if __name__ == "__main__":
    run_server(create_origin, "api")
