"""One key, one effect: parallel copies, replays, other bodies."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

from tests.write_path.test_all_or_nothing import BODY

Clients = Callable[..., Awaitable[httpx.AsyncClient]]
COPIES = 16


async def patiently(client: httpx.AsyncClient, key: str) -> httpx.Response:
    """Send until it is not told to retry, as the 409 asks."""
    while True:
        answer = await client.post("/v1/editions", json=BODY, headers={"Idempotency-Key": key})
        if answer.status_code != 409:
            return answer
        assert answer.json()["type"].endswith("request-in-flight")
        assert answer.headers["Retry-After"] == "1"
        await asyncio.sleep(0.02)


async def test_sixteen_parallel_copies_have_one_effect_and_the_same_answer(clients: Clients, database_url: str) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    answers = await asyncio.gather(*(patiently(client, "same-key") for _ in range(COPIES)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM edition") == 1
        assert await connection.fetchval("SELECT count(*) FROM audit") == 1
    finally:
        await connection.close()


async def test_a_key_used_for_another_body_is_refused(clients: Clients) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    await patiently(client, "one-key")
    other = {**BODY, "slug": "2022-04", "number": "2022-04"}
    answer = await client.post("/v1/editions", json=other, headers={"Idempotency-Key": "one-key"})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency-key-reused")


async def test_a_refused_request_is_not_remembered(clients: Clients) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    headers = {"Idempotency-Key": "tried-twice"}
    refused = await client.post("/v1/editions", json={**BODY, "as_of": "2022-02-30"}, headers=headers)
    assert refused.status_code == 422
    assert (await client.post("/v1/editions", json=BODY, headers=headers)).status_code == 201


async def test_another_person_may_use_the_same_key(clients: Clients) -> None:
    awa = await clients("reporting", "reporting_officer", "awa")
    moussa = await clients("reporting", "reporting_officer", "moussa")
    first = await patiently(awa, "shared-key")
    other = {**BODY, "slug": "2022-04", "number": "2022-04"}
    second = await moussa.post("/v1/editions", json=other, headers={"Idempotency-Key": "shared-key"})
    assert (first.status_code, second.status_code) == (201, 201)


async def test_a_service_must_name_a_key(clients: Clients) -> None:
    service = await clients("reporting", "service", "ptf-feed", scopes=("editions:create",))
    answer = await service.post("/v1/editions", json=BODY)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("idempotency-key-required")
