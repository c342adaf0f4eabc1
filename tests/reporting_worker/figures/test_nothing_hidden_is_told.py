"""Whatever the public reads of figures, in whatever way it is added and subtracted, no hidden value is determined.

Each published number is a linear form of the hidden amounts. Its coefficients are found by moving one hidden amount at
a time and reading everything again; then the span of all forms is searched, in exact fractions, for a single amount.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.reporting_worker.figures.service import compute_figures
from tests.facts.builder import Builder
from tests.reporting_worker.controls.conftest import MARCH

PUBLIC = MARCH.__class__(MARCH.as_of, audience="public", since=MARCH.since)
Numbers = Mapping[str, Decimal]


async def published(reads: Any) -> Numbers:
    """Every number that the public's figures tell, by where it stands."""
    numbers: dict[str, Decimal] = {}

    def keep(part: Any, name: str) -> None:
        if isinstance(part, dict):
            for key, inner in part.items():
                keep(inner, f"{name}/{part.get('key', '')}/{key}")
        elif isinstance(part, list):
            for place, inner in enumerate(part):
                keep(inner, f"{name}/{inner.get('key', place) if isinstance(inner, dict) else place}")
        elif name.endswith(("/value", "/count")) and part is not None:
            numbers[name] = Decimal(part)

    for key, figure in (await compute_figures(reads, PUBLIC)).items():
        keep(figure.model_dump(mode="json"), key)
    return numbers


def span_holds_one_alone(forms: Sequence[Sequence[Fraction]], unknowns: int) -> set[int]:
    """The unknowns that some combination of the forms gives alone (reduced row echelon form, exact)."""
    rows, pivots, top = [list(form) for form in forms if any(form)], [], 0
    for column in range(unknowns):
        found = next((at for at in range(top, len(rows)) if rows[at][column]), None)
        if found is None:
            continue
        rows[top], rows[found] = rows[found], rows[top]
        rows[top] = [value / rows[top][column] for value in rows[top]]
        for at, row in enumerate(rows):
            if at != top and row[column]:
                rows[at] = [a - row[column] * b for a, b in zip(row, rows[top], strict=True)]
        pivots.append(column)
        top += 1
    return {column for column, row in zip(pivots, rows, strict=False) if sum(1 for value in row if value) == 1}


def test_the_solver_finds_what_two_sums_tell() -> None:
    forms = [[Fraction(1), Fraction(1), Fraction(1)], [Fraction(1), Fraction(1), Fraction(0)]]
    assert span_holds_one_alone(forms, 3) == {2}
    assert span_holds_one_alone(forms[:1], 3) == set()


STATES = {
    "one of a kind": {"QIP": {"in_progress": 1, "completed": 3}, "TF": {"approved": 2, "in_progress": 3}},
    "two of a kind": {"QIP": {"in_progress": 2, "completed": 2}, "TF": {"completed": 3, "cancelled": 1}},
    "many": {"QIP": {"in_progress": 3, "completed": 4, "suspended": 1}, "FP": {"in_progress": 1}},
}


@pytest.mark.parametrize("hidden", STATES.values(), ids=STATES)
async def test_no_hidden_value_or_count_is_determined(
    builder: Builder, reads: Any, hidden: dict[str, dict[str, int]]
) -> None:
    references = []
    for mechanism, states in hidden.items():
        for state, count in states.items():
            for number in range(count + 2):
                protection = "internal" if number < count else "public"
                reference = f"{mechanism}-{state}-{number}"
                steps = [("approved", "2021-05-01"), (state, "2022-02-20")][: 1 if state == "approved" else 2]
                place = ("kidal", "ansongo", "mopti-region")[number % 3]
                columns = {"usd": f"{1000 + number}", "places": [place], "protection": protection}
                await builder.project(reference, *steps, **columns)
                if protection == "internal":
                    references.append(reference)
    before = await published(reads)
    changed = []
    for reference in references:
        await builder.amount(reference, "500000", "2022-03-01", kind="final")
        after = await published(reads)
        assert after.keys() == before.keys()
        changed.append({name: after[name] - before[name] for name in before})
        before = after
    moved = [name for name in before if any(one[name] for one in changed)]
    scale = [max(map(abs, one.values()), default=Decimal(0)) or Decimal(1) for one in changed]
    forms = [[Fraction(one[name]) / Fraction(size) for one, size in zip(changed, scale, strict=True)] for name in moved]
    assert span_holds_one_alone(forms, len(references)) == set()
    assert not [name for name, value in before.items() if name.endswith("not_shown//count") and value in {1, 2}]


async def test_a_few_hidden_are_in_no_count_and_many_in_one(builder: Builder, reads: Any) -> None:
    for number in range(2):
        await builder.project(f"QIP-{number}", ("in_progress", "2022-02-10"), usd="7", protection="internal")
    await builder.project("QIP-9", ("in_progress", "2022-02-10"), usd="5")
    few = (await compute_figures(reads, PUBLIC))["qip.budget"]
    assert (few.value, few.count, few.not_shown.count, few.not_shown.value) == ("5", 1, 0, "0")
    await builder.project("QIP-2", ("in_progress", "2022-02-10"), usd="7", protection="internal")
    many = (await compute_figures(reads, PUBLIC))["qip.budget"]
    assert (many.value, many.count, many.not_shown.count, many.not_shown.value) == ("25", 4, 3, "20")
    assert many.line("area", "not_shown") == 20


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ((), "0"),
        (("1000", "1000", "1000"), "3000"),
        (("45210.75", "38000", "12000.5"), "100000"),
        (("1200000", "1000000", "400000"), "2000000"),
    ],
)
async def test_a_hidden_sum_is_told_in_steps_no_finer_than_its_largest_amount(
    builder: Builder, reads: Any, amounts: tuple[str, ...], told: str
) -> None:
    for number, usd in enumerate(amounts):
        await builder.project(f"QIP-{number}", ("in_progress", "2022-02-10"), usd=usd, protection="internal")
    found = (await compute_figures(reads, PUBLIC))["qip.budget"]
    assert found.not_shown.value == told


async def test_two_editions_do_not_tell_the_amount_of_the_hidden_project_between_them(
    builder: Builder, reads: Any
) -> None:
    """Whatever it is, from nothing to the largest of those before it, the public reads the same or one step more."""
    for number in range(7):
        await builder.project(f"QIP-{number}", ("in_progress", "2022-02-10"), usd="40000", protection="internal")
    await builder.project("QIP-9", ("in_progress", "2022-02-10"), usd="5")
    first = Decimal((await compute_figures(reads, PUBLIC))["qip.budget"].value)
    await builder.project("QIP-8", ("in_progress", "2022-02-20"), usd="1", protection="internal")
    told = set()
    for day, usd in enumerate(("1", "9000", "17345.25", "31000", "40000"), 1):
        await builder.amount("QIP-8", usd, f"2022-03-{day:02}", kind="final")
        told.add(Decimal((await compute_figures(reads, PUBLIC))["qip.budget"].value) - first)
    assert told <= {Decimal(0), Decimal(50000)}
    internal = PUBLIC.__class__(PUBLIC.as_of, audience="internal", since=PUBLIC.since)
    assert (await compute_figures(reads, internal))["qip.budget"].value == "320005"
