"""A correction changes what is known today, not what was known then, and the difference names its rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.reporting_worker.figures.explain import explain
from services.reporting_worker.figures.service import View
from tests.facts.builder import KNOWN, Builder

FROZEN = View(date(2022, 3, 31), KNOWN)
NOW = View(date(2022, 3, 31), datetime(2022, 5, 1, tzinfo=UTC))
LATER = KNOWN + timedelta(days=1)


async def test_views_that_agree_differ_in_nothing(builder: Builder, reads: Any) -> None:
    await builder.project("QIP-1", ("approved", "2022-02-01"), usd="5")
    assert await explain(reads, FROZEN, NOW) == []


async def test_a_back_dated_move_names_row_fact_and_reason(builder: Builder, reads: Any) -> None:
    await builder.project("QIP-1", ("approved", "2022-02-01"), usd="5")
    await builder.move("QIP-1", "approved", "cancelled", "2022-03-30", LATER, position=1, reason="The partner withdrew")
    found = {one.key: one for one in await explain(reads, FROZEN, NOW)}
    assert set(found) == {"qip.ongoing", "qip.total", "qip.projects", "qip.budget"}
    (row,) = found["qip.total"].rows
    assert (row.change, row.reference, row.before, row.after) == ("removed", "QIP-1", "1", None)
    assert [(fact.kind, fact.reason, fact.recorded_at) for fact in row.facts] == [
        ("transition", "The partner withdrew", LATER)
    ]
    assert {line.key for line in found["qip.total"].lines} == {"gao-menaka", "qip-water"}


async def test_a_corrected_amount_is_shown_with_both_values(builder: Builder, reads: Any) -> None:
    await builder.project("QIP-1", ("approved", "2022-02-01"))
    first = await builder.amount("QIP-1", "5", "2022-02-01")
    await builder.amount("QIP-1", "7", "2022-02-01", recorded_at=LATER, supersedes_id=first, reason="Typing error")
    (budget,) = await explain(reads, FROZEN, NOW)
    (row,) = budget.rows
    assert (budget.key, row.change, row.before, row.after) == ("qip.budget", "changed", "5", "7")
    assert row.facts[0].supersedes_id == str(first)


async def test_a_correction_out_of_the_period_is_named_too(builder: Builder, reads: Any) -> None:
    await builder.project("QIP-1", ("approved", "2022-02-01"))
    first = await builder.move("QIP-1", "approved", "in_progress", "2022-03-01", position=1)
    await builder.move("QIP-1", "approved", "suspended", "2022-04-02", LATER, position=1, supersedes_id=first)
    await builder.move("QIP-1", "approved", "completed", "2022-03-02", LATER, position=2, reason="Found later")
    found = {one.key: one for one in await explain(reads, FROZEN, NOW)}
    assert [fact.value_on.isoformat() for fact in found["qip.completed"].rows[0].facts] == [
        "2022-03-02", "2022-04-02",
    ]  # fmt: skip


async def test_another_place_changes_lines_and_not_the_total(builder: Builder, reads: Any) -> None:
    await builder.project("QIP-1", ("approved", "2022-02-01"))
    await builder.assign_places("QIP-1", {"kidal": Decimal(100)}, "2022-02-01", LATER)
    (ongoing, *_) = await explain(reads, FROZEN, NOW, ["qip.ongoing"])
    assert ongoing.before == ongoing.after == "1"
    assert {(line.key, line.before, line.after) for line in ongoing.lines} == {
        ("gao-menaka", "1", "0"), ("kidal", "0", "1"),
    }  # fmt: skip
    assert ongoing.rows[0].facts[0].kind == "place_assignment"


async def test_time_that_passed_is_explained_too(builder: Builder, reads: Any) -> None:
    await builder.project("TF-1", ("approved", "2022-02-01"), ("in_progress", "2022-03-15"))
    before, after = View(date(2022, 2, 28), KNOWN), View(date(2022, 3, 31), KNOWN)
    found = {one.key: one.rows[0].change for one in await explain(reads, before, after, ["tf.planned", "tf.ongoing"])}
    assert found == {"tf.planned": "removed", "tf.ongoing": "added"}
