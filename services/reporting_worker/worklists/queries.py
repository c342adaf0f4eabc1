"""Counts and rows of worklists, both from the one declaration; compiled once per set of filters."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.worklist import Worklist
from shared.facts import Statement, compiled
from shared.reading.statements import LIMIT, SECTION, kept

NEVER: ColumnElement[Any] = literal_column("'infinity'::date", Date())
"""Where a row without a date stands: last."""


@dataclass(frozen=True)
class Shape:
    """What distinguishes one compiled page from another."""

    filters: frozenset[str]
    is_mine: bool
    is_after_cursor: bool


def right(permission: str, scope: str) -> str:
    """The parameter that says whether the bearer has a permission on any row, or on those of the own section."""
    return f"{scope}_{permission.replace(':', '_').replace('-', '_')}"


def _may_mend(one: Worklist, found: FromClause) -> ColumnElement[bool]:
    """Whether the act that mends a row is one that the bearer may do to it."""
    allowed: ColumnElement[bool] = bindparam(right(one.act.permission, "any"), type_=Boolean())
    if one.of.owners is not None:
        own = bindparam(right(one.act.permission, "own_section"), type_=Boolean())
        allowed = or_(
            allowed, and_(own, func.coalesce(any_(one.of.owners) == SECTION, false()))
        )  # some have no section
    return allowed if one.unless is None else and_(allowed, ~found.c.is_of_bearer)


def _waiting(one: Worklist, filters: frozenset[str], *columns: Any, is_mine: bool = False) -> Rows:
    """The rows that wait, and that the list of their kind would show with these filters."""
    rows = one.rows if one.unless is None else one.rows.add_columns(one.unless.label("is_of_bearer"))
    found = rows.subquery("found")
    mine = _may_mend(one, found)
    return (
        select(found, mine.label("is_mine"), *columns)
        .select_from(found.join(one.of.table, one.of.identity == found.c.id))
        .where(kept(one.of, filters), mine if is_mine else true())
    )


@cache
def counts_statement(worklists: tuple[Worklist, ...], filters: frozenset[str]) -> Statement:
    """A row a worklist: `key`, `count`, and `mine`, those that the bearer may mend."""
    counted = []
    for one in worklists:
        rows = _waiting(one, filters).subquery("waiting")
        mine = func.count().filter(rows.c.is_mine)
        counted.append(select(literal(one.key, Text).label("key"), func.count().label("count"), mine.label("mine")))
        counted[-1] = counted[-1].select_from(rows)
    return compiled(union_all(*counted))


@cache
def page_statement(one: Worklist, shape: Shape) -> Statement:
    """One page and the row after it: `row_key`, `row_title`, `is_mine` and what was declared."""
    heading: Any = cast(null(), Text) if one.heading is None else cast(one.heading, Text)
    keyed = cast(one.naming.key, Text).label("row_key")
    model = one.naming.target.class_
    rows = _waiting(one, shape.filters, is_mine=shape.is_mine).subquery("waiting")
    line = rows.c.line if "line" in rows.c else rows.c.id
    since: Any = func.coalesce(cast(rows.c.since, Date), NEVER)
    page = select(
        rows,
        cast(rows.c.since, Date).label("since_on"),
        cast(since, Text).label("order_key"),
        line.label("order_line"),
        keyed,
        heading.label("row_title"),
    ).join(model.__table__, model.id == rows.c.id)
    if shape.is_after_cursor:
        position = tuple_(cast(bindparam("cursor_key", type_=Text()), Date), bindparam("cursor_id", type_=Uuid()))
        page = page.where(tuple_(since, line) > position)
    return compiled(page.order_by(since, line).limit(LIMIT + 1))
