"""What is accepted and probably a slip is told in the answer, in the reader's language, and on a replay again."""

import httpx
from fastapi import FastAPI

from tests.web.conftest import GOOD


async def test_an_answer_tells_each_doubt_once_beside_what_was_written(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/projects/doubtful", json=GOOD)
    assert answer.status_code == 201
    assert answer.json()["amount"] == GOOD["amount"]
    told = [{"pointer": "/title", "detail": "Looks doubled.", "code": "likely_duplicate"}]
    assert answer.json()["warnings"] == told


async def test_a_french_reader_is_told_in_french_and_a_replay_says_the_same(client: httpx.AsyncClient) -> None:
    headers = {"Accept-Language": "fr", "Idempotency-Key": "doubt"}
    first, second = [await client.post("/v1/projects/doubtful", json=GOOD, headers=headers) for _ in range(2)]
    assert first.json()["warnings"][0]["detail"] == "Semble double."
    assert first.headers["Content-Language"] == "fr"
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.content == first.content


async def test_an_answer_without_a_doubt_bears_no_warnings(client: httpx.AsyncClient) -> None:
    assert "warnings" not in (await client.post("/v1/projects", json=GOOD)).json()


def test_the_contract_says_that_the_answer_of_a_write_may_bear_warnings(app: FastAPI) -> None:
    document = app.openapi()
    [answer] = [
        one["content"]["application/json"]["schema"]
        for status, one in document["paths"]["/v1/projects/doubtful"]["post"]["responses"].items()
        if status == "201"
    ]
    schema = document["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
    assert schema["properties"]["warnings"]["items"] == {"$ref": "#/components/schemas/Fault"}
