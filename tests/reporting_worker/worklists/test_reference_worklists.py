"""Every worklist of the reference portfolio: its count is the number of its rows, in both languages, whatever is asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.reporting_worker.worklists.declared import WORKLISTS
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def counted(client: Any, query: str = "") -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/v1/worklists{query}")
    assert answer.status_code == 200, answer.text
    return {one["key"]: one for one in answer.json()["items"]}


async def rows_of(client: Any, head: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        given = {"limit": 500, **asked, **({"cursor": cursor} if cursor else {})}
        separator = "&" if "?" in head["href"] else "?"
        address = head["href"] + separator + "&".join(f"{name}={value}" for name, value in given.items())
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.parametrize(
    "query", ["", "?as_of=2022-03-31", "?place__in=menaka", "?mechanism__in=QIP&sponsor__in=s-r", "?known_at=now"]
)
async def test_each_count_is_the_number_of_the_rows(clients: Any, query: str) -> None:
    officer = await clients("reporting", "programme_officer", "awa")
    heads = await counted(officer, query)
    assert list(heads) == list(WORKLISTS)
    asked = {part.partition("=")[0] for part in query.strip("?").split("&")} & {
        "place__in",
        "mechanism__in",
        "sponsor__in",
    }
    for key, head in heads.items():
        if not asked <= set(head["filters"]):
            assert (head["count"], head["mine"]) == (0, 0)
            continue
        rows = await rows_of(officer, head)
        assert len(rows) == head["count"], key
        assert len(await rows_of(officer, head, mine="true")) == head["mine"], key
        assert sum(row["is_mine"] for row in rows) == head["mine"], key
        for row in rows[:50]:
            assert "{" not in row["todo"]["fr"] + row["todo"]["en"]
            assert row["todo"]["fr"] != row["todo"]["en"]
