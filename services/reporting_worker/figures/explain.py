"""Why a figure differs between two views of it: the rows that differ, and the facts that made them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import TypeAdapter

from services.reporting_worker.figures.causes import FACTS_BETWEEN
from services.reporting_worker.figures.schemas import ExactDecimal, FigureRow, FigureValue, Texts, Told
from services.reporting_worker.figures.service import View, compute_figures, figure_rows, known_keys
from shared.database import Reader
from shared.facts import NOW


class FactDifference(Told):
    """A fact that one view holds and the other does not."""

    kind: Literal["transition", "amount", "place_assignment", "sector_assignment", "entry"]
    id: str
    subject_id: str
    value_on: date
    recorded_at: datetime
    recorded_by: str
    reason: str | None
    source: str | None
    supersedes_id: str | None
    """The fact that it corrects or reverses."""
    is_retraction: bool


class RowDifference(Told):
    """A row that is in one view only, adds another value, or is divided otherwise."""

    change: Literal["added", "removed", "changed"]
    subject_type: str
    subject_id: str | None
    reference: str
    title: Texts | None
    before: ExactDecimal | None
    after: ExactDecimal | None
    state_before: str | None
    state_after: str | None
    facts: list[FactDifference]


class LineDifference(Told):
    """A line of a breakdown that differs."""

    cut: Literal["area", "sector"]
    key: str
    label: Texts
    before: ExactDecimal
    after: ExactDecimal


class FigureDifference(Told):
    """A figure that differs, in its value or in a breakdown."""

    key: str
    title: Texts
    unit: str
    before: ExactDecimal | None
    after: ExactDecimal | None
    rows: list[RowDifference]
    lines: list[LineDifference]


_FACTS = TypeAdapter(list[FactDifference])
Facts = Mapping[str, list[FactDifference]]


async def explain(
    reader: Reader, before: View, after: View, keys: Iterable[str] | None = None
) -> list[FigureDifference]:
    """What differs between two views of the wanted figures, or of all; nothing for those that agree.

    Views differ by `known_at` (a correction), by `as_of` (time that passed), or both.
    """
    wanted = known_keys() if keys is None else list(keys)
    old, new = await compute_figures(reader, before, wanted), await compute_figures(reader, after, wanted)
    facts = await _facts_between(reader, before, after)
    differences = []
    for key in wanted:
        lines = list(_lines(old[key], new[key]))
        if old[key].value == new[key].value and not lines:
            continue
        rows = _rows(
            (await figure_rows(reader, before, key)).items, (await figure_rows(reader, after, key)).items, facts
        )
        differences.append(
            FigureDifference(
                key=key,
                title=new[key].title,
                unit=new[key].unit,
                before=old[key].value,
                after=new[key].value,
                rows=list(rows),
                lines=lines,
            )
        )
    return differences


async def _facts_between(reader: Reader, before: View, after: View) -> Facts:
    arguments = FACTS_BETWEEN.arguments(
        as_of_before=before.as_of,
        as_of_after=after.as_of,
        known_before=before.known_at or NOW,
        known_after=after.known_at or NOW,
    )
    found: dict[str, list[FactDifference]] = {}
    for fact in _FACTS.validate_json(await reader.fetchval(FACTS_BETWEEN.sql, *arguments)):
        found.setdefault(fact.subject_id, []).append(fact)
    return found


def _lines(old: FigureValue, new: FigureValue) -> Iterator[LineDifference]:
    cuts: tuple[Literal["area", "sector"], ...] = ("area", "sector")
    for cut in cuts:
        earlier = {line.key: line for line in getattr(old.breakdowns, cut)}
        later = {line.key: line for line in getattr(new.breakdowns, cut)}
        for key in dict.fromkeys([*earlier, *later]):
            was = earlier[key].value if key in earlier else "0"
            now = later[key].value if key in later else "0"
            if was != now:
                label = (later.get(key) or earlier[key]).label
                yield LineDifference(cut=cut, key=key, label=label, before=was, after=now)


def _rows(old: Iterable[FigureRow], new: Iterable[FigureRow], facts: Facts) -> Iterator[RowDifference]:
    earlier = {(row.subject_id, row.reference): row for row in old}
    later = {(row.subject_id, row.reference): row for row in new}
    for key in sorted({*earlier, *later}, key=lambda one: one[1]):
        was, now = earlier.get(key), later.get(key)
        row = now or was
        assert row is not None
        behind = facts.get(row.subject_id or "", []) or facts.get(row.fact_id or "", [])
        is_divided_otherwise = any(fact.kind.endswith("_assignment") for fact in behind)
        if was and now and was.value == now.value and not is_divided_otherwise:
            continue
        yield RowDifference(
            change="changed" if was and now else "added" if now else "removed",
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            reference=row.reference,
            title=row.title,
            before=was and was.value,
            after=now and now.value,
            state_before=was and was.state,
            state_after=now and now.state,
            facts=behind,
        )
