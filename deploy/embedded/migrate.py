"""`djoliba migrate`: roles, schema, grants, in that order, one migrator at a time in the whole cluster."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.engine import make_url

import migrations
from deploy.embedded.binaries import POSTGRES_MAJOR
from deploy.embedded.grants import ROLES, Grant, apply_grants, difference
from deploy.embedded.host import CannotStart
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.refusals import explained

CLUSTER_LOCK = 0x646A6F6C69
"""Advisory lock taken in the database `postgres`: roles belong to the cluster, and advisory locks to a database."""


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for `database_url`; `pyproject.toml` holds the one for authors of revisions."""
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(migrations.__path__)))))
    config.attributes["database_url"] = database_url
    return config


def migrate(database_url: str) -> None:
    """Bring the roles, the schema and the grants of `database_url` to this version's; its user owns the tables."""
    asyncio.run(_migrate(database_url))


def check_schema() -> None:
    """On a throw-away server: the revisions must build what the models declare, with the owner list's grants."""
    with tempfile.TemporaryDirectory(prefix="djoliba-check-") as folder:
        Path(folder).chmod(0o711)  # root's servers run as nobody
        with EmbeddedPostgres(Path(folder) / "servers", durable=False) as postgres:
            migrate(postgres.url())
            command.check(alembic_config(postgres.url()))
            missing, surplus = asyncio.run(_difference(postgres.url()))
    if missing or surplus:
        raise CannotStart(f"The grants differ from the owner list: missing {missing}, too many {surplus}.")


async def _difference(database_url: str) -> tuple[set[Grant], set[Grant]]:
    connection = await asyncpg.connect(database_url)
    try:
        return await difference(connection)
    finally:
        await connection.close()


async def create_database(maintenance_url: str, name: str) -> None:
    """Create an empty database in the builtin C.UTF-8 locale, unless it exists."""
    connection = await asyncpg.connect(maintenance_url)
    try:
        if not await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", name):
            await connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8 '
                "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'"
            )
    finally:
        await connection.close()


async def _migrate(database_url: str) -> None:
    url = make_url(database_url).set(drivername="postgresql")
    maintenance = url.set(database="postgres").render_as_string(hide_password=False)
    async with _only_migrator(maintenance) as cluster:
        await _create_roles(cluster)
        await create_database(maintenance, str(url.database))
        given = url.render_as_string(hide_password=False)
        try:
            await asyncio.to_thread(command.upgrade, alembic_config(given), "head")
        except CommandError as error:
            raise CannotStart(
                f"The schema could not be brought to this version ({error}). If the database was used with a newer "
                "Djoliba, run that version, or restore a backup made before it."
            ) from error
        connection = await asyncpg.connect(given)
        try:
            await apply_grants(connection)
        finally:
            await connection.close()


@asynccontextmanager
async def _only_migrator(maintenance_url: str) -> AsyncIterator[Any]:
    """A connection that holds the cluster's migration lock."""
    connection = await asyncpg.connect(maintenance_url, server_settings={"application_name": "djoliba migrate"})
    try:
        version = connection.get_server_version()
        if version.major < POSTGRES_MAJOR:
            raise CannotStart(
                f"Djoliba needs Postgres {POSTGRES_MAJOR} or newer; DATABASE_URL leads to {version.major}."
            )
        await connection.execute("SELECT pg_advisory_lock($1)", CLUSTER_LOCK)
        yield connection
    finally:
        await connection.close()


async def _create_roles(connection: Any) -> None:
    """Roles that may log in as themselves, belong to no other role, and have no password until somebody sets one."""
    held = dict(await connection.fetch("SELECT rolname, rolcanlogin FROM pg_roles"))
    for role in ROLES:
        if role not in held:
            await connection.execute(f"CREATE ROLE {role} LOGIN")
        elif not held[role]:
            await connection.execute(f"ALTER ROLE {role} LOGIN")


def main() -> int:
    """Migrate `DATABASE_URL`; with `--check`, compare models, revisions and grants instead."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.migrate")
    parser.add_argument("--check", action="store_true")
    try:
        with explained():
            if parser.parse_args().check:
                check_schema()
            else:
                migrate(os.environ["DATABASE_URL"])
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
