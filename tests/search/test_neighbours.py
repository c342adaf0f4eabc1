"""What is offered to somebody who wrote a key that nobody bears, on the reference portfolio."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import write_engine
from shared.portfolio import Reference
from shared.reading.neighbours import neighbours
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database, settings_of


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def session(database_url: str) -> AsyncIterator[AsyncSession]:
    engine = write_engine(settings_of(database_url), "projects")
    async with AsyncSession(engine) as session:
        yield session
    await engine.dispose()


async def test_a_row_is_found_by_its_key_names_acronym_and_aliases_in_both_languages(session: AsyncSession):
    nearest = {
        ("place", "tombouktou"): "tombouctou",
        ("place", "Timbuktu"): "tombouctou",
        ("place", "duentza"): "douentza",
        ("place", "DOUÉNTZA"): "douentza",
        ("place", "kidla"): "kidal",
        ("organisation", "civil affairs division"): "civil-affairs",
        ("organisation", "Affaires civiles"): "civil-affairs",
        ("organisation", "CAD"): "civil-affairs",
        ("donor", "danemark"): "denmark",
        ("sector", "Eau"): "qip-water",
        ("project", "ecole inagam"): "QIP-2022-MNK-014",
    }
    missing = [Reference("/x", *one) for one in nearest]
    found = await neighbours(session, missing)
    assert {(one.type, one.key): found[one][0] for one in missing} == nearest
