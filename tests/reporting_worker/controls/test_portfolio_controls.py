"""Each control of the portfolio passes on sound rows, and fails, naming the values, on one that is not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.reporting_worker.controls.portfolio import covered_areas
from services.reporting_worker.figures.service import View, compute_figures
from shared.models import Activity, BeneficiaryCount, Place, Policy, PrintedFigure
from tests.facts.builder import KNOWN, Builder, both


async def test_an_empty_portfolio_has_nothing_to_mend(builder: Builder, found: Any) -> None:
    assert {key for key, control in (await found()).items() if control.outcome == "failed"} == set()


class TestCeiling:
    async def policy(self, builder: Builder) -> None:
        row: dict[str, Any] = {"mechanism_code": "QIP", "kind": "ceiling", "value": Decimal(50000), "currency": "USD"}
        row |= {"recorded_at": KNOWN, "recorded_by": "test"}
        await builder.insert(Policy, **row, valid_from=date(2017, 10, 1), source="2017.16")

    async def test_an_amount_above_it_is_named(self, builder: Builder, found: Any) -> None:
        await self.policy(builder)
        await builder.project("QIP-1", ("approved", "2022-02-01"), usd="50000.01")
        await builder.project("QIP-2", ("approved", "2022-02-01"), usd="50000")
        control = (await found())["ceiling"]
        assert control.outcome == "failed"
        assert control.message["en"] == "QIP-1: 50,000.01 USD per project exceed the ceiling of 50,000 USD."

    async def test_a_group_amount_is_divided_first(self, builder: Builder, found: Any) -> None:
        await self.policy(builder)
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await builder.project("QIP-2", ("approved", "2022-02-01"))
        await builder.group("ANN-1", "QIP-1", "QIP-2", usd="100000")
        assert (await found())["ceiling"].outcome == "passed"
        await builder.amount("ANN-1", "100001", "2022-03-01")
        assert (await found())["ceiling"].subjects == {"references": ["ANN-1"]}


class TestBeneficiaries:
    async def count(self, builder: Builder, **values: Any) -> None:
        row = {"project_id": builder.ids["QIP-1"], "kind": "planned", "unit": "persons", "qualifier": "exact"}
        await builder.fact(BeneficiaryCount, "2022-03-01", **row | values)

    async def test_women_and_men_that_do_not_add_up(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await self.count(builder, total=100, female=45, male=50)
        control = (await found())["beneficiaries.sum"]
        assert control.message["fr"] == "QIP-1 : 45 femmes et 50 hommes ne font pas 100."

    async def test_of_more_than_a_number_some_may_be_of_unknown_sex(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await self.count(builder, total=100, female=45, male=50, qualifier="more_than")
        assert (await found())["beneficiaries.sum"].outcome == "passed"

    async def test_a_share_that_the_counts_deny(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await self.count(builder, total=813, female=463, female_share=Decimal(60))
        assert (await found())["beneficiaries.sum"].outcome == "failed"

    async def test_a_share_rounded_to_the_percent_agrees(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await self.count(builder, total=813, female=463, female_share=Decimal(57))
        assert (await found())["beneficiaries.sum"].outcome == "passed"


class TestAnnouncements:
    async def test_parts_that_announce_more_than_the_whole(self, builder: Builder, found: Any) -> None:
        await builder.group("ANN-0", project_count=3)
        await builder.group("ANN-1", project_count=2, parent="ANN-0")
        assert (await found())["announcements"].outcome == "note"
        await builder.group("ANN-2", project_count=2, parent="ANN-0")
        control = (await found())["announcements"]
        assert control.outcome == "failed"
        assert "ANN-0 announces 3 projects, its known parts (ANN-1, ANN-2) 4." in control.message["en"]

    async def test_amounts_of_the_parts_that_are_not_that_of_the_whole(self, builder: Builder, found: Any) -> None:
        await builder.group("ANN-0", usd="90", project_count=2)
        await builder.group("ANN-1", usd="40", parent="ANN-0")
        await builder.group("ANN-2", usd="51", parent="ANN-0")
        control = (await found())["announcements"]
        assert control.message["en"] == "ANN-0 announces 90 USD, its parts make 91."

    async def test_more_projects_linked_than_announced(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await builder.project("QIP-2", ("approved", "2022-02-01"))
        await builder.group("ANN-1", "QIP-1", "QIP-2", project_count=1)
        assert "2 are linked to it" in (await found())["announcements"].message["en"]


async def test_a_public_project_at_a_sensitive_place_is_named(builder: Builder, found: Any) -> None:
    row = {"slug": "well", "kind": "locality", "name": both("well"), "parent_id": builder.ids["kidal"]}
    builder.ids["well"] = await builder.insert(Place, **row, is_sensitive=True)
    await builder.project("QIP-1", ("approved", "2022-02-01"), places=["well"], protection="internal")
    assert (await found())["places.sensitive"].outcome == "passed"
    await builder.project("QIP-2", ("approved", "2022-02-01"), places=["well"])
    control = (await found())["places.sensitive"]
    assert control.message["en"] == "QIP-2 is public and lies at a sensitive place (well)."


async def test_an_activity_that_no_section_shows(builder: Builder, found: Any) -> None:
    day = {"start_on": date(2022, 3, 9), "end_on": date(2022, 3, 9), "recorded_at": KNOWN}
    await builder.insert(Activity, reference="ACT-1", kind="retreat", title=both("Retreat"), place_slugs=[], **day)
    assert (await found())["activities.orphan"].subjects == {"references": ["ACT-1"]}
    assert (await found({"ACT-1/title": both("Retreat")}))["activities.orphan"].outcome == "passed"


async def test_the_map_must_show_the_areas_that_projects_cover(builder: Builder, reads: Any) -> None:
    await builder.project("FP-1", ("in_progress", "2022-02-01"), places=["gao", "kidal"])
    figures = await compute_figures(reads, View(date(2022, 3, 31)))
    covered = [{"mechanism": "FP", "areas": ["gao-menaka", "kidal"], "several": 1}]
    (control,) = covered_areas(covered, figures)
    assert control.outcome == "passed"
    (control,) = covered_areas([{**covered[0], "areas": ["gao-menaka", "kidal", "mopti"]}], figures)
    assert (control.outcome, control.subjects) == ("failed", {"areas": ["mopti"]})


class TestPrinted:
    async def row(self, builder: Builder, key: str, value: str, **columns: Any) -> None:
        fields = {"document": "earlier", "unit": "projects", "printed": value, "decimals": 0, "scope": {}}
        fields |= {"as_of": date(2022, 3, 31), "recorded_at": KNOWN, **columns}
        await builder.insert(PrintedFigure, key=key, value=Decimal(value), **fields)

    async def test_what_agrees_is_counted_and_what_differs_is_told(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"), usd="28160000")
        await self.row(builder, "qip.total", "1")
        await self.row(builder, "qip.budget", "28200000", printed="28.2 millions", decimals=1, magnitude=6, unit="USD")
        chart = {"chart": "qip-budget-by-area"}
        await self.row(
            builder, "qip.budget", "28100000", printed="28,1 M", decimals=1, magnitude=6, scope=chart, unit="USD"
        )
        await self.row(builder, "qip.projects", "0", scope={"area": "gao-menaka"}, printed="-")
        controls = await found()
        assert controls["printed.agreeing"].message["en"] == "2 printed figures agree with ours."
        assert controls["printed.qip.budget.qip-budget-by-area"].message["en"] == (
            "earlier printed '28,1 M'; the rows give 28.2 (exactly 28,160,000 USD)."
        )
        assert controls["printed.qip.projects.gao-menaka"].outcome == "failed"

    async def test_the_order_of_donors(self, builder: Builder, found: Any) -> None:
        for slug, name in (("sweden", "Suède"), ("switzerland", "Suisse")):
            await builder.contribution(f"CTB-{slug}", slug, name)
            await builder.receipt(f"CTB-{slug}", "1", "2021-05-01")
        await self.row(builder, "tf.donors", "2", scope={"order": "switzerland,sweden"}, unit="donors")
        control = (await found())["printed.tf.donors.order"]
        assert control.message["fr"] == ("earlier imprimait Suisse à la place 1 ; l'ordre alphabétique y met Suède.")


class TestRates:
    async def test_a_rate_older_than_its_policy_allows(self, builder: Builder, found: Any) -> None:
        await builder.rate_policy("unore", 45)
        rate = await builder.rate("XOF", "578.088", "2021-12-31")
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        values = {"amount": Decimal(578088), "currency": "XOF", "basis": "rate", "policy": "unore"}
        values |= {"exchange_rate_id": rate, "rate": Decimal("578.088")}
        await builder.amount("QIP-1", "1000", "2022-02-14", **values)
        assert (await found())["rates.old"].outcome == "passed"
        await builder.amount("QIP-1", "1000", "2022-02-15", **values)
        assert "was 46 days old (at most 45)" in (await found())["rates.old"].message["en"]

    async def test_a_rate_loaded_late_is_told_and_changes_nothing(self, builder: Builder, found: Any) -> None:
        rate = await builder.rate("XOF", "578.088", "2021-12-31")
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        values = {"amount": Decimal(578088), "currency": "XOF", "basis": "rate", "policy": "unore"}
        values |= {"exchange_rate_id": rate, "rate": Decimal("578.088")}
        await builder.amount("QIP-1", "1000", "2022-02-14", **values)
        assert (await found())["rates.late"].outcome == "passed"
        await builder.rate("XOF", "588.039", "2022-02-01", recorded_at=KNOWN + timedelta(days=3))
        control = (await found())["rates.late"]
        assert (control.outcome, control.subjects) == ("note", {"references": ["QIP-1"]})

    async def test_an_amount_without_rate(self, builder: Builder, found: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        await builder.amount("QIP-1", None, "2022-02-14")
        control = (await found())["money.unconverted"]
        assert control.message["en"] == "QIP-1: 1,000 XOF without an exchange rate."


class TestConversions:
    async def printed(self, builder: Builder, amount: str, usd: str, **values: Any) -> None:
        for value, on in (("588.039", "2022-02-01"), ("575.704", "2022-02-15"), ("583.747", "2022-03-01")):
            await builder.rate("XOF", value, on)
        await builder.project("TF-1", ("approved", "2022-02-24"))
        row = {"amount": Decimal(amount), "currency": "XOF", "basis": "printed", "usd_decimals": 3}
        await builder.amount("TF-1", usd, "2022-02-24", **{**row, **values})

    async def test_the_rate_of_another_day(self, builder: Builder, found: Any) -> None:
        await self.printed(builder, "64636472", "110726.859")
        control = (await found())["conversion.TF-1"]
        assert control.outcome == "note"
        assert "at the rate of 583.747 of 1 March 2022" in control.message["en"]
        assert "in force on the day was 575.704" in control.message["en"]

    async def test_two_digits_swapped(self, builder: Builder, found: Any) -> None:
        await self.printed(builder, "246131569", "421640.983")
        control = (await found())["conversion.TF-1"]
        assert control.outcome == "failed"
        assert "246,131,659 XOF, two digits swapped" in control.message["en"]

    async def test_no_rate_held_gives_it(self, builder: Builder, found: Any) -> None:
        await self.printed(builder, "105555500", "181136.217")
        control = (await found())["conversion.TF-1"]
        assert (control.outcome, "implied rate: 582.741" in control.message["en"]) == ("failed", True)

    async def test_the_rate_in_force_agrees(self, builder: Builder, found: Any) -> None:
        await self.printed(builder, "575704", "1000")
        assert (await found())["conversion.TF-1"].outcome == "passed"

    async def test_what_is_only_about_so_much_is_not_recomputed(self, builder: Builder, found: Any) -> None:
        await self.printed(builder, "228000000", "423655", qualifier="more_than")
        assert (await found())["conversion.TF-1"].outcome == "note"
