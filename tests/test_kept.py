"""A database that serves one test after another shows nothing of those before."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import text

from shared.database import read_pool, write_engine
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database, settings_of

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"


@asynccontextmanager
async def owner_of(cluster: Cluster, name: str) -> AsyncIterator[asyncpg.Connection]:
    """A session of the database's owner."""
    connection = await asyncpg.connect(cluster.url(name))
    try:
        yield connection
    finally:
        await connection.close()


async def content(owner: asyncpg.Connection) -> dict[str, object]:
    """Every table's rows, as one sum each, and where every counter stands."""
    rows = "SELECT md5(string_agg(one::text, E'\\n' ORDER BY one::text)) FROM"
    found = {table: await owner.fetchval(f'{rows} "{table}" AS one') for (table,) in await owner.fetch(TABLES)}
    return {**found, "counters": await owner.fetch(COUNTERS)}


Edit = Callable[[asyncpg.Connection], Awaitable[object]]


@pytest.fixture
def reused(cluster: Cluster) -> Callable[[Edit], Awaitable[bool]]:
    """Whether a database is the next test's too after an edit, and then as it was, by all its rows and counters."""

    async def edit(change: Edit) -> bool:
        # one that served its number of tests is given up whatever is done to it; the next one is new
        return await once(change) or await once(change)

    async def once(change: Edit) -> bool:
        first = cluster.clone()
        async with owner_of(cluster, first) as owner:
            before = await content(owner)
            await change(owner)
        cluster.drop(first)
        second = cluster.clone()
        async with owner_of(cluster, second) as owner:
            assert await content(owner) == before
        cluster.drop(second)
        return second == first

    return edit


async def test_rows_and_counters_are_as_they_were(reused: Callable[[Edit], Awaitable[bool]]) -> None:
    async def change(owner: asyncpg.Connection) -> None:
        await owner.execute(
            "INSERT INTO mechanism (code, name, is_external, position) VALUES ('X', jsonb_build_object('fr', 'X'), false, 1)"
        )
        await owner.execute("UPDATE installation SET epoch = epoch + 1")

    assert await reused(change)


async def test_rows_of_a_template_that_were_edited_and_removed_are_back(cluster: Cluster) -> None:
    name = reference_database(cluster)
    async with owner_of(cluster, name) as owner:
        before = await content(owner)
        await owner.execute(
            "SET session_replication_role = replica; UPDATE project SET title = jsonb_build_object('fr', 'X'); DELETE FROM amount"
        )
    cluster.drop(name)
    assert reference_database(cluster) == name
    async with owner_of(cluster, name) as owner:
        assert await content(owner) == before
    cluster.drop(name)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE left_behind (n int)",
        "ALTER TABLE delivery DISABLE TRIGGER honest_delivery",
        "GRANT UPDATE ON audit TO djoliba_funds",
        "DROP TABLE place_share CASCADE",
        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET jit = on', current_database()); END$$",
    ],
)
async def test_whose_schema_or_settings_changed_is_given_up(
    reused: Callable[[Edit], Awaitable[bool]], statement: str
) -> None:
    assert not await reused(lambda owner: owner.execute(statement))


async def test_in_which_a_session_still_works_is_given_up(cluster: Cluster) -> None:
    name = cluster.clone()
    left = await asyncpg.connect(cluster.url(name))
    await left.execute("BEGIN; SELECT pg_advisory_xact_lock(1)")
    cluster.drop(name)
    second = cluster.clone()
    assert second != name
    cluster.drop(second)
    left.terminate()


async def test_that_served_often_is_given_up_with_its_sessions(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.kept.PUTTINGS_BACK", 0)
    name = cluster.clone()
    settings = settings_of(cluster.url(name))
    engine, pool = write_engine(settings, "projects"), await read_pool(settings, "djoliba_projects")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    await pool.fetchval("SELECT 1")
    cluster.drop(name)
    second = cluster.clone()
    assert second != name
    cluster.drop(second)
