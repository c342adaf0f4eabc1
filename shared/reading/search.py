"""`q`: rows found by the words of their texts, names, codes and aliases, exact words before near spellings.

Accents, case, ligatures, apostrophes, dashes and the order of the words do not matter, and no character is a wildcard
(`search_words` in the database). Each word asked for must be found somewhere: in the row's own texts or, say, in the
name of its place. Two neighbours may also be one word ("Aguel Hoc"). Words are looked up one by one, each in whatever
may hold it, so that a rare word is found by an index and not by reading all rows.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from shared.database import LIKENESS
from shared.models import Organisation, OrganisationAlias, OrganisationName, Place, PlaceAlias, PlaceCode, Role
from shared.models.base import Base
from shared.models.naming import NAMES
from shared.models.place import PlaceKind
from shared.models.searched import table_of
from shared.reading.filters import Filter, OrderKey

RELEVANCE: Final = "relevance"
"""The order of a search that names no other: exact words first, and rows that are equally good by their reference."""

MOST_WORDS: Final = 12
"""How many words of `q` count: even a title that is pasted has no more that tell it from others."""

WHOLE, BEGUN, NEAR = 1.0, 0.9, 0.8
"""What it is worth that a word is found as it stands, as the beginning of one, or (times the likeness) nearly so."""

BEGINNING, SPELT = 3, 4
"""Letters that a word must have to be taken for the beginning of another, or for a slip of one."""

_NAMING: Final = {naming.merged_into.class_: naming for naming in NAMES.values() if naming.merged_into is not None}

_Q = bindparam("f_q", type_=Text())


@cache
def _word() -> CTE:
    """n, word: the words asked for. A lone letter (the l of l'école) says nothing beside other words."""
    words = func.search_words(_Q)
    given = (
        func.unnest(func.string_to_array(words, " "), type_=Text)
        .table_valued("word", with_ordinality="place", name="given")
        .render_derived()
    )
    word = cast(given.c.word, Text)
    is_telling = or_(func.length(word) > 1, word.op("~")("[0-9]"), func.strpos(words, " ") == 0)
    return _kept(
        select(func.row_number().over(order_by=given.c.place).label("n"), word.label("word"))
        .where(word != "", is_telling)
        .order_by(given.c.place)
        .limit(MOST_WORDS)
        .cte("search_word")
    )


@cache
def _term() -> CTE:
    """first, last, term: each word, and each two neighbours as one, with the places of what they stand for."""
    word, following = _word(), _word().alias("following")
    alone = select(word.c.n.label("first"), word.c.n.label("last"), word.c.word.label("term"))
    joined = select(word.c.n, following.c.n, word.c.word + following.c.word).join(
        following, following.c.n == word.c.n + 1
    )
    return _kept(union_all(alone, joined).cte("search_term"))


def _kept(cte: CTE) -> CTE:
    return cte.prefix_with("MATERIALIZED")


def _score(asked: CTE, words: ColumnElement[str]) -> ColumnElement[Any]:
    term = asked.c.term
    likeness = func.word_similarity(term, words)
    is_beginning = func.concat(" ", words).like(func.concat("% ", term, "%"))
    # two words written as one are near to either, which says nothing of the other
    is_one = asked.c.first == asked.c.last
    is_slip = and_(is_one, func.length(term) >= SPELT, term.op("!~")("[0-9]"), likeness >= LIKENESS)
    return cast(
        case(
            (func.concat(" ", words, " ").like(func.concat("% ", term, " %")), WHOLE),
            (and_(func.length(term) >= BEGINNING, is_beginning), BEGUN),
            (is_slip, NEAR * likeness),
            else_=0,
        ),
        Numeric,
    )


def found(model: type[Base], identity: SQLColumnExpression[Any] | None = None) -> Select[Any]:
    """id, first, last, score: the rows of a table whose own `words` hold a term, with how well; or what they name.

    The words of a double find the row that it was merged into.
    """
    table, term = table_of(model), _term()
    naming = _NAMING.get(model)
    own = table.c.id if naming is None else naming.meant
    words = table.c.words
    # both conditions ask less than the score does, and an index of trigrams serves them
    may_hold = or_(words.op("%>")(term.c.term), words.like(func.concat("%", term.c.term, "%")))
    rows = (
        select(
            (own if identity is None else identity).label("id"),
            term.c.first,
            term.c.last,
            _score(term, words).label("score"),
        )
        .select_from(table)
        .join(term, may_hold)
        .subquery(f"{table.name}_scored")
    )
    return select(rows).where(rows.c.score > 0)


@cache
def organisations() -> CTE:
    """Organisations found by slug, acronym, any of their names, or an alias."""
    return union_all(
        found(Organisation),
        found(OrganisationName, OrganisationName.organisation_id),
        found(OrganisationAlias, OrganisationAlias.organisation_id),
    ).cte("search_organisation")


@cache
def places() -> CTE:
    """Places found by slug, name, alias or code."""
    return union_all(found(Place), found(PlaceAlias, PlaceAlias.place_id), found(PlaceCode, PlaceCode.place_id)).cte(
        "search_place"
    )


@cache
def places_below() -> CTE:
    """id, slug, first, last, score: the places found and all below them; the country's name tells nothing of a row."""
    hit, child = places(), aliased(Place)
    tree = (
        select(Place.id, Place.slug, hit.c.first, hit.c.last, hit.c.score)
        .join(hit, hit.c.id == Place.id)
        .where(Place.kind != PlaceKind.COUNTRY)
        .cte("search_place_below", recursive=True)
    )
    below = select(child.id, child.slug, tree.c.first, tree.c.last, tree.c.score)
    return tree.union(below.join(tree, child.parent_id == tree.c.id))


def by_party(subject: Any) -> Select[Any]:
    """Rows found by an organisation that has a role in them; `subject` is the column of the roles that names them."""
    hit = organisations()
    return (
        select(subject, hit.c.first, hit.c.last, hit.c.score)
        .join(hit, hit.c.id == Role.organisation_id)
        .where(subject.is_not(None))
    )


def by_place_slugs(model: Any) -> Select[Any]:
    """Rows found by the places of which they hold the slugs."""
    hit = places_below()
    return (
        select(model.id, hit.c.first, hit.c.last, hit.c.score)
        .select_from(model)
        .join(hit, hit.c.slug == any_(model.place_slugs))
    )


class Search:
    """The search of one resource: its filter `q`, and the order of relevance."""

    def __init__(self, resource: str, reference: SQLColumnExpression[str], *sources: Select[Any] | CTE) -> None:
        """`sources` give id, first, last and score; a row is found when each word is held by one of them."""
        parts = [select(source) if isinstance(source, CTE) else source for source in sources]
        self._hits = _whole(_kept(union_all(*parts).cte(f"search_{resource}_part")), resource)
        self._reference = reference

    def filter(self, identity: SQLColumnExpression[Any]) -> Filter:
        """`q`."""
        return Filter(
            "q",
            str,
            lambda _: identity.in_(select(self._hits.c.id)),
            "Words of its texts, names, codes and aliases, in any order; accents, case and slips do not matter.",
        )

    @property
    def order(self) -> OrderKey:
        """`relevance`, as a text that sorts: how much is missing to a whole match, then the reference."""
        missing = func.to_char(1000 * (1 - self._hits.c.score), "FM0000")
        return OrderKey(RELEVANCE, missing + " " + self._reference, Text(), joined=self._hits)


def _whole(part: Any, resource: str) -> CTE:
    """id, score: what holds every word; its score is that of the word that is found worst."""
    word = _word()
    best = (
        select(part.c.id, word.c.n, func.max(part.c.score).label("score"))
        .select_from(part)
        .join(word, word.c.n.between(part.c.first, part.c.last))
        .group_by(part.c.id, word.c.n)
        .subquery("best")
    )
    count = select(func.count()).select_from(word).scalar_subquery()
    return _kept(
        select(best.c.id, func.min(best.c.score).label("score"))
        .group_by(best.c.id)
        .having(func.count() == count)
        .cte(f"search_{resource}")
    )
