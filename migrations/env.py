"""How Alembic reaches the database: under a lock, each revision in a transaction of its own, with short timeouts.

`djoliba migrate` runs this and then sets roles and grants; `alembic revision --autogenerate` runs it for the author.
"""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.models import Base
from shared.models.mechanism import TransactionId

LOCK_TIMEOUT = "2s"
"""Longest wait for a table's lock: a migration gives up rather than queue the service's requests behind it."""

STATEMENT_TIMEOUT = "60s"
"""Longest single statement; work that needs more is done in chunks, outside the schema's history."""

MIGRATION_LOCK = 0x646A6F6C  # "djol"
"""Advisory lock of this database: one migrator at a time."""

# so that reflection, which compares the database with the models, knows it too
ischema_names["xid8"] = TransactionId


def _render_item(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """Postgres' xid8 is the one column type of ours that SQLAlchemy does not know by name."""
    if kind == "type" and isinstance(item, TransactionId):
        autogenerate.imports.add("from shared.models.mechanism import TransactionId")
        return "TransactionId()"
    return False


def _run(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
        render_item=_render_item,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate() -> None:
    given = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
    engine = create_async_engine(
        make_url(given).set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={
            "server_settings": {
                "application_name": "djoliba migrate",
                "lock_timeout": LOCK_TIMEOUT,
                "statement_timeout": STATEMENT_TIMEOUT,
                "timezone": "UTC",
            }
        },
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate())
