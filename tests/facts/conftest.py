"""Fixtures of the tests of facts and figures; imported by those of figures and controls."""

from collections.abc import AsyncIterator

import pytest

from tests.facts.builder import Builder, owner_engine


@pytest.fixture
async def builder(database_url: str) -> AsyncIterator[Builder]:
    """An empty portfolio with its registers."""
    engine = owner_engine(database_url)
    made = Builder(engine)
    await made.register()
    yield made
    await engine.dispose()
