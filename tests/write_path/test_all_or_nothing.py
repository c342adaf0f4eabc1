"""A write is whole or absent: real SIGKILL between any two steps, then the same request again."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from shared.settings import Settings

STEPS = (
    "route.unit_open",
    "route.endpoint_done",
    "unit.facts_written",
    "unit.mechanism_written",
    "unit.committed",
    "unit.woken",
)
COMMITTED = {"unit.committed", "unit.woken"}

BODY = {
    "slug": "2022-02",
    "number": "2022-02",
    "title": {"fr": "Bulletin", "en": "Bulletin"},
    "period_start": "2022-02-01",
    "period_end": "2022-03-31",
    "as_of": "2022-03-31",
}


async def request(settings: Settings, token: str, crash_at: str | None = None) -> dict[str, Any] | None:
    """The answer of one keyed request in a process of its own; None when the process was killed."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
        **({"DJOLIBA_CRASH_AT": f"{crash_at}:1"} if crash_at else {}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.write_path.one_request",
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "key-of-the-edition"}
    given = json.dumps({"path": "/v1/editions", "headers": headers, "body": BODY}).encode()
    out, err = await process.communicate(given)
    if crash_at:
        assert process.returncode == -9, (process.returncode, err.decode()[-2000:])
        return None
    assert process.returncode == 0, err.decode()[-2000:]
    return json.loads(out.decode().splitlines()[-1])


async def counts(database_url: str) -> dict[str, int]:
    connection = await asyncpg.connect(database_url)
    try:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("edition", "audit", "outbox", "stored_answer")
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("step", STEPS)
async def test_killed_between_two_steps_leaves_all_or_nothing_and_a_retry_completes(
    settings: Settings, database_url: str, token_for: Callable[..., str], step: str
) -> None:
    token = token_for("reporting_officer", "awa")
    await request(settings, token, crash_at=step)
    expected = 1 if step in COMMITTED else 0
    assert await counts(database_url) == dict.fromkeys(
        ("edition", "audit", "outbox", "stored_answer"), expected
    )

    answer = await request(settings, token)
    assert answer == {"status": 201, "replayed": step in COMMITTED}
    assert set((await counts(database_url)).values()) == {1}
