"""`djoliba migrate`: grants follow the owner list, and migrators at the same time do not disturb each other."""

import asyncio

import asyncpg
import pytest

from deploy.embedded.grants import ROLES, difference
from deploy.embedded.migrate import migrate
from shared.database import role_of
from shared.models import APPEND_ONLY, MECHANISM, OWNERS, Base
from tests.cluster import in_thread


async def test_the_catalogue_holds_exactly_the_grants_of_the_owner_list(database_url):
    connection = await asyncpg.connect(database_url)
    assert await difference(connection) == (set(), set())
    await connection.close()


async def test_each_service_writes_only_what_it_owns(database_url):
    connection = await asyncpg.connect(database_url)
    mechanism = {owned.table.__tablename__ for owned in MECHANISM}
    for service, tables in OWNERS.items():
        own = {owned.table.__tablename__ for owned in tables}
        for table in Base.metadata.tables:
            may_insert = await connection.fetchval(
                "SELECT has_table_privilege($1, $2, 'INSERT')", role_of(service), table
            )
            assert may_insert == (table in own | mechanism), (service, table)
    await connection.close()


async def test_no_service_may_change_or_empty_an_append_only_table(database_url):
    connection = await asyncpg.connect(database_url)
    for table in APPEND_ONLY:
        for role in ROLES:
            for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
                assert not await connection.fetchval(
                    "SELECT has_table_privilege($1, $2, $3)", role, table.__tablename__, privilege
                ), (role, table, privilege)
    await connection.close()


async def test_the_public_role_reads_only_public_views(database_url):
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege('djoliba_public', oid, 'SELECT')"
    )
    assert all(row["relkind"] == b"v" and row["relname"].startswith("public_") for row in rows), rows
    await connection.close()


async def test_a_foreign_grant_is_taken_back_and_a_lost_one_restored(database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "GRANT DELETE ON audit TO djoliba_funds; REVOKE SELECT ON audit FROM djoliba_funds"
    )
    missing, surplus = await difference(connection)
    assert len(missing) == len(surplus) == 1
    await connection.close()
    in_thread(_again(database_url))
    connection = await asyncpg.connect(database_url)
    assert await difference(connection) == (set(), set())
    await connection.close()


async def _again(database_url):
    await asyncio.gather(*(asyncio.to_thread(migrate, database_url) for _ in range(3)))


async def test_a_write_to_a_foreign_table_fails_under_the_services_role(engines):
    async with engines("funds").connect() as connection:
        with pytest.raises(Exception, match="permission denied for table mechanism"):
            await connection.exec_driver_sql("DELETE FROM mechanism")
