"""Figures computed from a small portfolio, on the real database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.reporting_worker.figures.definitions import BY_KEY, Measure
from services.reporting_worker.figures.service import View, compute_figures, figure_rows
from tests.facts.builder import KNOWN, Builder, both

MARCH = View(date(2022, 3, 31))


@pytest.fixture
async def portfolio(builder: Builder) -> Builder:
    """Three QIPs (one not yet approved), four Trust Fund projects, one programmatic one in three areas."""
    await builder.project("QIP-1", ("in_progress", "2021-05-01"), ("completed", "2022-03-01"), usd="40000")
    await builder.project("QIP-2", ("approved", "2022-02-10"), usd="30000.5", places=["kidal"])
    await builder.project("QIP-3", ("submitted", "2022-02-10"), usd="20000")
    await builder.project("TF-1", ("in_progress", "2021-05-01"), usd="100", places=["mopti-region"])
    await builder.project("TF-2", ("approved", "2022-03-24"), usd="200", places=["mali"])
    await builder.project("TF-3", ("approved", "2021-05-01"), ("cancelled", "2021-12-01"), usd="50")
    await builder.project("TF-4", ("identified", "2021-05-01"), ("cancelled", "2021-12-01"), usd="70")
    await builder.project("FP-1", ("in_progress", "2021-05-01"), usd="500", places=["gao", "menaka", "kidal"])
    return builder


async def test_counts_follow_the_buckets(portfolio: Builder, reads: Any) -> None:
    figures = await compute_figures(reads, MARCH)
    values = {key: figure.value for key, figure in figures.items() if figure.unit == "projects"}
    assert values == {
        "qip.completed": "1", "qip.ongoing": "1", "qip.total": "2", "qip.projects": "2", "qip.newly_approved": "0",
        "tf.completed": "0", "tf.ongoing": "1", "tf.planned": "1", "tf.approved": "3", "tf.remainder": "1",
        "tf.projects": "3", "tf.newly_approved": "1", "fp.total": "1", "fp.projects": "1",
    }  # fmt: skip


async def test_as_of_an_earlier_day_the_earlier_states_count(portfolio: Builder, reads: Any) -> None:
    figures = await compute_figures(reads, View(date(2021, 11, 30), None))
    assert figures["qip.total"].value == figures["qip.ongoing"].value == "1"
    assert figures["tf.approved"].value == "2"
    assert figures["tf.remainder"].value == "0"


async def test_the_remainder_is_listed_by_reason(portfolio: Builder, reads: Any) -> None:
    remainder = (await compute_figures(reads, MARCH, ["tf.remainder"]))["tf.remainder"]
    assert [(part.key, part.value, part.label) for part in remainder.parts] == [
        ("cancelled", "1", {"fr": "annulés après approbation", "en": "cancelled after approval"})
    ]


async def test_a_remainder_without_known_reason_is_listed_as_such(portfolio: Builder, reads: Any) -> None:
    await portfolio.bucket("TF", "ongoing", ["in_progress"])
    await portfolio.project("TF-5", ("in_progress", "2021-01-01"), ("suspended", "2021-02-01"))
    remainder = (await compute_figures(reads, MARCH, ["tf.remainder"]))["tf.remainder"]
    assert [(part.key, part.state) for part in remainder.parts] == [
        ("cancelled", "cancelled"), ("unknown", "suspended"),
    ]  # fmt: skip


async def test_a_cancelled_project_costs_its_final_amount_else_nothing(portfolio: Builder, reads: Any) -> None:
    assert (await compute_figures(reads, MARCH, ["tf.project_cost"]))["tf.project_cost"].value == "300"
    await portfolio.amount("TF-3", "12.25", "2021-12-15", kind="final")
    cost = (await compute_figures(reads, MARCH, ["tf.project_cost"]))["tf.project_cost"]
    assert cost.value == "312.25"
    rows = await figure_rows(reads, MARCH, "tf.project_cost")
    assert {row.reference: row.value for row in rows.items} == {"TF-1": "100", "TF-2": "200", "TF-3": "12.25"}


async def test_area_counts_that_add_up_to_more_say_why(portfolio: Builder, reads: Any) -> None:
    projects = (await compute_figures(reads, MARCH, ["fp.projects"]))["fp.projects"]
    lines = {line.key: line.value for line in projects.breakdowns.area}
    assert lines == {"gao-menaka": "1", "kidal": "1", "mopti": "0"}
    assert projects.notes[0]["en"].startswith("The areas add up to more (2) than the total (1)")


async def test_money_that_nobody_divided_stands_in_the_undivided_line(portfolio: Builder, reads: Any) -> None:
    budget = (await compute_figures(reads, MARCH, ["fp.budget"]))["fp.budget"]
    assert {line.key: line.value for line in budget.breakdowns.area if line.number} == {"undivided": "500"}
    shares = {"gao": Decimal(60), "kidal": Decimal(40)}
    await portfolio.assign_places("FP-1", shares, "2022-01-01")
    budget = (await compute_figures(reads, MARCH, ["fp.budget"]))["fp.budget"]
    assert {line.key: line.value for line in budget.breakdowns.area if line.number} == {
        "gao-menaka": "300", "kidal": "200",
    }  # fmt: skip


async def test_a_place_outside_the_areas_is_in_the_total_only(portfolio: Builder, reads: Any) -> None:
    await portfolio.project("QIP-4", ("approved", "2022-01-01"), usd="7", places=["segou"])
    figures = await compute_figures(reads, MARCH, ["qip.total", "qip.budget"])
    assert figures["qip.total"].line("area", "undivided") == 1
    assert figures["qip.budget"].line("area", "undivided") == 7
    assert figures["qip.total"].line("area", "national") == 0


async def test_the_country_itself_is_national(portfolio: Builder, reads: Any) -> None:
    approved = (await compute_figures(reads, MARCH, ["tf.projects"]))["tf.projects"]
    assert approved.line("area", "national") == 1
    assert approved.line("area", "mopti") == 1


class TestGroups:
    async def test_a_group_amount_counts_once_at_the_group(self, portfolio: Builder, reads: Any) -> None:
        for number in (5, 6):
            await portfolio.project(f"QIP-{number}", ("approved", "2022-02-10"))
        await portfolio.group("ANN-1", "QIP-5", "QIP-6", usd="90")
        budget = (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"]
        assert budget.value == "70090.5"
        assert budget.line("area", "gao-menaka") == Decimal(40090)
        rows = await figure_rows(reads, MARCH, "qip.budget")
        assert ("announcement", "ANN-1", "90") in {(r.subject_type, r.reference, r.value) for r in rows.items}

    async def test_a_cut_that_divides_the_group_leaves_it_undivided(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.project("QIP-5", ("approved", "2022-02-10"))
        await portfolio.project("QIP-6", ("approved", "2022-02-10"), places=["kidal"])
        await portfolio.group("ANN-1", "QIP-5", "QIP-6", usd="90")
        budget = (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"]
        assert budget.line("area", "undivided") == 90
        assert budget.line("sector", "undivided") == 0
        assert sum(line.number for line in budget.breakdowns.area) == budget.number

    async def test_where_the_parts_have_amounts_the_whole_does_not_count(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.project("QIP-5", ("approved", "2022-02-10"))
        await portfolio.project("QIP-6", ("approved", "2022-02-10"))
        await portfolio.group("ANN-0", usd="95", project_count=2)
        await portfolio.group("ANN-1", "QIP-5", usd="40", parent="ANN-0")
        await portfolio.group("ANN-2", "QIP-6", usd="50", parent="ANN-0")
        assert (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"].value == "70090.5"

    async def test_own_amounts_replace_the_group_only_when_all_are_known(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.project("QIP-5", ("approved", "2022-02-10"), usd="30")
        await portfolio.project("QIP-6", ("approved", "2022-02-10"))
        await portfolio.group("ANN-1", "QIP-5", "QIP-6", usd="90")
        assert (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"].value == "70090.5"
        await portfolio.amount("QIP-6", "61", "2022-03-01")
        assert (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"].value == "70091.5"


class TestMoney:
    async def test_budget_allocation_and_share(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.contribution("CTB-1", "denmark")
        await portfolio.contribution("CTB-2", "belgium")
        rate = await portfolio.rate("EUR", "0.89", "2022-03-01")
        await portfolio.receipt("CTB-1", "600", "2021-05-01")
        await portfolio.receipt("CTB-2", "89", "2022-03-03", currency="EUR", rate=(rate, "0.89", "unore"))
        await portfolio.allocation("CTB-1", "TF-1", "560", "2021-06-01")
        figures = await compute_figures(reads, MARCH)
        assert figures["tf.budget"].value == "700"
        assert figures["tf.allocated"].value == "560"
        assert figures["tf.allocated_share"].value == "80"
        assert [(part.key, part.value) for part in figures["tf.allocated_share"].parts] == [
            ("tf.allocated", "560"), ("tf.budget", "700"),
        ]  # fmt: skip
        assert [(r.base, r.quote, r.value, r.policy) for r in figures["tf.budget"].rates] == [
            ("USD", "EUR", "0.89", "unore")
        ]
        assert figures["tf.allocated"].line("area", "mopti") == 560

    async def test_a_reversal_takes_its_amount_back(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.contribution("CTB-1", "denmark")
        entry = await portfolio.receipt("CTB-1", "600", "2021-05-01")
        await portfolio.receipt("CTB-1", "-600", "2022-02-01", reverses_id=entry, reason="wrong donor")
        figures = await compute_figures(reads, MARCH, ["tf.budget", "tf.donors"])
        assert (figures["tf.budget"].value, figures["tf.donors"].value) == ("0", "0")
        january = await compute_figures(reads, View(date(2022, 1, 31), None))
        assert (january["tf.budget"].value, january["tf.donors"].value) == ("600", "1")

    async def test_what_was_not_received_is_left_out_with_why(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.contribution("CTB-1", "denmark")
        figures = await compute_figures(reads, MARCH)
        assert [(line.reference, line.note["en"]) for line in figures["tf.budget"].left_out] == [
            ("CTB-1", "nothing has been received of this contribution yet")
        ]
        assert figures["tf.allocated_share"].value is None

    async def test_an_amount_without_rate_stands_beside_the_total(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.amount("QIP-2", None, "2022-03-01")
        budget = (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"]
        assert budget.value == "40000"
        assert [(line.reference, line.amount, line.currency) for line in budget.unconverted] == [
            ("QIP-2", "1000", "XOF")
        ]

    async def test_a_project_without_amount_is_named(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.project("FP-2", ("in_progress", "2021-05-01"))
        budget = (await compute_figures(reads, MARCH, ["fp.budget"]))["fp.budget"]
        assert [line.reference for line in budget.left_out] == ["FP-2"]


async def test_donors_are_alphabetical_in_each_language(portfolio: Builder, reads: Any) -> None:
    names = {"suisse": "Suisse", "suede": "Suède", "allemagne": "Allemagne", "italie": "Italie"}
    for slug, name in names.items():
        await portfolio.contribution(f"CTB-{slug}", slug, name)
        await portfolio.receipt(f"CTB-{slug}", "1", "2021-05-01")
    await portfolio.contribution("CTB-doco", "doco", "DOCO", is_listed_last=True)
    await portfolio.receipt("CTB-doco", "1", "2021-05-01")
    await portfolio.name("allemagne", {"fr": "Allemagne", "en": "Germany"}, date(2021, 1, 1))
    donors = (await compute_figures(reads, MARCH, ["tf.donors"]))["tf.donors"]
    assert [part.key for part in donors.parts] == ["allemagne", "italie", "suede", "suisse", "doco"]
    english = sorted(donors.parts, key=lambda part: part.order.en)
    assert [part.key for part in english] == ["allemagne", "italie", "suede", "suisse", "doco"]
    assert english[0].label == {"fr": "Allemagne", "en": "Germany"}


async def test_each_edition_prints_the_name_of_its_day(portfolio: Builder, reads: Any) -> None:
    await portfolio.contribution("CTB-1", "turkiye", "Turquie")
    await portfolio.receipt("CTB-1", "1", "2021-05-01")
    await portfolio.name("turkiye", both("Türkiye"), date(2022, 6, 3))
    then = await compute_figures(reads, View(date(2022, 3, 31), None))
    later = await compute_figures(reads, View(date(2022, 7, 31), None))
    assert [f["tf.donors"].parts[0].label["fr"] for f in (then, later)] == ["Turquie", "Türkiye"]


class TestAudience:
    async def test_what_is_protected_is_counted_but_not_shown(self, portfolio: Builder, reads: Any) -> None:
        for number in (7, 8, 9):
            await portfolio.project(f"QIP-{number}", ("approved", "2022-01-01"), usd="3", protection="internal")
        view = View(date(2022, 3, 31), audience="public")
        budget = (await compute_figures(reads, view, ["qip.budget"]))["qip.budget"]
        assert budget.value == "70010.5"
        assert (budget.not_shown.count, budget.not_shown.value) == (3, "10")
        assert budget.line("area", "not_shown") == 10
        assert sum(line.number for line in budget.breakdowns.sector) == budget.number
        rows = await figure_rows(reads, view, "qip.budget")
        assert "QIP-9" not in {row.reference for row in rows.items}
        assert (rows.total.count, rows.total.value, rows.not_shown.count) == (5, "70010.5", 3)

    async def test_the_mission_sees_everything(self, portfolio: Builder, reads: Any) -> None:
        await portfolio.project("QIP-9", ("approved", "2022-01-01"), usd="9", protection="internal")
        budget = (await compute_figures(reads, MARCH, ["qip.budget"]))["qip.budget"]
        assert budget.not_shown.count == 0


async def test_count_and_sum_of_the_rows_are_the_figure(portfolio: Builder, reads: Any) -> None:
    await portfolio.contribution("CTB-1", "denmark")
    await portfolio.receipt("CTB-1", "600", "2021-05-01")
    await portfolio.allocation("CTB-1", "TF-1", "560", "2021-06-01")
    for key, figure in (await compute_figures(reads, MARCH)).items():
        rows = await figure_rows(reads, MARCH, key)
        assert rows.total.value == figure.value, key
        assert rows.total.count == len(rows.items), key
        if BY_KEY[key].measure != Measure.RATIO:
            assert sum(Decimal(row.value or 0) for row in rows.items) == figure.number, key
            assert figure.count == len(rows.items), key
        assert sum(row.is_synthetic for row in rows.items) == figure.synthetic, key


async def test_every_figure_that_depends_on_a_project_moves_with_it(portfolio: Builder, reads: Any) -> None:
    await portfolio.contribution("CTB-1", "denmark")
    await portfolio.receipt("CTB-1", "600", "2021-05-01")
    before = await compute_figures(reads, MARCH)
    later = KNOWN + timedelta(days=1)
    for reference in ("QIP-1", "TF-1", "FP-1"):
        await portfolio.forget(reference, recorded_at=later)
    after = await compute_figures(reads, MARCH)
    moved = {key for key in before if before[key].value != after[key].value}
    assert moved == {
        "qip.completed", "qip.total", "qip.projects", "qip.budget", "tf.ongoing", "tf.approved", "tf.projects",
        "tf.project_cost", "fp.total", "fp.projects", "fp.budget",
    }  # fmt: skip
    then = await compute_figures(reads, View(date(2022, 3, 31), KNOWN))
    assert {key: figure.value for key, figure in then.items()} == {key: figure.value for key, figure in before.items()}


async def test_nothing_is_known_before_it_was_recorded(portfolio: Builder, reads: Any) -> None:
    figures = await compute_figures(reads, View(date(2022, 3, 31), datetime(2022, 4, 1, tzinfo=UTC)))
    assert {figure.value for figure in figures.values()} == {"0", None}
