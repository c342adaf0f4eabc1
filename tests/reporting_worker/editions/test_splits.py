"""A project over several sectors and places is divided to the last decimal, and the bulletin prints it."""

from datetime import UTC, datetime
from decimal import Decimal, localcontext
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting_worker.composition.collecting import collect
from services.reporting_worker.composition.snapshot import canonical, figures_snapshot, language_snapshot
from shared.models import Sector
from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import AMOUNTS, EVERY_PICTURE, Desk

pytestmark = pytest.mark.whole

NUMBERS = count(1)
PLACES = ("ansongo", "menaka", "mopti-region", "kidal", "segou", "mali")
AMOUNT = st.decimals("0.001", "99999999", places=10)


def shares(targets: tuple[str, ...]) -> st.SearchStrategy[dict[str, Decimal]]:
    """One to all of the targets, with thousandths of a percent that add up to 100."""

    def divided(drawn: tuple[list[str], list[int]]) -> dict[str, Decimal]:
        chosen, cuts = drawn
        bounds = [0, *sorted(cuts[: len(chosen) - 1]), 100_000]
        parts = [Decimal(high - low).scaleb(-3) for low, high in pairwise(bounds)]
        return dict(zip(chosen, parts, strict=True))

    chosen = st.lists(st.sampled_from(targets), min_size=1, unique=True)
    cuts = st.lists(st.integers(1, 99_999), min_size=len(targets), max_size=len(targets), unique=True)
    return st.tuples(chosen, cuts).map(divided)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    mechanism = draw(st.sampled_from(sorted(AMOUNTS)))
    sectors = tuple(f"{mechanism.lower()}-{name}" for name in ("water", "training"))
    places = draw(shares(PLACES))
    return {
        "mechanism": mechanism,
        "usd": draw(AMOUNT),
        "sectors": draw(shares(sectors)),
        "places": places if draw(st.booleans()) else dict.fromkeys(places),
        "protection": draw(st.sampled_from(["public", "public", "partners", "internal"])),
    }


async def enter(builder: Builder, project: dict[str, Any]) -> None:
    reference = f"{project['mechanism']}-{next(NUMBERS)}"
    await builder.project(
        reference, ("in_progress", "2022-02-10"), usd=str(project["usd"]), protection=project["protection"]
    )
    await builder.assign_places(reference, project["places"], "2022-02-11")
    await builder.assign_sectors(reference, project["sectors"], "2022-02-11")


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(projects(), min_size=1, max_size=3))
async def test_an_edition_compiles_whatever_the_splits_and_its_parts_add_up(
    builder: Builder, desk: Desk, reads: Any, drawn: list[dict[str, Any]]
) -> None:
    for project in drawn:
        await enter(builder, project)
    edition = await desk.draft(*EVERY_PICTURE, slug=f"drawn-{next(NUMBERS)}")
    collected = await collect(reads, UUID(edition["id"]), datetime.now(UTC))
    canonical(figures_snapshot(collected))
    for language in ("fr", "en"):
        language_snapshot(collected.material, language, figures_sha256="0" * 64, public_url="http://origin")
    with localcontext(prec=60):
        for key in AMOUNTS.values():
            figure = collected.material.figures[key]
            for lines in (figure.breakdowns.area, figure.breakdowns.sector):
                assert sum(line.number for line in lines) == figure.number


@pytest.mark.parametrize("parts", [("60", "40"), ("33.33", "66.67"), ("33.34", "33.33", "33.33")])
async def test_controls_and_preview_take_a_project_that_is_divided(
    builder: Builder, desk: Desk, parts: tuple[str, ...]
) -> None:
    await builder.project("QIP-1", ("in_progress", "2022-02-10"), usd="2906671.9682344341")
    sectors = ["qip-water", "qip-training", "qip-health"][: len(parts)]
    health = {"slug": "qip-health", "mechanism_code": "QIP", "name": both("health")}
    builder.ids["qip-health"] = await builder.insert(Sector, **health)
    await builder.assign_sectors("QIP-1", dict(zip(sectors, map(Decimal, parts), strict=True)), "2022-02-11")
    await builder.assign_places("QIP-1", {"kidal": Decimal(60), "gao": Decimal(40)}, "2022-02-11")
    await desk.draft(*EVERY_PICTURE)
    controls = await desk.controls()
    assert controls["sum.qip.budget.sector"]["outcome"] == "passed"
    assert controls["sum.qip.budget.area"]["outcome"] == "passed"
    preview = await desk.preview()
    assert preview.status_code == 200, preview.text
