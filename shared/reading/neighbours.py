"""The keys that resemble one which nobody bears: what a refusal offers to somebody who mistyped, or wrote a name.

A row is near by what a search finds it by (`search_words`: its key, names in both languages, acronym, aliases and
codes, title), compared by trigrams, or by its key compared letter by letter, since trigrams say little of a short name.
Of two that are equally near the shorter comes first: a region before its circle and commune.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Reader
from shared.facts import Statement, compiled
from shared.models import (
    Donor,
    Mechanism,
    Office,
    Organisation,
    OrganisationAlias,
    OrganisationName,
    Person,
    Place,
    PlaceAlias,
    PlaceCode,
    Platform,
    ReportingArea,
    Sector,
    StandingText,
)
from shared.models.naming import NAMES
from shared.models.searched import SEARCHED, table_of
from shared.portfolio import Reference

MOST_ASKED: Final = 20
"""Of a file with more unknown keys, only the first are looked into."""

NEIGHBOURS = 3
LETTERS = 60
"""Of a long name the first are compared: the comparison's cost grows with the square."""

LENGTHS_APART = 4
NEAR_KEY, HOLDS_KEY = 0.6, 0.9
"""How much of two keys must be the same letters in the same order; and how much of a key must stand in what was asked
("mopti region"), which is worth less than any other likeness."""


async def neighbours(session: AsyncSession, missing: Iterable[Reference]) -> dict[Reference, list[str]]:
    """For each key that does not exist, up to three that do and that resemble it, the nearest first."""
    found: dict[Reference, list[str]] = {}
    for noun, asked, wanted in _by_noun(missing):
        found |= _told((await session.execute(_query(noun), {"asked": asked})).all(), wanted)
    return found


async def neighbours_read(reads: Reader, missing: Iterable[Reference]) -> dict[Reference, list[str]]:
    """The same on a connection that only reads."""
    found: dict[Reference, list[str]] = {}
    for noun, asked, wanted in _by_noun(missing):
        found |= _told(await reads.fetch(*_statement(noun).asked(asked=asked)), wanted)
    return found


def _by_noun(missing: Iterable[Reference]) -> Iterable[tuple[str, list[str], list[Reference]]]:
    wanted: dict[str, list[Reference]] = {}
    for one in list(missing)[:MOST_ASKED]:
        wanted.setdefault(one.type, []).append(one)
    for noun, ones in wanted.items():
        yield noun, sorted({one.key for one in ones}), ones


def _told(rows: Iterable[Any], wanted: Iterable[Reference]) -> dict[Reference, list[str]]:
    near: dict[str, list[str]] = {}
    for given, key in rows:
        near.setdefault(given, []).append(key)
    return {one: near.get(one.key, []) for one in wanted}


@cache
def _statement(noun: str) -> Statement:
    return compiled(_query(noun))


@cache
def _query(noun: str) -> Select[Any]:
    """given, key: for each key asked for the nearest ones, the nearest first."""
    given = (
        func.unnest(bindparam("asked", type_=ARRAY(Text)), type_=Text)
        .table_valued("given", name="given")
        .render_derived()
    )
    asked = (
        select(given.c.given, func.left(func.search_words(given.c.given), LETTERS).label("words"))
        .cte("asked")
        .prefix_with("MATERIALIZED")
    )
    candidates = [_by_words(asked, one) for one in _sources(noun)] + [_by_key(asked, _keys(noun))]
    candidate = union_all(*candidates).subquery("candidate")
    score = func.max(candidate.c.score)
    nearest = (
        select(candidate.c.key, score.label("score"))
        .group_by(candidate.c.key)
        .order_by(score.desc(), func.length(candidate.c.key), candidate.c.key)
        .limit(NEIGHBOURS)
        .lateral("nearest")
    )
    return (
        select(asked.c.given, nearest.c.key)
        .join(nearest, true())
        .where(asked.c.words != "")
        .order_by(asked.c.given, nearest.c.score.desc(), func.length(nearest.c.key), nearest.c.key)
    )


def _by_words(asked: FromClause, source: Select[Any]) -> Select[Any]:
    """Rows of which some words are near, by the operator that an index of trigrams serves."""
    key, words = source.selected_columns
    likeness = cast(func.word_similarity(asked.c.words, words), Numeric)
    return (
        source.with_only_columns(cast(key, Text).label("key"), likeness.label("score"))
        .where(words.op("%>")(asked.c.words))
        .correlate(asked)
    )


def _by_key(asked: FromClause, source: Select[Any]) -> Select[Any]:
    """Rows whose key has nearly the same letters, or stands in what was asked for."""
    key, own = source.selected_columns
    plain = func.left(func.translate(func.lower(own), "-._", "   "), LETTERS)
    lengths = func.length(plain) + func.length(asked.c.words)
    same = 1 - cast(func.levenshtein(plain, asked.c.words, 1, 1, 2), Numeric) / lengths
    alike = and_(func.abs(func.length(plain) - func.length(asked.c.words)) <= LENGTHS_APART, same >= NEAR_KEY)
    held = and_(func.length(plain) >= LENGTHS_APART, func.word_similarity(plain, asked.c.words) >= HOLDS_KEY)
    score: ColumnElement[Any] = case((alike, same), else_=0)
    return (
        source.with_only_columns(cast(key, Text).label("key"), score.label("score"))
        .where(or_(alike, held))
        .correlate(asked)
    )


def _keys(noun: str) -> Any:
    """key, own: the key meant, and the one that people write, of all that may be named."""
    naming = NAMES[noun]
    keys: Any = select(naming.key_meant.label("key"), cast(naming.key, Text).label("own"))
    keys = keys.where(naming.stands)
    if noun == "standing_text":
        withdrawn = select(StandingText.key).where(StandingText.is_withdrawn)
        keys = keys.where(StandingText.key.not_in(withdrawn))
    return keys


def _sources(noun: str) -> list[Select[Any]]:
    """key, words: of each row what it is called, one select for each table that tells it."""
    naming = NAMES[noun]
    key, model = naming.key_meant, naming.key.class_
    sources = []
    if model in SEARCHED:
        sources.append(select(key, table_of(model).c.words).where(naming.stands))
    if (name := _NAMES.get(noun)) is not None:
        sources.append(select(key, func.search_words(name)))
    for named, to_row in _NAMED_BESIDE.get(noun, {}).items():
        words = table_of(named).c.words
        sources.append(select(key, words).select_from(model).join(table_of(named), to_row))
    return sources


_NAMES: Mapping[str, Any] = {
    "mechanism": Mechanism.name,
    "sector": Sector.name,
    "reporting_area": ReportingArea.name,
    "office": Office.title,
    "person": Person.name,
    "platform": Platform.name,
}
"""Names of rows that are few, whose words no column keeps."""

_NAMED_BESIDE: Mapping[str, Mapping[Any, ColumnElement[bool]]] = {
    "place": {PlaceAlias: PlaceAlias.place_id == Place.id, PlaceCode: PlaceCode.place_id == Place.id},
    "organisation": {
        OrganisationName: OrganisationName.organisation_id == Organisation.id,
        OrganisationAlias: OrganisationAlias.organisation_id == Organisation.id,
    },
    "donor": {
        Organisation: Organisation.id == Donor.organisation_id,
        OrganisationName: OrganisationName.organisation_id == Donor.organisation_id,
        OrganisationAlias: OrganisationAlias.organisation_id == Donor.organisation_id,
    },
}
"""Rows of other tables that tell how a row is called too."""
