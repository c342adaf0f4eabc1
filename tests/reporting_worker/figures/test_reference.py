"""What the reference edition must print comes out of the loaded portfolio, at the three dates it speaks of."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import asyncpg
import pytest

from services.reporting_worker.figures.announcements import announcement_sums
from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.figures.service import View, compute_figures, figure_rows
from tests.cluster import Cluster
from tests.portfolio.reference import reference_database

MARCH = date(2022, 3, 31)


@pytest.fixture
def reference_url(cluster: Cluster) -> Iterator[str]:
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def connection(reference_url: str) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(reference_url, server_settings={"jit": "off"})
    yield opened
    await opened.close()


def printed(figure: FigureValue, decimals: int, magnitude: int = 0) -> str:
    return str((figure.number / 10**magnitude).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def values(figures: dict[str, FigureValue], *keys: str) -> list[int]:
    return [int(figures[key].number) for key in keys]


QIP = ("qip.completed", "qip.ongoing", "qip.total")
TF = ("tf.completed", "tf.ongoing", "tf.planned", "tf.approved")


@pytest.mark.parametrize(
    ("as_of", "qip", "tf", "budget"),
    [
        (date(2021, 12, 31), [658, 175, 833], [204, 56, 0, 263], "132.1"),
        (date(2022, 1, 31), [660, 173, 833], [204, 56, 0, 263], "132.1"),
        (MARCH, [667, 179, 846], [207, 60, 2, 272], "133.2"),
    ],
)
async def test_counts_and_budget_at_each_date(
    connection: Any, as_of: date, qip: list[int], tf: list[int], budget: str
) -> None:
    figures = await compute_figures(connection, View(as_of, None))
    assert values(figures, *QIP) == qip
    assert values(figures, *TF) == tf
    assert printed(figures["tf.budget"], 1, 6) == budget


async def test_the_money_of_march(connection: Any) -> None:
    figures = await compute_figures(connection, View(MARCH, None))
    assert printed(figures["qip.budget"], 1, 6) == "28.2"
    assert printed(figures["tf.project_cost"], 0, 6) == "110"
    assert figures["tf.allocated"].number == 110_000_000
    assert printed(figures["tf.allocated_share"], 0) == "83"
    assert printed(figures["fp.budget"], 1, 6) == "1.8"
    assert values(figures, "fp.total", "tf.donors") == [5, 16]
    for cut in ("area", "sector"):
        lines = getattr(figures["qip.budget"].breakdowns, cut)
        assert sum(line.number for line in lines) == figures["qip.budget"].number
    assert [line.reference for line in figures["fp.budget"].left_out] != []
    rates = {(rate.quote, rate.value) for rate in figures["tf.budget"].rates}
    assert ("EUR", "0.89") in rates


async def test_areas_of_march(connection: Any) -> None:
    figures = await compute_figures(connection, View(MARCH, None))
    areas = ("bamako", "kidal", "mopti", "tombouctou-taoudenit", "gao-menaka", "national")
    counts = {
        mechanism: [int(figures[f"{mechanism}.projects"].line("area", area)) for area in areas]
        for mechanism in ("qip", "tf", "fp")
    }
    assert counts == {"qip": [82, 158, 212, 181, 213, 0], "tf": [22, 27, 48, 43, 54, 78], "fp": [0, 4, 1, 5, 5, 0]}
    assert figures["fp.projects"].notes
    assert not figures["qip.projects"].notes


async def test_the_three_others_were_cancelled_after_approval(connection: Any) -> None:
    figures = await compute_figures(connection, View(MARCH, None))
    assert [(part.key, part.value) for part in figures["tf.remainder"].parts] == [("cancelled", "3")]


async def test_donors_are_in_alphabetical_order_with_the_names_of_the_day(connection: Any) -> None:
    donors = (await compute_figures(connection, View(MARCH, None)))["tf.donors"].parts
    french = [part.label["fr"] for part in donors]
    assert french[-1] == "UN DOCO"
    assert french.index("Suède") + 1 == french.index("Suisse")
    assert "Turquie" in french
    english = [part.label["en"] for part in sorted(donors, key=lambda part: part.order.en)]
    assert english[:2] == ["Australia", "Austria"]
    assert english[-1] == "UN DOCO"


async def test_belgium_is_converted_at_the_united_nations_rate(connection: Any) -> None:
    rows = (await figure_rows(connection, View(MARCH), "tf.budget")).items
    (belgium,) = [row for row in rows if row.currency == "EUR"]
    assert belgium.amount == "1000000"
    assert Decimal(belgium.value).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("1123595.51")


async def test_the_newly_approved_are_the_four_of_mopti(connection: Any) -> None:
    figures = await compute_figures(connection, View(MARCH, None, since=date(2022, 2, 1)))
    assert values(figures, "tf.newly_approved") == [4]
    assert figures["tf.newly_approved"].line("area", "mopti") == 4


async def test_the_amounts_of_the_ansongo_mission_add_up(connection: Any) -> None:
    sums = await announcement_sums(connection, MARCH, None)
    assert sums["ANN-2022-002"].parts == {"XOF": Decimal(432_152_309)}
    assert sums["ANN-2022-001"].parts == {"XOF": Decimal(1_195_212_377)}


async def test_count_and_sum_of_the_rows_are_each_figure(connection: Any) -> None:
    figures = await compute_figures(connection, View(MARCH, None))
    for key in ("qip.total", "qip.budget", "tf.project_cost", "tf.budget", "tf.allocated", "fp.budget"):
        rows = await figure_rows(connection, View(MARCH), key)
        assert sum(Decimal(row.value or 0) for row in rows.items) == figures[key].number
        assert len(rows.items) == figures[key].count == rows.total.count
