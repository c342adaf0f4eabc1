"""Searches of the lists that other services keep, and of the reference portfolio."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from shared.facts import NOW
from shared.reading.resource import Resource
from shared.reading.search import RELEVANCE
from shared.reading.statements import Shape, list_statement
from shared.resources.contributions import CONTRIBUTIONS
from shared.resources.donors import DONORS
from shared.resources.editions import EDITIONS
from shared.resources.places import PLACES
from shared.resources.projects import PROJECTS
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def found(pools: Any, resource: Resource, q: str) -> list[dict[str, Any]]:
    """What a list answers to `q`, the best first."""
    pool = await pools("djoliba_reporting")
    statement = list_statement(resource, Shape(frozenset({"q"}), RELEVANCE, False, False))
    arguments = statement.arguments(
        limit=500, f_q=q, as_of=date(2022, 3, 31), known_at=NOW, can="[]", can_own="[]", section=None, caller=None
    )
    items: list[dict[str, Any]] = json.loads((await pool.fetchrow(statement.sql, *arguments))["items"])
    return items


async def test_the_reference_portfolio_is_found_by_the_words_that_its_readers_type(pools: Any) -> None:
    first = {
        q: (await found(pools, PROJECTS, q))[0]["title"]["fr"]
        for q in ("ecole inagam", "borehole burem", "menka inagam")
    }
    assert first["ecole inagam"] == first["menka inagam"] == "Réhabilitation de l’école d’Inagam"
    assert "forage" in first["borehole burem"].lower()
    for q in ("duentza", "Aguelhoc", "aguel hoc", "menka"):
        assert await found(pools, PLACES, q), q


async def test_marks_and_names_of_languages_find_nothing(pools: Any) -> None:
    for q in ('"', ": ", "fr", "_", "%"):
        assert await found(pools, PROJECTS, q) == [], q


@pytest.mark.parametrize(("resource", "q"), [(CONTRIBUTIONS, "danemark"), (DONORS, "denmark"), (DONORS, "Danmark")])
async def test_money_is_found_by_the_names_of_who_gives_it(pools: Any, resource: Resource, q: str) -> None:
    items = await found(pools, resource, q)
    assert items
    assert all("den" in json.dumps(item).lower() or "dan" in json.dumps(item).lower() for item in items)


async def test_editions_are_searched_too(pools: Any) -> None:
    assert await found(pools, EDITIONS, "xyzzy") == []
