"""The reference portfolio's rows, added up in plain Python, give what the bulletin printed: no database, no figure."""

import hashlib
import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from deploy.reference.files import named_rows, reference_lines
from deploy.reference.totals import Portfolio, cents, held_states

AS_OF = date(2022, 3, 31)
END_OF_YEAR = date(2021, 12, 31)
END_OF_JANUARY = date(2022, 1, 31)


@pytest.fixture(scope="module")
def whole():
    return Portfolio(tuple(json.loads(line) for *_, line in reference_lines()))


@pytest.mark.parametrize(
    ("as_of", "qip", "tf"),
    [
        (END_OF_YEAR, (658, 175, 833), (204, 56, 0, 263)),
        (END_OF_JANUARY, (660, 173, 833), (204, 56, 0, 263)),
        (AS_OF, (667, 179, 846), (207, 60, 2, 272)),
    ],
)
def test_states_add_up_to_the_printed_counts_at_each_date(whole, as_of, qip, tf):
    found = whole.counts("QIP", as_of)
    assert (found["completed"], found["ongoing"], found["total"]) == qip
    found = whole.counts("TF", as_of)
    assert (found["completed"], found["ongoing"], found["planned"], found["approved"]) == tf


def test_the_map_shows_the_counts_that_were_decided(whole):
    assert whole.by_area("QIP", "total", AS_OF) == {
        "bamako": 82, "kidal": 158, "mopti": 212, "tombouctou-taoudenit": 181, "gao-menaka": 213,
    }  # fmt: skip
    assert whole.by_area("TF", "approved", AS_OF) == {
        "bamako": 22, "kidal": 27, "mopti": 48, "tombouctou-taoudenit": 43, "gao-menaka": 54, "national": 78,
    }  # fmt: skip
    assert whole.by_area("FP", "total", AS_OF) == {
        "tombouctou-taoudenit": 5, "gao-menaka": 5, "kidal": 4, "mopti": 1,
    }  # fmt: skip


def test_money_prints_what_was_printed(whole):
    assert cents(whole.cost("QIP", "total", AS_OF)) == Decimal("28200000.00")
    assert cents(whole.cost("FP", "total", AS_OF)) == Decimal("1800000.00")
    assert cents(whole.received("TF", AS_OF)) == Decimal("133200000.00")
    assert cents(whole.cost("TF", "approved", AS_OF)) == whole.allocated(AS_OF) == Decimal(110_000_000)
    for as_of in (END_OF_YEAR, END_OF_JANUARY):
        assert whole.received("TF", as_of) == Decimal("132076404.49")


def test_the_three_that_remain_were_cancelled_after_approval(whole):
    states = [held_states(row, AS_OF) for row in whole.projects("TF")]
    cancelled = [held for held in states if held[-1] == "cancelled"]
    assert len(cancelled) == 3
    assert all("approved" in held for held in cancelled)


def test_names_35_projects_and_marks_all_others_as_made_up(whole):
    named = [row for row in whole.of("project") if not row.get("is_synthetic")]
    assert Counter(row["mechanism"] for row in named) == {"QIP": 21, "TF": 12, "FP": 2}
    for row in whole.of("project"):
        if row.get("is_synthetic"):
            assert row["title"]["fr"].startswith("Projet fictif")
            assert row["title"]["en"].startswith("Made-up project")
            facts = [*row["transitions"], *row["amounts"], row["sectors"], row["places"]]
            assert all(fact["is_synthetic"] for fact in facts)


def test_made_up_facts_are_of_2021_or_before_but_for_two_completions(whole):
    late = [
        (one["to"], one["on"])
        for row in whole.of("project")
        if row.get("is_synthetic")
        for one in row["transitions"]
        if one["on"] > END_OF_YEAR.isoformat()
    ]
    assert late == [("completed", "2022-01-15")] * 2


def test_no_quick_impact_project_exceeds_the_ceiling(whole):
    single = [whole.usd_in_force(row, AS_OF) for row in whole.projects("QIP")]
    groups = [
        whole.usd_in_force(row, AS_OF) / row["project_count"]
        for row in whole.of("announcement")
        if row.get("mechanism") == "QIP"
    ]
    assert max(single + groups) <= 50_000


def test_no_contribution_is_overspent_on_any_date(whole):
    for contribution in whole.of("contribution"):
        moves = [(one["on"], 0, Decimal(one["amount"])) for one in contribution["receipts"]]
        moves += [
            (one["on"], 1, -Decimal(one["amount"]))
            for one in whole.of("allocation")
            if one["contribution"] == contribution["reference"]
        ]
        balance = Decimal(0)
        for _, _, amount in sorted(moves):
            balance += amount
            assert balance >= 0, contribution["reference"]


def test_the_stated_money_of_the_bulletin_is_there_to_the_unit(whole):
    amounts = {
        row["reference"]: row["amounts"][0]
        for kind in ("project", "announcement")
        for row in whole.of(kind)
        if row.get("amounts") and not row.get("is_synthetic")
    }
    assert [Decimal(amounts[f"ANN-2022-00{number}"]["amount"]) for number in (3, 4, 5)] == [
        119_093_930,
        313_058_379,
        763_060_068,
    ]
    assert sum(Decimal(amounts[f"ANN-2022-00{number}"]["amount"]) for number in (3, 4, 5)) == 1_195_212_377
    assert amounts["TF-2022-MPT-002"]["usd"] == "110726.859"
    assert amounts["TF-2022-MPT-003"] | {"source": ""} == {
        "kind": "approved", "amount": "246131569", "currency": "XOF", "on": "2022-02-24", "usd": "421640.983",
        "usd_decimals": 3, "source": "",
    }  # fmt: skip


def test_the_generator_gives_the_same_bytes_on_every_run_and_no_float(whole):
    def refuse(number):
        raise AssertionError(f"{number} is a float")

    lines = [line for *_, line in reference_lines()]
    for line in lines:
        json.loads(line, parse_float=refuse)
    digests = {hashlib.sha256("\n".join(line for *_, line in reference_lines()).encode()).hexdigest() for _ in range(2)}
    assert len(digests) == 1
    assert len(lines) == len(whole.rows)


def test_fourteen_rates_each_name_their_source(whole):
    rates = list(whole.of("rate"))
    assert Counter(row["quote"] for row in rates) == {"XOF": 7, "EUR": 7}
    assert all(row["source"] == "unore" and row["document"] for row in rates)
    assert whole.rate("XOF", "2022-02-24") == Decimal("575.704")
    assert whole.rate("XOF", "2022-03-01") == Decimal("583.747")


def test_moving_one_project_moves_the_totals(whole):
    rows = [row for row in whole.rows if row.get("reference") != "QIP-2022-MNK-014"]
    without = Portfolio(tuple(rows))
    assert without.counts("QIP", AS_OF)["ongoing"] == 178
    assert without.by_area("QIP", "total", AS_OF)["gao-menaka"] == 212
    assert without.cost("QIP", "total", AS_OF) < whole.cost("QIP", "total", AS_OF)


def test_named_rows_stand_without_the_generator():
    assert Portfolio(tuple(named_rows())).counts("QIP", AS_OF) == {"completed": 8, "ongoing": 13, "total": 21}
