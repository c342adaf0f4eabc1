"""A write is whole or absent: real SIGKILL between any two steps, then the same request again."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest

from shared.settings import Settings
from tests.write_path.one_request import make

Clients = Callable[..., Awaitable[httpx.AsyncClient]]

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


async def killed_request(settings: Settings, headers: dict[str, str], crash_at: str) -> None:
    """One keyed request in a process of its own, which a real SIGKILL ends at the step named."""
    environment = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DEVELOPMENT_KEYS": str(settings.development_keys),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
        "DJOLIBA_CRASH_AT": f"{crash_at}:1",
    }
    request = {"path": "/v1/editions", "headers": headers, "body": BODY}
    assert await asyncio.to_thread(make, environment, request) == -signal.SIGKILL


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
@pytest.mark.whole
async def test_killed_between_two_steps_leaves_all_or_nothing_and_a_retry_completes(
    settings: Settings, database_url: str, token_for: Callable[..., str], clients: Clients, step: str
) -> None:
    headers = {
        "Authorization": f"Bearer {token_for('reporting_officer', 'awa')}",
        "Idempotency-Key": "key-of-the-edition",
    }
    await killed_request(settings, headers, step)
    expected = 1 if step in COMMITTED else 0
    assert await counts(database_url) == dict.fromkeys(("edition", "audit", "outbox", "stored_answer"), expected)

    client = await clients("reporting")
    answer = await client.post("/v1/editions", json=BODY, headers=headers)
    assert answer.status_code == 201
    assert ("idempotency-replayed" in answer.headers) == (step in COMMITTED)
    assert set((await counts(database_url)).values()) == {1}
