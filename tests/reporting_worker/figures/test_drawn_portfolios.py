"""Whatever the portfolio and whatever is asked of it, a figure is the sum of its rows."""

import random
from decimal import Decimal
from typing import Any

import pytest

from services.reporting_worker.figures.service import compute_figures, figure_rows, known_keys
from tests.facts.builder import Builder
from tests.reporting_worker.figures.test_composed import MARCH

STATES = ("approved", "in_progress", "completed", "cancelled", "suspended", "handed_over", "closed")
PLACES = ("ansongo", "gao", "kidal", "menaka", "segou", "mali")
ASKED = [
    f"{measure}({bucket}{part})"
    for measure, bucket in (
        ("projects", "bucket=total"), ("projects", "mechanism=TF,bucket=approved"), ("amounts", "bucket=total"),
        ("amounts", "mechanism=TF,bucket=approved"), ("approvals", "mechanism=QIP"),
    )
    for part in ("", ",place=gao", ",place=gao+kidal", ",sector=qip-water+tf-water", ",place=mali,sector=qip-training")
]  # fmt: skip
"""Every measure of projects, of all and of parts of the portfolio."""


async def draw(builder: Builder, chance: random.Random) -> None:
    """Projects in all states, in one place or several with known shares or none, with amounts or without, and groups."""
    references = []
    for number in range(chance.randint(8, 20)):
        mechanism = chance.choice(("QIP", "TF", "FP"))
        reference = f"{mechanism}-{number}"
        usd = chance.choice((None, str(Decimal(chance.randint(1, 9_000_000)) / 100)))
        places = chance.sample(PLACES[:5], chance.choice((1, 1, 2)))
        steps = [("approved", "2022-01-10")]
        if (state := chance.choice(STATES)) != "approved":
            steps.append((state, "2022-02-10"))
        protection = chance.choice(("public", "internal"))
        sectors = chance.sample(("water", "training"), chance.choice((1, 2)))
        await builder.project(reference, *steps, usd=usd, places=places, sectors=sectors, protection=protection)
        if len(places) == 2 and chance.random() < 0.5:
            shares = {places[0]: Decimal(30), places[1]: Decimal(70)}
            await builder.assign_places(reference, shares, "2022-02-01")
        if usd is None:
            references.append(reference)
    for number, members in enumerate(zip(references[::2], references[1::2], strict=False)):
        await builder.group(f"ANN-{number}", *members, usd=str(chance.randint(1000, 90_000)))


@pytest.mark.parametrize("seed", range(6))
async def test_a_figure_is_the_sum_of_its_rows(builder: Builder, reads: Any, seed: int) -> None:
    await draw(builder, random.Random(seed))
    figures = await compute_figures(reads, MARCH, [*known_keys(), *ASKED])
    for key, figure in figures.items():
        if figure.unit == "percent":
            continue
        rows = await figure_rows(reads, MARCH, key)
        told = sum((Decimal(row.value or 0) for row in rows.items), Decimal(0))
        assert (rows.total.count, len(rows.items)) == (figure.count, figure.count), key
        assert told == figure.number == Decimal(rows.total.value), key
