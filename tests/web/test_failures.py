"""A database that is full, busy, read-only, cut off or asked for too much: 503 with Retry-After, or a 4xx, never 500."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from services.projects_api.main import create_app
from shared.settings import Settings
from shared.web.app import create_app as create_shell
from shared.web.route import Reads, Unit, permission, router
from tests.web.test_problems import problem

pytestmark = pytest.mark.own_sessions

ORGANISATION = {
    "slug": "denmark",
    "kind": "state",
    "names": [{"name": {"fr": "Danemark", "en": "Denmark"}, "valid_from": "2000-01-01"}],
}
KEY = {"Idempotency-Key": "once"}
Serve = Callable[[Any], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def officer(settings: Settings, serve: Serve, token_for: Callable[..., str]) -> httpx.AsyncClient:
    """A programme officer at the projects service."""
    client = await serve(create_app(settings))
    client.headers["Authorization"] = f"Bearer {token_for('programme_officer', 'awa')}"
    return client


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One connection for reads and two for writes, for which nobody waits long."""
    return settings.model_copy(update={"pool_size": 1, "pool_wait_seconds": 2.0})


async def execute(url: str, *statements: str) -> None:
    """What an administrator does to the database, from outside."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        with suppress(asyncpg.PostgresError, OSError):
            await connection.close()


CUT_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def refused_then_done(
    client: httpx.AsyncClient, kind: str, mend: Callable[[], Awaitable[None]], others: int = 0
) -> None:
    """The request is answered 503 and, sent again with its key when the fault is gone, has one effect."""
    answer = await client.post("/v1/organisations", json=ORGANISATION, headers=KEY)
    problem(answer, 503, kind)
    assert int(answer.headers["retry-after"]) > 0
    await mend()
    for _ in range(2):
        assert (await client.post("/v1/organisations", json=ORGANISATION, headers=KEY)).status_code == 201
    assert (await client.get("/v1/organisations?include=total")).json()["total"] == others + 1


async def test_a_read_only_database(officer: httpx.AsyncClient, database_url: str) -> None:
    mode = "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {}', current_database()); END$$"
    await execute(database_url, mode.format("on"), CUT_OTHERS)

    async def mend() -> None:
        await execute(database_url, "SET default_transaction_read_only = off", mode.format("off"), CUT_OTHERS)

    await refused_then_done(officer, "database-read-only", mend)


async def test_a_full_disk(officer: httpx.AsyncClient, database_url: str) -> None:
    full = """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$"""
    trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
    await execute(database_url, full, trigger)
    await refused_then_done(officer, "database-busy", lambda: execute(database_url, "DROP TRIGGER full_disk ON audit"))


async def held(url: str) -> asyncpg.Connection:
    """A transaction that keeps every writer of organisations waiting until it ends."""
    connection = await asyncpg.connect(url)
    await connection.execute("BEGIN; LOCK TABLE organisation IN ACCESS EXCLUSIVE MODE")
    return connection


async def waiting(url: str, number: int) -> None:
    """Until so many backends of the test's database wait for a lock."""
    connection = await asyncpg.connect(url)
    question = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    while await connection.fetchval(question) < number:  # noqa: ASYNC110  (Postgres tells nobody who waits)
        await asyncio.sleep(0.005)
    await connection.close()


@pytest.mark.whole
async def test_an_exhausted_pool(officer: httpx.AsyncClient, database_url: str) -> None:
    lock = await held(database_url)
    hanging = [
        asyncio.create_task(officer.post("/v1/organisations", json={**ORGANISATION, "slug": slug}))
        for slug in ("norway", "sweden")
    ]
    hanging.append(asyncio.create_task(officer.get("/v1/organisations")))
    await waiting(database_url, 3)
    answer = await officer.get("/v1/organisations")
    problem(answer, 503, "database-busy")
    assert answer.headers["retry-after"]

    async def mend() -> None:
        await lock.close()
        written = [one.status_code for one in await asyncio.gather(*hanging)]
        assert written == [201, 201, 200]

    await refused_then_done(officer, "database-busy", mend, others=2)


async def test_a_killed_backend(officer: httpx.AsyncClient, database_url: str) -> None:
    lock = await held(database_url)
    hanging = asyncio.create_task(officer.get("/v1/organisations"))
    await waiting(database_url, 1)

    async def kill() -> None:
        await waiting(database_url, 2)
        await execute(database_url, CUT_OTHERS)  # the holder of the lock too

    killing = asyncio.create_task(kill())
    await refused_then_done(officer, "database-unavailable", lambda: asyncio.wait_for(killing, 60))
    problem(await hanging, 503, "database-unavailable")
    lock.terminate()


async def test_an_idle_connection_that_was_cut_is_replaced_unseen(
    officer: httpx.AsyncClient, database_url: str
) -> None:
    assert (await officer.get("/v1/organisations")).status_code == 200
    await execute(database_url, CUT_OTHERS)
    written = await officer.post("/v1/organisations", json=ORGANISATION)
    assert written.status_code == 201


UNAVAILABLE = [
    "25006",
    "40001",
    "40P01",
    "53000",
    "53100",
    "53200",
    "53300",
    "53400",
    "55P03",
    "57014",
    "57P01",
    "57P03",
]
UNAVAILABLE += ["08006", "58030", "25P04"]
WRONG = {"22003": 422, "22001": 422, "22021": 422, "22P02": 422, "22008": 422, "54001": 422, "23505": 409, "23503": 409}


def failing() -> Any:
    routes = router("/projects", "projects")

    @routes.get("/{state}", summary="Fail")
    @permission("projects:read")
    async def read_and_fail(state: str, reads: Reads) -> None:
        """Fail."""
        await reads.execute(f"DO $$BEGIN RAISE 'no' USING ERRCODE = '{state}'; END$$")

    @routes.post("/{state}", summary="Write and fail")
    @permission("projects:create")
    async def write_and_fail(state: str, unit: Unit) -> None:
        """Fail."""
        await unit.session.execute(text(f"DO $$BEGIN RAISE 'no' USING ERRCODE = '{state}'; END$$"))

    @routes.get("", summary="Overflow")
    @permission("projects:read")
    async def read_with_too_much(reads: Reads, how: str) -> None:
        """Fail."""
        if how == "number":
            await reads.fetchval("SELECT $1::int", 2**40)
        await reads.fetchval(f"SELECT 1 IN ({', '.join(f'${n}' for n in range(1, 40_001))})", *range(40_000))

    @routes.get("/long/{how}", summary="Outstay")
    @permission("projects:read")
    async def read_too_long(reads: Reads, how: str) -> None:
        """Fail."""
        async with reads.acquire() as connection, connection.transaction(readonly=True):
            if how == "working":
                await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
            while not connection.is_closed():  # noqa: ASYNC110  (the server closes it)
                await asyncio.sleep(0.001)

    @routes.post("", summary="Meet")
    @permission("projects:create")
    async def write_after_a_deadlock(unit: Unit) -> dict[str, int]:
        """Fail twice, then succeed."""
        tries.append(unit)
        if len(tries) < 3:
            await unit.session.execute(text("DO $$BEGIN RAISE 'no' USING ERRCODE = '40P01'; END$$"))
        unit.record("project.created", "project", UUID(int=1))
        return {"tries": len(tries)}

    tries: list[Unit] = []
    return routes


@pytest.fixture
async def failures(settings: Settings, serve: Serve, token_for: Callable[..., str]) -> httpx.AsyncClient:
    client = await serve(create_shell("projects", settings, [failing()]))
    client.headers["Authorization"] = f"Bearer {token_for('programme_officer', 'awa')}"
    return client


async def test_each_state_of_postgres_has_one_meaning_for_reads_and_writes(failures: httpx.AsyncClient) -> None:
    expected = {**dict.fromkeys(UNAVAILABLE, 503), **WRONG, "XX000": 500, "42P01": 500}
    for method in ("GET", "POST"):
        found = {state: (await failures.request(method, f"/v1/projects/{state}")).status_code for state in expected}
        assert found == expected


@pytest.mark.parametrize("how", ["working", "idle"])
async def test_a_transaction_whose_connection_was_cut_is_503(failures: httpx.AsyncClient, how: str) -> None:
    answer = await failures.get(f"/v1/projects/long/{how}")
    problem(answer, 503, "database-unavailable")
    assert "retry-after" in answer.headers


async def test_what_cannot_even_be_sent_to_postgres_is_422(failures: httpx.AsyncClient) -> None:
    for how in ("number", "list"):
        problem(await failures.get(f"/v1/projects?how={how}"), 422, "value-out-of-range")


async def test_a_write_that_lost_a_deadlock_is_done_again(failures: httpx.AsyncClient) -> None:
    assert (await failures.post("/v1/projects")).json() == {"tries": 3}
