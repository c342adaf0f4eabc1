"""Why a figure differs between two moments: the rows that came, went or changed, and the facts learnt in between."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ARRAY, DateTime, Select, Text, any_, bindparam, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.row_page import described_rows
from services.reporting_worker.figures.service import Reader, View, compute_figures, known_keys
from shared.facts import Statement, compiled
from shared.models import (
    Amount,
    Announcement,
    JournalEntry,
    PlaceAssignment,
    Project,
    SectorAssignment,
    Transition,
)
from shared.resources.statements import json_object

Change = Literal["added", "removed", "changed"]


class RowDifference(BaseModel):
    """A row that is in the figure at one moment only, or with another value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    change: Change
    reference: str
    title: dict[str, str] | None
    before: str | None
    after: str | None
    recorded_at: str | None
    """When the fact that explains it was recorded; None where none was recorded in between."""
    reason: str | None
    explanation: dict[str, str]


class FigureDifference(BaseModel):
    """A figure with another value, or other rows, at the second moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: dict[str, str]
    before: str | None
    after: str | None
    rows: list[RowDifference]


@dataclass(frozen=True)
class _Row:
    reference: str
    title: dict[str, str] | None
    value: str | None


@dataclass(frozen=True)
class _Fact:
    """What was learnt of a subject between the two moments."""

    what: str
    value_on: str
    recorded_at: str
    recorded_by: str
    reason: str | None


def _rows_of_all() -> Select[Any]:
    row = described_rows().add_columns(definition().c.key.label("key")).cte("described")
    line = func.json_build_array(
        row.c.key,
        row.c.subject_type,
        row.c.reference,
        cast(row.c.title, JSON),
        cast(func.trim_scale(row.c.value), Text),
    )
    return select(cast(func.coalesce(func.json_agg(line), cast(literal("[]", Text), JSON)), Text))


_AFTER = bindparam("after_instant", type_=DateTime(timezone=True))
_UNTIL = bindparam("until_instant", type_=DateTime(timezone=True))
_REFERENCES = bindparam("references", type_=ARRAY(Text))


def _facts_between() -> Select[Any]:
    """Facts of the named subjects recorded after the first moment and up to the second, oldest first."""

    def of(model: Any, subject: Any, key: Any, what: Any) -> Select[Any]:
        return (
            select(
                subject.reference.label("reference"),
                what.label("what"),
                model.value_on.label("value_on"),
                model.recorded_at.label("recorded_at"),
                model.recorded_by.label("recorded_by"),
                model.reason.label("reason"),
            )
            .select_from(model)
            .join(subject, subject.id == key)
            .where(
                subject.reference == any_(_REFERENCES),
                model.recorded_at > _AFTER,
                model.recorded_at <= _UNTIL,
            )
        )

    money = func.concat("amount:", func.trim_scale(Amount.amount), " ", Amount.currency)
    entry = (
        select(
            JournalEntry.reference,
            func.concat("entry:", JournalEntry.kind),
            JournalEntry.value_on,
            JournalEntry.recorded_at,
            JournalEntry.recorded_by,
            JournalEntry.reason,
        )
        .where(
            JournalEntry.reference == any_(_REFERENCES),
            JournalEntry.recorded_at > _AFTER,
            JournalEntry.recorded_at <= _UNTIL,
        )
    )  # fmt: skip
    facts = union_all(
        of(Transition, Project, Transition.project_id, func.concat("state:", Transition.to_state)),
        of(Amount, Project, Amount.project_id, money),
        of(Amount, Announcement, Amount.announcement_id, money),
        of(SectorAssignment, Project, SectorAssignment.project_id, literal("sectors", Text)),
        of(PlaceAssignment, Project, PlaceAssignment.project_id, literal("places", Text)),
        entry,
    ).subquery("fact")
    described = json_object(
        {name: facts.c[name] for name in ("what", "value_on", "recorded_at", "recorded_by", "reason")}
    )
    listed = (
        select(
            facts.c.reference,
            func.json_agg(aggregate_order_by(described, facts.c.recorded_at)).label("facts"),
        )
        .group_by(facts.c.reference)
        .subquery("listed")
    )
    empty = cast(literal("{}", Text), JSON)
    return select(cast(func.coalesce(func.json_object_agg(listed.c.reference, listed.c.facts), empty), Text))


@cache
def _statements() -> tuple[Statement, Statement]:
    return compiled(_rows_of_all()), compiled(_facts_between())


async def explain(reader: Reader, before: View, after: View) -> list[FigureDifference]:
    """Every figure that differs between the two views, with the rows by which it does.

    The views must have a `known_at` each; for the same date they show what was learnt in between, for different
    dates what happened.
    """
    first, second = await compute_figures(reader, before), await compute_figures(reader, after)
    rows_before, rows_after = await _rows(reader, before), await _rows(reader, after)
    changed = {key: _changes(rows_before.get(key, {}), rows_after.get(key, {})) for key in second}
    references = sorted({one[1].reference for rows in changed.values() for one in rows})
    facts = await _facts(reader, before, after, references)
    return [
        FigureDifference(
            key=key,
            title=figure.title,
            before=first[key].value if key in first else None,
            after=figure.value,
            rows=[_difference(change, row, old, new, facts) for change, row, old, new in changed[key]],
        )
        for key, figure in second.items()
        if changed[key] or key not in first or first[key].value != figure.value
    ]


async def _rows(reader: Reader, view: View) -> Mapping[str, Mapping[tuple[str, str], _Row]]:
    statement = _statements()[0]
    text = await reader.fetchval(statement.sql, *statement.arguments(**view.bound(known_keys())))
    found: dict[str, dict[tuple[str, str], _Row]] = {}
    for key, subject_type, reference, title, value in json.loads(text):
        found.setdefault(key, {})[subject_type, reference] = _Row(reference, title, value)
    return found


def _changes(
    before: Mapping[tuple[str, str], _Row], after: Mapping[tuple[str, str], _Row]
) -> list[tuple[Change, _Row, str | None, str | None]]:
    changes: list[tuple[Change, _Row, str | None, str | None]] = []
    for subject in sorted(before.keys() | after.keys()):
        old, new = before.get(subject), after.get(subject)
        if old is None and new is not None:
            changes.append(("added", new, None, new.value))
        elif new is None and old is not None:
            changes.append(("removed", old, old.value, None))
        elif old is not None and new is not None and old.value != new.value:
            changes.append(("changed", new, old.value, new.value))
    return changes


async def _facts(
    reader: Reader, before: View, after: View, references: Iterable[str]
) -> Mapping[str, list[_Fact]]:
    if before.known_at is None or after.known_at is None or before.known_at == after.known_at:
        return {}
    statement = _statements()[1]
    text = await reader.fetchval(
        statement.sql,
        *statement.arguments(
            references=list(references), after_instant=before.known_at, until_instant=after.known_at
        ),
    )
    return {reference: [_Fact(**one) for one in facts] for reference, facts in json.loads(text).items()}


_WHAT: Mapping[str, Mapping[str, str]] = {
    "state": {"fr": "état « {value} »", "en": "state '{value}'"},
    "amount": {"fr": "montant {value}", "en": "amount {value}"},
    "sectors": {"fr": "secteurs", "en": "sectors"},
    "places": {"fr": "lieux", "en": "places"},
    "entry": {"fr": "écriture « {value} »", "en": "entry '{value}'"},
}
_UNEXPLAINED = {
    "fr": "aucun fait enregistré entre les deux instants ; la date d'effet du calcul en décide",
    "en": "no fact was recorded between the two moments; the date of the figure decides",
}


def _difference(
    change: Change, row: _Row, old: str | None, new: str | None, facts: Mapping[str, list[_Fact]]
) -> RowDifference:
    learnt = facts.get(row.reference, [])
    last = learnt[-1] if learnt else None
    explanation = (
        {language: _sentence(learnt, language) for language in ("fr", "en")} if learnt else _UNEXPLAINED
    )
    return RowDifference(
        change=change,
        reference=row.reference,
        title=row.title,
        before=old,
        after=new,
        recorded_at=last.recorded_at if last else None,
        reason=last.reason if last else None,
        explanation=explanation,
    )


def _sentence(facts: Iterable[_Fact], language: str) -> str:
    words = {
        "fr": "{what} à compter du {on}, enregistré le {at} par {by}",
        "en": "{what} from {on}, recorded at {at} by {by}",
    }[language]
    said = []
    for fact in facts:
        kind, _, value = fact.what.partition(":")
        what = _WHAT[kind][language].format(value=value)
        sentence = words.format(what=what, on=fact.value_on, at=fact.recorded_at[:19], by=fact.recorded_by)
        said.append(f"{sentence} ({fact.reason})" if fact.reason else sentence)
    return "; ".join(said)
