"""Figures computed from a small portfolio, on the real database."""

from datetime import date
from typing import Any

import pytest

from services.reporting_worker.figures.service import View, compute_figures
from tests.facts.builder import Builder

MARCH = View(date(2022, 3, 31))


@pytest.fixture
async def portfolio(builder: Builder) -> Builder:
    await builder.project("QIP-1", ("in_progress", "2021-05-01"), ("completed", "2022-03-01"), usd="40000")
    await builder.project("QIP-2", ("approved", "2022-02-10"), usd="30000.5", places=["kidal"])
    await builder.project("QIP-3", ("submitted", "2022-02-10"), usd="20000")
    await builder.project("TF-1", ("in_progress", "2021-05-01"), usd="100", places=["mopti-region"])
    return builder


async def test_counts_follow_the_buckets(portfolio: Builder, reads: Any) -> None:
    figures = await compute_figures(reads, MARCH)
    assert {key: figures[key].value for key in ("qip.completed", "qip.ongoing", "qip.total")} == {
        "qip.completed": "1", "qip.ongoing": "1", "qip.total": "2",
    }  # fmt: skip
    assert figures["qip.budget"].value == "70000.5"
