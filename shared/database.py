"""Connections: one SQLAlchemy engine for writes and rules, one bare asyncpg pool for hot reads, each under its role."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.settings import Service, Settings


class Reader(Protocol):
    """What reads without a unit of work: an asyncpg pool, or a connection in whatever transaction the caller opened."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first column of the first row."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """All rows."""


class Pool(Reader, Protocol):
    """An asyncpg pool: what reads, or lends a connection for a transaction of the caller's own."""

    def acquire(self) -> Any:
        """A connection, lent for the time of an `async with`."""


@asynccontextmanager
async def at_one_instant(pool: Pool) -> AsyncIterator[Reader]:
    """A connection whose reads agree with each other: one REPEATABLE READ transaction that ends with the block."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield connection


PUBLIC_ROLE = "djoliba_public"
"""The role of anonymous reads: it may SELECT the `public_*` views and nothing else."""

CACHEABLE_STATEMENT = 256 * 1024
"""Characters of a statement that is prepared once a connection: the figures' one has 45,000, and the driver's own limit
of 15,000 would have it planned anew at each request, which takes half of its time."""

TRANSACTION_TIMEOUT = "10s"
"""Longest transaction (DESIGN 4: a cut-off waits for those in progress)."""

LIKENESS = 0.5
"""The least likeness (pg_trgm's word_similarity) of a near spelling: `menka` for Ménaka is 0.50, `marche` for maraîchers
0.43. Sessions are told, so that the operator that an index serves and the score of a search agree."""


def role_of(service: Service) -> str:
    """The database role under which a service works, in tests too."""
    return f"djoliba_{service}"


def _url(settings: Settings, role: str) -> URL:
    """The address for `role`: a URL that names no user lets each role log in as itself.

    Its password, where the server asks for one, is found as libpq finds it (PGPASSFILE). A URL that names a user is
    one login for all; its sessions take their role at connect.
    """
    url = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+asyncpg")
    return url if url.username else url.set(username=role)


def _server_settings(url: URL, role: str, name: str) -> dict[str, str]:
    return {
        **({"role": role} if url.username != role else {}),
        "application_name": f"djoliba {name}",
        "transaction_timeout": TRANSACTION_TIMEOUT,
        "idle_in_transaction_session_timeout": TRANSACTION_TIMEOUT,
        "timezone": "UTC",
        "jit": "off",
        "pg_trgm.word_similarity_threshold": str(LIKENESS),
    }


def write_engine(settings: Settings, service: Service) -> AsyncEngine:
    """The engine of a service's units of work: READ COMMITTED, under `djoliba_<service>`."""
    role = role_of(service)
    url = _url(settings, role)
    return create_async_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        pool_timeout=settings.pool_wait_seconds,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"server_settings": _server_settings(url, role, f"{service} writes")},
    )


class _ReadConnection(asyncpg.Connection):  # type: ignore[misc]  # (asyncpg ships no types)
    """A connection whose release sends nothing: safe only because no session state is ever set (PERFORMANCE 1)."""

    def get_reset_query(self) -> str:
        return ""


class _ReadPool(asyncpg.Pool):  # type: ignore[misc]  # (asyncpg ships no types)
    """A pool in which nobody waits for ever: without a limit, one slow report would silence all reads."""

    def __init__(self, *, wait_seconds: float, **options: Any) -> None:
        super().__init__(loop=None, record_class=asyncpg.Record, **options)
        self._wait_seconds = wait_seconds

    def acquire(self, *, timeout: float | None = None) -> Any:
        return super().acquire(timeout=self._wait_seconds if timeout is None else timeout)


async def _decode_json(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=json.dumps, decoder=str, format="text")


async def read_pool(settings: Settings, role: str) -> Any:
    """A bare asyncpg pool for reads under `role`; JSON columns come back as text, to be passed on as bytes."""
    url = _url(settings, role)
    options = {key: str(value) for key, value in url.query.items()}
    return await _ReadPool(
        wait_seconds=settings.pool_wait_seconds,
        host=options.get("host", url.host),
        port=int(options.get("port", url.port or 5432)),
        user=url.username,
        password=url.password,
        database=url.database,
        min_size=1,
        max_size=settings.pool_size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        connection_class=_ReadConnection,
        max_cacheable_statement_size=CACHEABLE_STATEMENT,
        init=_decode_json,
        server_settings={**_server_settings(url, role, f"{role} reads"), "default_transaction_read_only": "on"},
    )


_AWAY = ("08", "53", "57P", "40")
"""SQLSTATE classes of a server that is going, gone, full or in conflict with itself: no fault of the statement."""


def is_away(error: Exception) -> bool:
    """Whether the database, or the way to it, failed, so that the same work may succeed unchanged."""
    if isinstance(error, DBAPIError):
        code = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or isinstance(error, InterfaceError) or code.startswith(_AWAY)
    return isinstance(error, ConnectionError | TimeoutError | PoolTimeoutError)


def storable(text: str) -> str:
    """A text from elsewhere as Postgres can hold it: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()
