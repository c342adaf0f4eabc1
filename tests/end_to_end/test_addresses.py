"""A row is addressed by its id or by its reference, alike on every route of the three services."""

import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from shared.models.naming import NAMES
from tests.portfolio.reference import reference_database
from tests.serving import PACKAGES

PARAMETER = re.compile(r"\{(\w+)\}")
NOTHING = "00000000-0000-7000-8000-000000000000"
MAY_BE_EMPTY = {"delivery", "platform"}
"""Nothing is published in the reference portfolio."""


@pytest.fixture
def database_url(cluster: Any) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def routes(clients: Any) -> list[tuple[Any, str, str]]:
    """Every operation whose address names something: its client (an administrator), method and path."""
    found = []
    for service in PACKAGES:
        client = await clients(service, "admin", "awa")
        document = (await client.get("/openapi.json")).json()
        found += [
            (client, method, path)
            for path, operations in document["paths"].items()
            for method in operations
            if "{" in path
        ]
    return found


async def one_of_each(url: str) -> dict[str, tuple[str, str]]:
    """Per noun, the id and the reference of one row."""
    connection = await asyncpg.connect(url)
    try:
        found = {}
        for noun, naming in NAMES.items():
            key = naming.key
            if key is naming.target:
                continue
            only = "WHERE kind = 'allocation'" if noun == "allocation" else ""
            row = await connection.fetchrow(
                f"SELECT id::text, {key.name} FROM {key.class_.__tablename__} {only} LIMIT 1"
            )
            if row is not None:
                found[noun] = (row[0], row[1])
        return found
    finally:
        await connection.close()


def said(answer: Any) -> tuple[int, Any]:
    """What an answer says, without what tells one request from another."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.status_code, answer.headers["content-type"]
    body = answer.json()
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in {"request_id", "compared_at"}}
    return answer.status_code, body


@pytest.mark.whole
async def test_every_route_answers_alike_for_the_id_and_the_reference(clients: Any, database_url: str) -> None:
    """Writes are tried with a version that has passed: both names are refused alike, and nothing is changed."""
    samples = await one_of_each(database_url)
    assert set(NAMES) - set(samples) - MAY_BE_EMPTY == {
        "mechanism",
        "calendar_feed",
        "saved_view",
        "exchange_rate",
        "named_figure",
        "objective",
        "proposal",
    }
    others = {"language": "mul", "format": "figures", "control": "none"}
    for client, method, path in await routes(clients):
        noun = PARAMETER.findall(path)[0]
        if noun not in samples:
            continue
        rest = path
        for name in PARAMETER.findall(path)[1:]:
            rest = rest.replace(f"{{{name}}}", others[name])
        sent: dict[str, Any] = {}
        if method != "get":
            sent = {"json": {}, "headers": {"If-Match": '"0"', "Idempotency-Key": f"{noun}{len(path)}"}}
        by_id, by_reference, missing = [
            await client.request(method, rest.replace(f"{{{noun}}}", name), **sent)
            for name in (*samples[noun], NOTHING)
        ]
        assert said(by_id) == said(by_reference), f"{method} {path}"
        assert missing.status_code == 404, f"{method} {path}: {missing.text}"
        assert by_id.status_code != 404 or "artefacts" in path, f"{method} {path} {by_id.text}"
