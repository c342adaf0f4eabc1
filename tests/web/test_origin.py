"""The embedded origin: one address for the three applications, dispatched by the path table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from deploy.embedded.origin import Origin, create_origin
from shared.settings import Settings
from shared.web.app import create_app
from tests.web.conftest import things


@asynccontextmanager
async def started(origin: Origin) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the origin within its lifespan, as uvicorn would drive it."""
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    ended = asyncio.Event()
    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "lifespan.startup"}
        await ended.wait()
        return {"type": "lifespan.shutdown"}

    life = asyncio.create_task(origin({"type": "lifespan"}, receive, said.put))  # type: ignore[arg-type]
    try:
        assert (await said.get())["type"] == "lifespan.startup.complete"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(origin), base_url="http://origin") as client:  # type: ignore[arg-type]
            yield client
    finally:
        ended.set()
        await life


@pytest.fixture
def origin(settings: Settings) -> Origin:
    return Origin(
        {
            "projects": create_app("projects", settings, [things()]),
            "funds": create_app("funds", settings, []),
            "reporting": create_app("reporting", settings, []),
        }
    )


async def test_hands_each_path_to_its_owner_and_answers_for_all(origin: Origin) -> None:
    async with started(origin) as client:
        assert (await client.get("/v1/projects/public")).json() == {"role": "djoliba_public"}
        for unknown in ("/v1/donors", "/v1/unicorns", "/v1", "/nowhere"):
            answer = await client.get(unknown)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await client.get("/livez")).status_code == 200
        ready = await client.get("/readyz")
        assert ready.status_code == 200, ready.text
        assert ready.headers["x-request-id"]
        metrics = (await client.get("/metrics")).text
        for service in ("projects", "funds", "reporting"):
            assert f'djoliba_pool_connections{{pool="reads",service="{service}",state="idle"}}' in metrics
        assert "create_thing" in (await client.get("/docs")).text


@pytest.mark.own_sessions
async def test_names_which_service_is_not_ready(origin: Origin, settings: Settings, cluster: Any) -> None:
    async with started(origin) as client:
        for application in origin._applications.values():
            await application.state.reads.close()
            break
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert [fault["parameter"] for fault in answer.json()["errors"]] == ["postgres/projects"]


@pytest.mark.whole
async def test_the_whole_product_at_one_origin(settings: Settings) -> None:
    async with started(create_origin(settings)) as client:
        document = (await client.get("/openapi.json")).json()
        assert document["info"]["title"] == "Djoliba"
        assert (await client.get("/v1/enumerations")).status_code == 200
        for path in ("/v1/projects", "/v1/contributions", "/v1/editions", "/v1/audit"):
            assert (await client.get(path)).status_code == 401, path
        page = (await client.get("/docs")).text
        for methods in document["paths"].values():
            for operation in methods.values():
                assert f'#{operation["operationId"]}"' in page
