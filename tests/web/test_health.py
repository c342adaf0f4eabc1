"""Liveness, readiness with each dependency stopped, metrics, and what callers see meanwhile."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from shared.settings import Settings
from shared.web.app import create_app
from shared.web.health import migration_head
from tests.web.conftest import GOOD, things
from tests.web.test_problems import problem

Serve = Callable[[Any], Awaitable[httpx.AsyncClient]]


async def test_ready_when_all_answer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).json() == {"status": "alive"}
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "migration": migration_head()}


@pytest.mark.whole
async def test_names_each_dependency_that_stopped_and_recovers_by_itself(
    own_servers: Any, settings_for: Callable[..., Settings], serve: Serve, token_for: Callable[..., str]
) -> None:
    postgres, valkey = own_servers()
    settings = settings_for(postgres.url(), valkey.url())
    client = await serve(create_app("projects", settings, [things()]))
    client.headers["Authorization"] = f"Bearer {token_for('programme_officer')}"
    assert (await client.get("/readyz")).status_code == 200

    valkey.stop()
    body = problem(await client.get("/readyz"), 503, "not-ready")
    assert [fault["code"] for fault in body["errors"]] == ["valkey"]
    assert "Valkey" in body["errors"][0]["detail"]
    assert (await client.post("/v1/projects", json=GOOD)).status_code == 201, "work goes on without wake-ups"

    postgres.stop()
    answer = await client.get("/readyz", headers={"Accept-Language": "fr"})
    body = problem(answer, 503, "not-ready")
    assert sorted(fault["code"] for fault in body["errors"]) == ["postgres", "valkey"]
    assert "Postgres ne répond pas" in answer.text
    assert (await client.get("/livez")).status_code == 200
    assert (await client.get("/metrics")).status_code == 200
    for refused in (await client.get("/v1/projects"), await client.post("/v1/projects", json=GOOD)):
        problem(refused, 503, "database-unavailable")
        assert refused.headers["retry-after"]

    postgres.start()
    body = problem(await client.get("/readyz"), 503, "not-ready")
    assert [fault["code"] for fault in body["errors"]] == ["valkey"]
    assert (await client.post("/v1/projects", json=GOOD)).status_code == 201


async def test_an_older_schema_is_not_ready(client: httpx.AsyncClient, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = 'older'")
    await connection.close()
    body = problem(await client.get("/readyz"), 503, "not-ready")
    assert [fault["code"] for fault in body["errors"]] == ["migration"]
    assert "djoliba migrate" in body["errors"][0]["detail"]


async def test_a_valkey_that_never_was_is_named(
    settings_for: Callable[..., Settings], database_url: str, tmp_path: Path, serve: Serve
) -> None:
    settings = settings_for(database_url, f"unix://{tmp_path}/no.sock?db=0")
    client = await serve(create_app("funds", settings, []))
    body = problem(await client.get("/readyz"), 503, "not-ready")
    assert body["errors"][0]["parameter"] == "valkey"


METRICS = (
    "djoliba_requests_total",
    "djoliba_request_seconds_bucket",
    "djoliba_jobs",
    "djoliba_oldest_due_seconds",
    "djoliba_deliveries",
    "djoliba_rate_age_seconds",
    "djoliba_last_edition_age_seconds",
    "djoliba_pool_connections",
)


async def test_metrics_tell_of_requests_jobs_rates_and_pools(client: httpx.AsyncClient, database_url: str) -> None:
    await client.get("/v1/projects")
    await client.get("/v1/projects/no/such/thing")
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO job (id, queue, kind, key, arguments, state, due_at, attempt, fence, epoch, actor, inserted_at) "
        "VALUES (gen_random_uuid(), 'reporting', 'editions.compile', 'k', '{}', 'pending', "
        "clock_timestamp() - interval '90 seconds', 0, 0, 1, 'awa', clock_timestamp())"
    )
    await connection.close()
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    for name in METRICS:
        assert any(line.startswith((f"# TYPE {name.removesuffix('_bucket')} ", f"{name}{{")) for line in lines), name
    assert 'djoliba_jobs{kind="editions.compile",queue="reporting",state="pending"} 1.0' in lines
    oldest = next(line for line in lines if line.startswith("djoliba_oldest_due_seconds{"))
    assert 90 <= float(oldest.split()[1]) < 3600
    counted = [line for line in lines if line.startswith("djoliba_requests_total{")]
    assert any('route="/v1/projects"' in line and 'status="200"' in line for line in counted)
    assert any('route="unmatched"' in line and 'status="404"' in line for line in counted)
    assert not any("no/such" in line for line in lines), "paths are labels without end"


@pytest.mark.parametrize("origin", ["https://portal.example.org", "https://evil.example.org"])
async def test_only_listed_origins_may_call_from_a_browser(
    settings_for: Callable[..., Settings], database_url: str, redis_url: str, serve: Serve, origin: str
) -> None:
    settings = settings_for(database_url, redis_url, cors_origins=["https://portal.example.org"])
    client = await serve(create_app("projects", settings, [things()]))
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "if-match"}
    preflight = await client.options("/v1/projects", headers=asked)
    answer = await client.get("/v1/projects/public", headers={"Origin": origin})
    is_listed = "portal" in origin
    assert (preflight.headers.get("access-control-allow-origin") == origin) is is_listed
    assert (answer.headers.get("access-control-allow-origin") == origin) is is_listed
    assert "access-control-allow-credentials" not in answer.headers
