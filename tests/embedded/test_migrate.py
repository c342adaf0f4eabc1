"""`djoliba migrate`: grants follow the owner list, and migrators at the same time do not disturb each other."""

import asyncio

import asyncpg
import pytest
from pydantic import SecretStr

from deploy.embedded.grants import ROLES, difference
from deploy.embedded.migrate import migrate
from shared.database import PUBLIC_ROLE, read_pool, role_of
from shared.models import APPEND_ONLY, MECHANISM, OWNERS, Base
from tests.cluster import as_services, in_thread


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


async def test_a_receipt_is_evidence_of_which_only_the_standing_changes(database_url):
    connection = await asyncpg.connect(as_services(database_url), user="djoliba_reporting")
    for column in ("url", "remote_sha256", "external_id", "at", "is_visible", "found_by"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"UPDATE receipt SET {column} = {column}")
    await connection.execute("UPDATE receipt SET is_current = false")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM receipt")
    await connection.close()


@pytest.mark.parametrize("role", ROLES)
async def test_who_logs_in_as_a_service_or_a_reader_is_nobody_else_and_becomes_nobody_else(database_url, role):
    connection = await asyncpg.connect(as_services(database_url), user=role)
    others = [
        row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname <> $1", role)
    ]
    for other in others:
        for statement in ("SET ROLE", "SET SESSION AUTHORIZATION"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f'{statement} "{other}"')
    for statement in ("RESET ROLE", "RESET SESSION AUTHORIZATION", "RESET ALL", "DISCARD ALL"):
        await connection.execute(statement)
    assert tuple(await connection.fetchrow("SELECT session_user::text, current_user::text")) == (role, role)
    await connection.close()


async def test_the_pools_log_in_as_themselves(engines, pools):
    for service in OWNERS:
        async with engines(service).connect() as connection:
            row = (await connection.exec_driver_sql("SELECT session_user::text, current_user::text")).one()
        assert tuple(row) == (role_of(service), role_of(service))
    public = await pools(PUBLIC_ROLE)
    async with public.acquire() as connection:
        await connection.execute("RESET ROLE")
        assert await connection.fetchval("SELECT session_user::text") == PUBLIC_ROLE
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM audit")


async def test_one_login_for_all_takes_the_role_of_each_pool(settings_for, database_url, redis_url):
    settings = settings_for(database_url, redis_url).model_copy(update={"database_url": SecretStr(database_url)})
    pool = await read_pool(settings, PUBLIC_ROLE)
    assert await pool.fetchval("SELECT current_user::text") == PUBLIC_ROLE
    await pool.close()


async def test_a_foreign_grant_is_taken_back_and_a_lost_one_restored(database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("GRANT DELETE ON audit TO djoliba_funds; REVOKE SELECT ON audit FROM djoliba_funds")
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
