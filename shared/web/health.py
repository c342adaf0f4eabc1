"""`/livez`, `/readyz` and `/metrics`: for the platform that runs the process, outside `/v1` and its permissions."""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

import migrations
from shared.errors import Fault, Texts, Unavailable
from shared.metrics import exposition, pool_gauge, readings
from shared.settings import Settings
from shared.web.language import language_of
from shared.web.problems import respond

PATIENCE_SECONDS = 2.0
"""A dependency that takes longer than this is as good as gone."""

States = Callable[[], Sequence[Any]]
"""Gives the `app.state` of each application of this process."""


class NotReady(Unavailable):
    """A dependency is missing; each fault names one and says what to do."""

    kind = "not-ready"


@cache
def migration_head() -> str:
    """The revision that this version of the code needs."""
    head = ScriptDirectory(str(next(iter(migrations.__path__)))).get_current_head()
    if head is None:
        raise RuntimeError("There is no migration; the installation is incomplete.")
    return head


async def missing_dependencies(states: Sequence[Any]) -> list[Fault]:
    """What each application needs and does not get, asked now and all at once."""
    settings: Settings = states[0].settings
    found = await asyncio.gather(_valkey(settings), *(_postgres(state) for state in states))
    return [fault for fault in found if fault is not None]


async def _postgres(state: Any) -> Fault | None:
    where = f"postgres/{state.service}"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            revision = await state.reads.fetchval("SELECT version_num FROM alembic_version")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        said = f"{type(error).__name__}: {error}"[:200]
        return Fault(where, _no_answer("Postgres", "DJOLIBA_DATABASE_URL", said), "postgres")
    head = migration_head()
    if revision == head:
        return None
    return Fault(
        where,
        {
            "fr": f"Le schéma de la base est à la révision {revision}, ce code demande {head} : lancez "
            "`djoliba migrate`.",
            "en": f"The database's schema is at revision {revision}, this code needs {head}: run `djoliba migrate`.",
        },
        "migration",
    )


async def _valkey(settings: Settings) -> Fault | None:
    client = Redis.from_url(
        settings.redis_url.get_secret_value(), socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await client.ping()
    except (RedisError, OSError, TimeoutError) as error:
        said = f"{type(error).__name__}: {error}"[:200]
        return Fault("valkey", _no_answer("Valkey", "DJOLIBA_REDIS_URL", said), "valkey")
    finally:
        await client.aclose()
    return None


def _no_answer(name: str, variable: str, said: str) -> Texts:
    return {
        "fr": f"{name} ne répond pas (« {said} ») : démarrez-le ou corrigez {variable}.",
        "en": f"{name} does not answer ('{said}'): start it or correct {variable}.",
    }


def health_routes(states: States) -> list[BaseRoute]:
    """The three routes for the applications whose states are given."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(request: Request) -> Response:
        faults = await missing_dependencies(states())
        if not faults:
            return JSONResponse({"status": "ready", "migration": migration_head()})
        named = ", ".join(sorted({fault.code for fault in faults}))
        problem = NotReady(
            {
                "fr": f"Le service n'est pas prêt ; il manque : {named}.",
                "en": f"The service is not ready; missing: {named}.",
            },
            faults=faults,
        )
        return respond(problem, language_of(request.headers.get("accept-language")))

    async def metrics(_: Request) -> Response:
        gauges = [pool_gauge(states())]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                gauges += await readings(states()[0].reads)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            pass  # without the database the process still tells about itself
        return Response(exposition(gauges), media_type="text/plain; version=0.0.4")

    return [
        Route("/livez", livez, include_in_schema=False),
        Route("/readyz", readyz, include_in_schema=False),
        Route("/metrics", metrics, include_in_schema=False),
    ]
