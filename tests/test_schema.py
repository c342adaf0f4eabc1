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
