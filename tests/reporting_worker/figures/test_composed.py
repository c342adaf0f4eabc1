"""Figures that nobody wrote down: asked by their parts, named by people, for a mechanism that is data only."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from services.reporting_worker.figures.composed import FigureNotAsked, composed, parsed
from services.reporting_worker.figures.service import UnknownFigure, View, compute_figures, figure_rows
from shared.portfolio import UnknownKeys
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database


@pytest.fixture
async def reference_reads(cluster: Cluster) -> AsyncIterator[Any]:
    """A connection that reads the reference portfolio."""
    name = reference_database(cluster)
    connection = await asyncpg.connect(cluster.url(name), server_settings={"jit": "off"})
    yield connection
    await connection.close()
    cluster.drop(name)


MARCH = View(date(2022, 3, 31))


@pytest.mark.parametrize(
    "key",
    [
        "projects(mechanism=PBF,bucket=ongoing)",
        "amounts(bucket=total,place=gao+kidal,sector=qip-water)",
        "approvals(place=tombouctou,people=women)",
        "donors()",
    ],
)
def test_a_key_says_what_it_counts_and_is_written_one_way(key: str) -> None:
    one = parsed(key)
    assert one is not None
    assert one.key == key
    assert one == parsed(one.key)


@pytest.mark.parametrize(
    "key",
    [
        "projects(bucket=half)",
        "cakes()",
        "receipts(place=gao)",
        "approvals(bucket=total)",
        "projects(colour=red)",
        "projects(place=gao,place=kidal)",
        "projects(people=cats)",
        "projects(place=)",
    ],
)
def test_what_makes_no_figure_is_refused(key: str) -> None:
    with pytest.raises(FigureNotAsked):
        parsed(key)


def test_its_words_are_made_from_its_parts() -> None:
    one = composed("projects", "ongoing", "PBF", place=["gao"])
    names = {
        "mechanism": {"PBF": {"fr": "Fonds pour la consolidation de la paix", "en": "Peacebuilding Fund"}},
        "place": {"gao": {"fr": "Gao", "en": "Gao"}},
    }
    title = one.definition(names).title
    assert title["en"] == "Projects under way (Peacebuilding Fund; place: Gao)"
    assert title["fr"] == "Projets en cours (Fonds pour la consolidation de la paix ; lieu : Gao)"


async def test_what_is_asked_of_one_mechanism_is_the_bulletins_own_figure(reference_reads) -> None:
    own = await compute_figures(reference_reads, MARCH, ["qip.ongoing", "qip.budget", "tf.budget", "tf.donors"])
    asked = {
        "projects(mechanism=QIP,bucket=ongoing)": "qip.ongoing",
        "amounts(mechanism=QIP,bucket=total)": "qip.budget",
        "receipts(mechanism=TF)": "tf.budget",
        "donors(mechanism=TF)": "tf.donors",
    }
    found = await compute_figures(reference_reads, MARCH, asked)
    assert {key: one.value for key, one in found.items()} == {key: own[name].value for key, name in asked.items()}


async def test_values_and_rows_agree_whatever_is_asked(reference_reads) -> None:
    for key in (
        "projects(bucket=total,place=gao)",
        "amounts(bucket=total,place=gao)",
        "amounts(mechanism=QIP,bucket=ongoing,sector=qip-training+qip-health)",
        "projects(bucket=total,sponsor=force)",
        "amounts(bucket=total,people=pupils)",
        "projects(bucket=total,place=mali)",
    ):
        [figure] = (await compute_figures(reference_reads, MARCH, [key])).values()
        rows = await figure_rows(reference_reads, MARCH, key)
        assert (rows.total.count, rows.total.value) == (figure.count, figure.value), key
        assert sum(Decimal(row.value) for row in rows.items) == figure.number, key
        assert figure.count > 0, key


async def test_the_parts_of_a_country_are_no_more_than_the_whole(reference_reads) -> None:
    keys = [f"amounts(mechanism=QIP,bucket=total,place={place})" for place in ("mali", "gao", "kidal")]
    found = await compute_figures(reference_reads, MARCH, keys)
    whole, gao, kidal = (found[key].number for key in keys)
    assert 0 < gao + kidal < whole


async def test_what_there_is_not_is_an_error_and_no_zero(reference_reads) -> None:
    for key in ("projects(mechanism=XYZ,bucket=total)", "projects(bucket=total,place=gaoo)"):
        with pytest.raises(UnknownKeys) as refused:
            await compute_figures(reference_reads, MARCH, [key])
        assert refused.value.faults
    with pytest.raises(FigureNotAsked):
        await compute_figures(reference_reads, MARCH, ["projects(mechanism=QIP,bucket=approved)"])
    with pytest.raises(UnknownFigure):
        await compute_figures(reference_reads, MARCH, ["pbf-ongoing"])
