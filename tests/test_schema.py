"""The schema as the migrations make it, and the guards that the database itself keeps."""

import asyncpg
import pytest
from alembic import command

from deploy.embedded.migrate import alembic_config
from shared.models import APPEND_ONLY


def test_the_models_and_the_migrated_schema_do_not_differ(database_url: str) -> None:
    command.check(alembic_config(database_url))


@pytest.mark.parametrize("table", [model.__tablename__ for model in APPEND_ONLY])
async def test_history_cannot_be_truncated_even_by_the_owner(database_url: str, table: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(f"TRUNCATE {table} CASCADE")
        triggers = await connection.fetch(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal", table
        )
        assert {"append_only", "append_only_whole"} <= {row["tgname"] for row in triggers}
    finally:
        await connection.close()


_NUMERIC_COLUMNS = """
SELECT c.relname AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (a.atttypid IN ('numeric'::regtype, 'float4'::regtype, 'float8'::regtype)
       OR a.atttypid IN (SELECT oid FROM pg_type WHERE typbasetype = 'numeric'::regtype))
ORDER BY 1, 2
"""
_CHECKS = """
SELECT pg_get_expr(con.conbin, con.conrelid) AS expression
FROM pg_constraint AS con
JOIN pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = ANY (con.conkey)
WHERE con.contype = 'c' AND con.conrelid = $1::regclass AND a.attname = $2
"""
_COLUMNS = """
SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
"""


async def _accepts(connection: asyncpg.Connection, relation: str, name: str, value: str) -> bool:
    """Whether type and CHECKs of a column let a value in, all other columns being unknown."""
    columns = await connection.fetch(_COLUMNS, relation)
    row = ", ".join(
        f"{repr(value) if one['name'] == name else 'NULL'}::{one['type']} AS {one['name']}" for one in columns
    )
    try:
        await connection.fetchrow(f"SELECT {row}")
        for check in await connection.fetch(_CHECKS, relation, name):
            if await connection.fetchval(f"SELECT {check['expression']} FROM (SELECT {row}) AS {relation}") is False:
                return False
    except asyncpg.NumericValueOutOfRangeError:
        return False
    return True


async def test_no_numeric_column_holds_what_is_no_number(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        columns = await connection.fetch(_NUMERIC_COLUMNS)
        assert len(columns) > 20
        assert not [one for one in columns if one["type"].startswith(("double", "real"))], "money is no float"
        holding = [
            f"{one['relation']}.{one['name']} holds {value}"
            for one in columns
            for value in ("NaN", "Infinity", "-Infinity")
            if await _accepts(connection, one["relation"], one["name"], value)
        ]
        assert holding == []
        assert await _accepts(connection, "contribution", "amount", "1"), "the probe itself refuses everything"
    finally:
        await connection.close()


PUBLISHABLE = {
    "project", "activity", "announcement", "monitoring", "organisation", "donor", "contribution", "edition",
}  # fmt: skip


async def test_everything_publishable_has_a_protection_level(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT table_name, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'protection' AND table_name NOT LIKE 'public_%'"
    )
    await connection.close()
    assert {row["table_name"] for row in rows} >= PUBLISHABLE
    assert all(row["is_nullable"] == "NO" for row in rows)
