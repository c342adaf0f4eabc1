"""The facts that hold in one of two views (as_of, known_at) and not in the other."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    select,
    union_all,
)

from shared.facts import compiled
from shared.models import Account, Amount, JournalEntry, PlaceAssignment, Posting, SectorAssignment, Transition
from shared.reading.json import all_items, jsonb_object

AS_OF_BEFORE = bindparam("as_of_before", type_=Date())
AS_OF_AFTER = bindparam("as_of_after", type_=Date())
KNOWN_BEFORE = bindparam("known_before", type_=DateTime(timezone=True))
KNOWN_AFTER = bindparam("known_after", type_=DateTime(timezone=True))


def _is_between(table: Any) -> ColumnElement[bool]:
    earlier = and_(table.value_on <= AS_OF_BEFORE, table.recorded_at <= KNOWN_BEFORE)
    later = and_(table.value_on <= AS_OF_AFTER, table.recorded_at <= KNOWN_AFTER)
    # a correction may take its fact out of the period asked for: then it is known, but does not hold yet
    learnt = and_(table.recorded_at > KNOWN_BEFORE, table.recorded_at <= KNOWN_AFTER)
    return (earlier != later) | learnt


def _facts(kind: str, model: Any, subject: Any) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind, Text).label("kind"),
        model.id,
        subject.label("subject_id"),
        *_said(model),
        model.supersedes_id,
        model.is_retraction,
    ).where(_is_between(model))


def _said(model: Any) -> list[Any]:
    return [getattr(model, name) for name in ("value_on", "recorded_at", "recorded_by", "reason", "source")]


def _entries() -> Select[*tuple[Any, ...]]:
    entry = JournalEntry
    return (
        select(literal("entry", Text), entry.id, Posting.id, *_said(entry), entry.reverses_id, false())
        .join(Posting, Posting.entry_id == entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(_is_between(entry))
    )


def _document() -> Select[*tuple[Any, ...]]:
    fact = union_all(
        _facts("transition", Transition, Transition.project_id),
        _facts("amount", Amount, func.coalesce(Amount.project_id, Amount.announcement_id)),
        _facts("place_assignment", PlaceAssignment, PlaceAssignment.project_id),
        _facts("sector_assignment", SectorAssignment, SectorAssignment.project_id),
        _entries(),
    ).subquery("fact")
    described = jsonb_object(**{column.name: column for column in fact.c})
    return select(all_items(described, fact.c.recorded_at, fact.c.value_on, fact.c.id))


FACTS_BETWEEN = compiled(_document())
"""Parameters as_of_before, as_of_after, known_before, known_after; a JSON array in the order of learning."""
