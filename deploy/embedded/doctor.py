"""`djoliba doctor`: asks each part of an installation whether it is as it must be, and says what to do if not."""

import json
import os
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory
from redis.asyncio import Redis

from deploy.embedded.binaries import POSTGRES_MAJOR, postgres_binaries, valkey_binary
from deploy.embedded.grants import difference
from deploy.embedded.host import SPACE_NEEDED_MB, CannotStart, server_account
from deploy.embedded.instance import Instance
from deploy.embedded.migrate import alembic_config

Finding = tuple[bool, str]
"""Whether it is well, and a sentence."""


def check_machine(instance: Instance) -> list[Finding]:
    """What can be said without a server."""
    account = server_account()
    findings: list[Finding] = [
        (sys.version_info >= (3, 11), f"Python {platform.python_version()} (3.11 or newer is needed).")
    ]
    for name, find in (("Postgres", postgres_binaries), ("Valkey", valkey_binary)) if instance.exists else ():
        try:
            findings.append((True, f"{name} is at {find(account, instance.home / 'programs')}."))
        except CannotStart as error:
            findings.append((False, str(error)))
    nearest = next(folder for folder in (instance.home, *instance.home.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free // 2**20
    findings.append((free >= SPACE_NEEDED_MB, f"{free} MB are free where {instance.home} lies."))
    version = instance.home / "postgres" / "PG_VERSION"
    if version.exists():
        held = version.read_text().strip()
        findings.append((held == str(POSTGRES_MAJOR), f"The data was made by Postgres {held}."))
    is_running = instance.running() is not None
    findings.append((True, f"Djoliba {'runs' if is_running else 'does not run'} on {instance.home}."))
    return [*findings, *_waiting(instance)]


def _waiting(instance: Instance) -> list[Finding]:
    """The processes that keep ending, while Djoliba runs."""
    if instance.running() is None or not instance.waiting.exists():
        return []
    return [
        (False, f"The process {one['name']} has ended {one['failures']} times in a row: see {one['log']}.")
        for one in json.loads(instance.waiting.read_text())
    ]


async def check_servers(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """What the database, Valkey and the object store say."""
    database = environment.get("DJOLIBA_DATABASE_URL") or environment["DATABASE_URL"]
    try:
        connection = await asyncpg.connect(database, timeout=10)
    except asyncpg.InvalidCatalogNameError:
        yield False, "There is no database yet: run `djoliba migrate`."
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        yield False, f"The database does not answer: {error}."
    else:
        async for finding in _check_database(connection, database):
            yield finding
        await connection.close()
    yield await _check_valkey(environment.get("REDIS_URL") or environment.get("DJOLIBA_REDIS_URL", ""))
    store = Path(environment.get("DJOLIBA_OBJECT_STORE", "objects"))
    yield os.access(store, os.W_OK), f"The object store is {store}."


async def _check_database(connection: Any, url: str) -> AsyncIterator[Finding]:
    version = connection.get_server_version()
    yield version.major >= POSTGRES_MAJOR, f"Postgres {version.major}.{version.micro} answers."
    provider = await connection.fetchrow(
        "SELECT datlocprovider::text AS provider, datlocale FROM pg_database WHERE datname = current_database()"
    )
    is_builtin = tuple(provider) == ("b", "C.UTF-8")
    yield is_builtin, f"The database sorts by {provider['datlocale']} (builtin C.UTF-8 is needed)."
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    held = await connection.fetchval("SELECT max(version_num) FROM alembic_version") if exists else None
    if held != head:
        yield (False, f"The schema is at {held or 'nothing'}, this version needs {head}: run `djoliba migrate`.")
        return
    yield True, f"The schema is at {head}, the newest."
    missing, surplus = await difference(connection)
    yield (
        not missing and not surplus,
        f"{len(missing)} grants are missing and {len(surplus)} are too many"
        + (": run `djoliba migrate`." if missing or surplus else "."),
    )


async def _check_valkey(url: str) -> Finding:
    try:
        async with Redis.from_url(url, socket_connect_timeout=5) as client:
            policy = (await client.config_get("maxmemory-policy"))["maxmemory-policy"]
    except (OSError, Exception) as error:  # noqa: BLE001 -- whatever it is, it is the finding
        return (
            False,
            f"Valkey does not answer ({error}); work goes on by the sweepers, within seconds instead of at once.",
        )
    return policy == "noeviction", f"Valkey answers; its memory policy is {policy} (noeviction is needed)."
