"""What refers to a row: foreign keys, lists of keys, and what editions name or print; one list for refusals and for `can`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.domain.publication import EditionState
from shared.models.activity import Activity, ActivityProject, Announcement, AnnouncementProject, Link, QuotedFigure
from shared.models.base import Base, Deletable, Fact
from shared.models.contribution import Agreement
from shared.models.edition import Edition, EditionItem, StandingText
from shared.models.figure import NamedFigure
from shared.models.naming import NAMES
from shared.models.organisation import Role
from shared.models.place import Place
from shared.models.project import Amount, BeneficiaryCount, Output


def facts_of(noun: str) -> tuple[type[Any], ...]:
    """The tables of what is stated of a noun's rows."""
    mapped: list[Any] = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda one: one.__tablename__)
    return tuple(one for one in mapped if issubclass(one, Fact) and f"{noun}_id" in _columns(one))


def _columns(model: Any) -> Collection[str]:
    found: Collection[str] = model.__table__.c.keys()
    return found


PARTS: Mapping[str, tuple[type[Any], ...]] = {
    "project": (*facts_of("project"), Output, Role, QuotedFigure, Link),
    "activity": (ActivityProject, Role, QuotedFigure, Link),
    "announcement": (AnnouncementProject, *facts_of("announcement"), Output, Role, QuotedFigure, Link),
    "monitoring": (),
}
"""The tables of what belongs to a row that may be deleted as entered by mistake: it goes with the row."""

LISTS_OF_KEYS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "place": (Activity.place_slugs, Announcement.place_slugs, Agreement.earmark_places, NamedFigure.place_slugs),
    "sector": (Announcement.sector_slugs, Agreement.earmark_sectors, NamedFigure.sector_slugs),
    "organisation": (NamedFigure.sponsor_slugs,),
    "objective": (NamedFigure.objective_slugs,),
}
"""Columns that hold the keys of rows in a list, which no foreign key guards."""

KEYS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "series": (Edition.series,),
    "standing_text": (EditionItem.standing_text_key,),
}
"""Columns that hold one key, which no foreign key guards."""

_PRINTED = [EditionState.FROZEN, EditionState.SUPERSEDED]
_DELETABLE = {
    mapper.local_table: mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Deletable)
}


def referrers(noun: str, row_id: Any, key: Any, *, beside: Collection[str] = ()) -> Iterator[tuple[str, Select[Any]]]:
    """Per table that may refer to a row its name and the rows that do; the row's id and key are values or columns."""
    target = NAMES[noun].target.property.columns[0]
    for table in Base.metadata.sorted_tables:
        for foreign_key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            if foreign_key.column.table is target.table and table.name not in beside:
                other = table.alias()
                named = other.c[foreign_key.parent.name] == (row_id if foreign_key.column is target else key)
                is_held = _is_held(other, table) if table_of_noun(noun) in _DELETABLE else []
                yield table.name, select(literal(1)).select_from(other).where(named, *is_held)
    yield from _by_key(noun, key, beside)


def editions_of(noun: str, row_id: Any, key: Any) -> Iterator[Select[Any]]:
    """The texts of editions that name a row, and the editions that print it without naming it."""
    if noun in PARTS:
        words = words_of_editions().subquery()
        yield select(literal(1)).select_from(words).where(words.c.word == key)
    if noun in _PRINTINGS:
        yield _PRINTINGS[noun](row_id)


def _by_key(noun: str, key: Any, beside: Collection[str]) -> Iterator[tuple[str, Select[Any]]]:
    """The rows that hold its key, which no foreign key guards."""
    lists = ((column, True) for column in LISTS_OF_KEYS.get(noun, ()))
    single = ((column, False) for column in KEYS.get(noun, ()))
    for column, is_list in (*lists, *single):
        model: Any = column.class_
        if model.__tablename__ not in beside:
            other: Any = aliased(model)
            held = getattr(other, column.key)
            named = key == any_(held) if is_list else held == key
            is_held = [~other.is_deleted] if issubclass(model, Deletable) else []
            yield model.__tablename__, select(literal(1)).select_from(other).where(named, *is_held)


def table_of_noun(noun: str) -> Any:
    """The table of the rows that a noun names."""
    return NAMES[noun].target.property.columns[0].table


def _is_held(other: Any, table: Any) -> Iterator[ColumnElement[bool]]:
    """That a row which refers was not deleted itself, nor the row to which it belongs."""
    if table in _DELETABLE:
        yield ~other.c.is_deleted
    for foreign_key in table.foreign_keys:
        owner = _DELETABLE.get(foreign_key.column.table)
        if owner is not None and foreign_key.parent.primary_key:
            held: Any = aliased(owner)
            yield other.c[foreign_key.parent.name].in_(select(held.id).where(~held.is_deleted))


def words_of_editions() -> Select[Any]:
    """word: what could be a reference in any text of an edition, or in a standing text as it stands."""
    later = aliased(StandingText)
    item = func.concat_ws(
        " ",
        cast(EditionItem.heading, Text),
        cast(EditionItem.text, Text),
        cast(EditionItem.parameters, Text),
        EditionItem.activity_reference,
    )
    newer = select(later.id).where(later.key == StandingText.key, later.version > StandingText.version)
    standing = select(_words(cast(StandingText.text, Text))).where(~StandingText.is_withdrawn, ~newer.exists())
    found = union_all(select(_words(item)).select_from(EditionItem), standing).subquery("worded")
    return select(found.c.word)


def _words(text: SQLColumnExpression[Any]) -> Any:
    return func.regexp_split_to_table(text, "[^A-Za-z0-9-]+").label("word")


def _activity_printed(row_id: Any) -> Select[Any]:
    """Editions that list, by themselves, the activities of their period."""
    row = aliased(Activity)
    lists = EditionItem.parameters["list"].astext == "activities.unplaced"
    is_in_period = row.end_on.between(Edition.period_start, Edition.as_of)
    return (
        select(literal(1))
        .select_from(Edition)
        .join(EditionItem, EditionItem.edition_id == Edition.id)
        .join(row, row.id == row_id)
        .where(lists, is_in_period, row.recorded_at <= Edition.known_at, _is_printed())
    )


def _announcement_printed(row_id: Any) -> Select[Any]:
    """Editions whose figures may count an amount or the people of the group."""
    counted = [
        select(fact.id)
        .where(fact.announcement_id == row_id, fact.value_on <= Edition.as_of, fact.recorded_at <= Edition.known_at)
        .correlate_except(fact)
        .exists()
        for fact in (aliased(Amount), aliased(BeneficiaryCount))
    ]
    return select(literal(1)).select_from(Edition).where(_is_printed(), or_(*counted))


def _place_named(row_id: Any) -> Select[Any]:
    """Items of editions that say what happened at the place."""
    row = aliased(Place)
    group = func.jsonb_build_array(func.jsonb_build_object("place", row.slug))
    return (
        select(literal(1))
        .select_from(EditionItem)
        .join(row, row.id == row_id)
        .where(EditionItem.parameters["groups"].op("@>")(group))
    )


def _is_printed() -> ColumnElement[bool]:
    return Edition.state == any_(literal(_PRINTED, ARRAY(Text)))


_PRINTINGS = {"activity": _activity_printed, "announcement": _announcement_printed, "place": _place_named}


def nothing_refers(noun: str) -> ColumnElement[bool]:
    """The condition, on the table itself, that nothing refers to a row that may be deleted: what `can` asks."""
    naming = NAMES[noun]
    row = naming.target.class_
    parts = {model.__tablename__ for model in PARTS[noun]}
    found = [rows for _, rows in referrers(noun, naming.target, naming.key, beside=parts)]
    if noun in _PRINTINGS:
        found.append(_PRINTINGS[noun](naming.target))
    referred = [~rows.correlate(row).exists() for rows in found]
    is_named: ColumnElement[bool] = naming.key.in_(words_of_editions().correlate(None))
    return and_(*referred, ~is_named)
