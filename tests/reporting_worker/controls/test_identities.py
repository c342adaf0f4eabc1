"""Identities between figures fail when a figure is off, and say by how much."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from services.reporting_worker.controls.control import Control
from services.reporting_worker.controls.identities import identity_controls
from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.figures.service import View, compute_figures
from tests.facts.builder import Builder


@pytest.fixture
async def figures(builder: Builder, reads: Any) -> dict[str, FigureValue]:
    await builder.project("QIP-1", ("completed", "2022-02-01"), usd="5")
    await builder.project("QIP-2", ("approved", "2022-02-01"), usd="7", is_synthetic=True)
    await builder.project("TF-1", ("approved", "2021-02-01"), ("cancelled", "2022-02-01"), usd="9")
    await builder.contribution("CTB-1", "denmark")
    await builder.receipt("CTB-1", "100", "2021-01-01")
    await builder.allocation("CTB-1", "TF-1", "9", "2021-02-01")
    return await compute_figures(reads, View(date(2022, 3, 31)))


def controls(figures: Mapping[str, FigureValue]) -> dict[str, Control]:
    return {control.key: control for control in identity_controls(figures)}


def changed(figures: dict[str, FigureValue], key: str, **values: Any) -> dict[str, FigureValue]:
    return {**figures, key: figures[key].model_copy(update=values)}


async def test_sound_figures_pass(figures: dict[str, FigureValue]) -> None:
    assert {control.outcome for control in controls(figures).values()} == {"passed", "note"}
    assert controls(figures)["identity.tf_remainder"].message["en"] == "1 project: cancelled after approval: 1."


async def test_completed_and_ongoing_must_make_the_total(figures: dict[str, FigureValue]) -> None:
    control = controls(changed(figures, "qip.total", value="3"))["identity.qip"]
    assert control.message["fr"] == "1 achevés et 1 en cours font 2, et non 3."


async def test_no_more_may_be_allocated_than_received(figures: dict[str, FigureValue]) -> None:
    control = controls(changed(figures, "tf.allocated", value="100.01"))["identity.tf_allocated"]
    assert control.message["en"] == "100.01 USD are allocated, but only 100 USD received."


async def test_the_remainder_must_have_a_reason(figures: dict[str, FigureValue]) -> None:
    parts = [figures["tf.remainder"].parts[0].model_copy(update={"key": "unknown", "state": "suspended"})]
    control = controls(changed(figures, "tf.remainder", parts=parts))["identity.tf_remainder"]
    assert (control.outcome, "(states: suspended)" in control.message["en"]) == ("failed", True)
    assert "(états : suspendu)" in control.message["fr"]


@pytest.mark.parametrize(
    ("key", "cut"),
    [("qip.projects", "area"), ("tf.projects", "area"), ("qip.budget", "area"), ("qip.budget", "sector")],
)
async def test_the_lines_of_a_cut_must_add_up(figures: dict[str, FigureValue], key: str, cut: str) -> None:
    assert controls(figures)[f"sum.{key}.{cut}"].outcome == "passed"
    broken = changed(figures, key, value="99")
    assert "not 99" in controls(broken)[f"sum.{key}.{cut}"].message["en"]


async def test_made_up_rows_are_counted(figures: dict[str, FigureValue]) -> None:
    control = controls(figures)["facts.synthetic"]
    assert control.outcome == "note"
    assert control.subjects["counts"]["qip.total"] == 1
