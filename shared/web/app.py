"""The application of one service: state, middleware, errors, health, OpenAPI, and its routers."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from shared.auth import Verifier
from shared.database import PUBLIC_ROLE, read_pool, role_of, write_engine
from shared.permissions import ANONYMOUS_PERMISSION, PERMISSIONS
from shared.settings import Service, Settings
from shared.wake import ArqWake
from shared.web.contract import contract_route
from shared.web.docs import docs_routes
from shared.web.health import health_routes
from shared.web.limits import AddressCheck
from shared.web.methods import METHODS
from shared.web.middleware import RequestContext
from shared.web.negotiation import Negotiation
from shared.web.openapi import TITLES, describe
from shared.web.problems import install
from shared.web.route import Route

CLOSING_SECONDS = 5.0
"""How long connections may take to close at shutdown before they are cut."""


def create_app(
    service: Service, settings: Settings, routers: Iterable[APIRouter], pages: Sequence[BaseRoute] = ()
) -> FastAPI:
    """The application of `service`; pure: it connects when its lifespan starts.

    `app.state` then holds `service`, `settings`, `engine` (units of work), `reads` and `public_reads` (asyncpg
    pools), `verifier` and `wake`. `pages` are the routes outside `/v1`.

    Raises:
        ValueError: a route asks for a permission that is not in the table, or two operations bear one name.
        MisconfiguredIdentity: the settings name no acceptable source of token keys.
    """
    app = FastAPI(
        title=TITLES[service],
        version=version("djoliba"),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # below, in both languages
        redirect_slashes=False,  # it would name the host that the caller claims
        middleware=[
            *cors(settings),
            Middleware(RequestContext, service=service),
            Middleware(AddressCheck),
            Middleware(Negotiation),
        ],
    )
    app.state.service = service
    app.state.settings = settings
    app.state.verifier = Verifier.from_settings(settings)
    install(app)
    describe(app)
    # taken over as they are: a nested router would be searched route by route at each request
    for router in routers:
        app.router.routes.extend(router.routes)
    app.router.routes.extend(pages)
    app.router.routes.extend(
        [*health_routes(lambda: [app.state]), *docs_routes(app.openapi), contract_route(app.openapi)]
    )
    check_routes(app.routes)
    return app


def cors(settings: Settings) -> list[Middleware]:
    """The browsers' origins that may call; none unless the settings list them. No cookies are ever used."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=list(METHODS),
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "X-Reason",
                "X-Request-Id",
            ],
            expose_headers=["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-Id"],
        )
    ]


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Refuse to build an application with a route that would be open, or could not be told from another."""
    names: set[str] = set()
    for route in routes:
        if not isinstance(route, APIRoute):
            continue
        if not isinstance(route, Route):
            raise ValueError(f"{route.path} is not of shared.web.route.Route; use its router().")  # noqa: TRY004
        wanted = route.access.permission
        if wanted != ANONYMOUS_PERMISSION and wanted not in PERMISSIONS:
            raise ValueError(f"{route.path} asks for {wanted!r}, which shared/permissions.py does not list.")
        if route.name in names:
            raise ValueError(f"Two operations are named {route.name}; generated clients need one name each.")
        names.add(route.name)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state, settings = app.state, app.state.settings
    async with AsyncExitStack() as stack:
        state.engine = write_engine(settings, state.service)
        stack.push_async_callback(state.engine.dispose)
        state.reads = await read_pool(settings, role_of(state.service))
        stack.push_async_callback(_close, state.reads)
        state.public_reads = await read_pool(settings, PUBLIC_ROLE)
        stack.push_async_callback(_close, state.public_reads)
        state.wake = ArqWake(settings)
        stack.push_async_callback(state.wake.aclose)
        yield


async def _close(pool: Any) -> None:
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()
