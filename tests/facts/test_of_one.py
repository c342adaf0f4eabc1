"""The facts read row by row, for lists, are the facts read as sets, for figures: for every project, at every date."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from shared.facts import NOW, compiled, project_state
from shared.reading.statements import Shape, list_statement
from shared.resources.projects import PROJECTS
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def listed(connection: Any, as_of: date) -> dict[str, str | None]:
    statement = list_statement(PROJECTS, Shape(frozenset(), "reference", False, False))
    arguments = statement.arguments(
        limit=5000, as_of=as_of, known_at=NOW, can="[]", can_own="[]", section=None, caller=None
    )
    row = await connection.fetchrow(statement.sql, *arguments)
    return {item["id"]: item["status"] for item in json.loads(row["items"])}


async def as_sets(connection: Any, as_of: date) -> dict[str, str]:
    state = project_state()
    statement = compiled(select(state.c.project_id, state.c.state))
    rows = await connection.fetch(*statement.asked(as_of=as_of, known_at=NOW))
    return {str(row["project_id"]): row["state"] for row in rows}


@pytest.mark.parametrize("as_of", [date(2021, 12, 31), date(2022, 2, 10), date(2022, 3, 31)])
async def test_every_project_has_the_same_state_in_lists_and_in_figures(database_url: str, as_of: date) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        by_row, by_set = await listed(connection, as_of), await as_sets(connection, as_of)
    finally:
        await connection.close()
    assert len(by_row) > 1000
    assert {key: state for key, state in by_row.items() if state is not None} == by_set
