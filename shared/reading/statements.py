"""Statements built from a declaration, compiled once per shape of request; Postgres builds the JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from shared.facts import Statement, compiled
from shared.models.naming import NAMES
from shared.reading.filters import SQL_TYPES, Filter, OrderKey
from shared.reading.json import json_object
from shared.reading.resource import Resource

LIMIT = bindparam("limit", type_=Integer())
CAN = bindparam("can", type_=Text())
CAN_OWN = bindparam("can_own", type_=Text())
SECTION = bindparam("section", type_=Text())
"""The caller's section (NULL for none); `can_own` holds for the rows that it owns."""


@dataclass(frozen=True)
class Shape:
    """What distinguishes one compiled list from another: names only, never values."""

    filters: frozenset[str]
    order: str
    is_after_cursor: bool
    is_counted: bool


def _can(resource: Resource) -> ColumnElement[Any]:
    granted: ColumnElement[Any] = cast(CAN, JSON)
    if resource.owners is not None:
        granted = case((any_(resource.owners) == SECTION, cast(CAN_OWN, JSON)), else_=granted)
    states = [(name, state) for name, state in resource.actions.items() if state is not None]
    if not states:
        return granted
    action = func.json_array_elements_text(granted).table_valued("name").lateral("action")
    is_offered = case(*((action.c.name == name, state) for name, state in states), else_=true())
    offered = select(func.json_agg(aggregate_order_by(action.c.name, action.c.name))).where(is_offered)
    return func.coalesce(offered.correlate_except(action).scalar_subquery(), literal_column("'[]'::json"))


def _shown(resource: Resource, members: Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[Any]:
    etag = func.concat('"', resource.version, '"')
    return json_object({**members, "etag": etag, "can": _can(resource)})


def kept(resource: Resource, names: Iterable[str]) -> ColumnElement[bool]:
    """The rows that lists with these filters show."""
    clauses = [] if resource.listed is None else [resource.listed]
    asked = (clause_asked(resource.filter_named(name)) for name in sorted(names))
    return and_(true(), *clauses, *asked)


def clause_asked(one: Filter) -> ColumnElement[bool]:
    """The rows that a filter keeps, of the value bound as `:f_` and its name; names of doubles stand for what is meant."""
    asked: Any = bindparam(f"f_{one.name}", type_=SQL_TYPES[one.kind])
    naming = None if one.names is None else NAMES[one.names]
    if naming is None or naming.merged_into is None:
        return one.clause(asked)
    return one.clause(naming.keys_asked(asked) if one.kind is list else naming.key_asked(asked))


def _direction(order: str) -> tuple[str, bool]:
    return order.removeprefix("-"), order.startswith("-")


def _after(key: OrderKey, identity: SQLColumnExpression[Any], *, descending: bool) -> ColumnElement[bool]:
    position = tuple_(cast(bindparam("cursor_key", type_=Text()), key.sql_type), bindparam("cursor_id", type_=Uuid()))
    here = tuple_(key.expression, identity)
    return here < position if descending else here > position


def _sorted_from(resource: Resource, key: OrderKey) -> FromClause:
    if key.joined is None:
        return resource.table
    return resource.table.join(key.joined, key.joined.c.id == resource.identity)


@cache
def list_statement(resource: Resource, shape: Shape) -> Statement:
    """One page: `items` (JSON text), `more`, `last_key`, `last_id`, `total` (NULL unless counted)."""
    name, descending = _direction(shape.order)
    key = resource.order_named(name)
    is_kept = kept(resource, shape.filters)
    page: Any = (
        select(resource.identity.label("id"), key.expression.label("key"))
        .select_from(_sorted_from(resource, key))
        .where(is_kept)
    )
    if shape.is_after_cursor:
        page = page.where(_after(key, resource.identity, descending=descending))
    ordered = [key.expression.desc(), resource.identity.desc()] if descending else [key.expression, resource.identity]
    rows = page.order_by(*ordered).limit(LIMIT + 1).cte("page").prefix_with("MATERIALIZED")
    sorting = [rows.c.key.desc(), rows.c.id.desc()] if descending else [rows.c.key, rows.c.id]
    built = (
        select(
            func.row_number().over(order_by=sorting).label("n"),
            rows.c.id,
            cast(rows.c.key, Text).label("key"),
            _shown(resource, resource.item_members).label("item"),
        )
        .select_from(rows.join(resource.table, resource.identity == rows.c.id))
        .subquery("built")
    )
    is_shown = built.c.n <= LIMIT
    counted = select(func.count()).select_from(resource.table).where(is_kept).scalar_subquery()
    return compiled(
        select(
            func.coalesce(
                cast(func.json_agg(aggregate_order_by(built.c.item, built.c.n)).filter(is_shown), Text), "[]"
            ).label("items"),
            (func.count() > LIMIT).label("more"),
            func.max(case((built.c.n == LIMIT, built.c.key))).label("last_key"),
            func.max(case((built.c.n == LIMIT, cast(built.c.id, Text)))).label("last_id"),
            (counted if shape.is_counted else literal_column("NULL::bigint")).label("total"),
        ).select_from(built)
    )


@cache
def detail_statement(resource: Resource) -> Statement:
    """One row by its id (`:row_id`): `version` and `body` (JSON text)."""
    body = _shown(resource, resource.detail_members)
    return compiled(
        select(resource.version.label("version"), cast(body, Text).label("body"))
        .select_from(resource.table)
        .where(resource.identity == bindparam("row_id", type_=Uuid()))
    )


NO_VALUE = "none"
"""Under which rows are counted that have no value of a dimension: a project without a state on the date asked for."""


@cache
def totals_statement(resource: Resource, filters: frozenset[str]) -> Statement:
    """Counts of the rows that the filters keep: `body` (JSON text) with `total`, each value's per dimension, and sums."""
    is_kept = kept(resource, filters)
    columns: list[Any] = [one.label(name) for name, one in {**resource.money, **resource.dimensions}.items()]
    rows = select(resource.identity.label("row_id"), *columns).select_from(resource.table).where(is_kept).cte("kept")
    rows = rows.prefix_with("MATERIALIZED")

    def counted(counts: Subquery) -> ColumnElement[Any]:
        total: Select[Any] = select(
            func.coalesce(
                func.json_object_agg(counts.c.value, aggregate_order_by(counts.c.count, counts.c.value)),
                literal_column("'{}'::json"),
            )
        )
        return total.scalar_subquery()

    def grouped(name: str) -> ColumnElement[Any]:
        value = func.coalesce(rows.c[name], NO_VALUE).label("value")
        return counted(select(value, func.count().label("count")).group_by(rows.c[name]).subquery(f"by_{name}"))

    def parted(name: str, part: CTE) -> ColumnElement[Any]:
        row_id, value = tuple(part.c)[:2]
        several = select(value.label("value"), func.count().label("count")).join(rows, rows.c.row_id == row_id)
        return counted(several.group_by(value).subquery(f"by_{name}"))

    by = {name: grouped(name) for name in resource.dimensions}
    by |= {name: parted(name, part()) for name, part in resource.parts.items()}
    total = select(func.count()).select_from(rows).scalar_subquery()
    body = {"total": total, "by": json_object(by), **(_sums(rows) if resource.money else {})}
    return compiled(select(cast(json_object(body), Text).label("body")))


def _sums(rows: CTE) -> dict[str, Any]:
    """`sums`: what the rows amount to in each currency, and in dollars as far as they are converted; exact, as text."""
    each = (
        select(rows.c.currency, cast(func.sum(rows.c.amount), Text).label("sum"))
        .where(rows.c.currency.is_not(None))
        .group_by(rows.c.currency)
        .subquery("by_money")
    )
    amounts = select(func.coalesce(func.json_object_agg(each.c.currency, each.c.sum), literal_column("'{}'::json")))
    usd = select(cast(func.coalesce(func.sum(rows.c.usd), 0), Text))
    return {"sums": amounts.scalar_subquery(), "usd": usd.scalar_subquery()}
