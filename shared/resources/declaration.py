"""What a resource declares once, and what every reading of it is built from (DESIGN 13)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, FromClause, SQLColumnExpression, Text, bindparam
from sqlalchemy.types import TypeEngine

Clause = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]

SQL_TYPES: Mapping[type, TypeEngine[Any]] = {
    str: Text(),
    date: Date(),
    bool: Boolean(),
    list: ARRAY(Text()),
}


CALLER = bindparam("caller", type_=Text())
"""Who asks, as the audit and each row's author name them."""


@dataclass(frozen=True)
class Filter:
    """One query parameter (`status__in`, `approved_on__gte`): its type, its meaning, and the rows that it keeps."""

    name: str
    kind: type
    """`str`, `date`, `bool`, or `list` (values separated by commas)."""
    clause: Clause
    description: str
    names: str | None = None
    """The noun of which it takes keys, where its rows may be doubles: the clause is given the keys that are meant."""
    among: type[StrEnum] | Collection[str] | None = None
    """The values that there are; another one is a slip, and not a question without rows."""


@dataclass(frozen=True)
class OrderKey:
    """Something to sort by; never NULL, so that a cursor always lies between two rows."""

    name: str
    expression: SQLColumnExpression[Any]
    sql_type: TypeEngine[Any]
    joined: FromClause | None = None
    """What the expression reads beside the resource's own table: rows by the resource's id (`id`)."""


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of row that clients list, count and open."""

    name: str
    """The plural of its path and of its permissions (`projects:read`)."""
    noun: str
    """What one row is called: in `shared.models.naming`, in its address (`{project}`) and in the audit."""
    table: FromClause
    identity: SQLColumnExpression[Any]
    version: SQLColumnExpression[Any]
    filters: tuple[Filter, ...]
    order: tuple[OrderKey, ...]
    default_order: str
    item: Mapping[str, SQLColumnExpression[Any]]
    """JSON members of a row in a list."""
    detail: Mapping[str, SQLColumnExpression[Any]]
    """Further members of the one row opened."""
    dimensions: Mapping[str, SQLColumnExpression[Any]] = field(default_factory=dict)
    """What totals can be grouped by."""
    actions: Mapping[str, ColumnElement[bool] | None] = field(default_factory=dict)
    """What a route offers on one row beyond reading it, with the state in which it does; None for any state."""
    listed: ColumnElement[bool] | None = None
    """Which rows lists and counts show; None for all."""
    owners: ColumnElement[Any] | None = None
    """Slugs of the sections that own the row (ARRAY), for scopes of permission; None where nobody's section does."""
    example: Mapping[str, Any] = field(default_factory=dict)

    def filter_named(self, name: str) -> Filter:
        """The filter of that name."""
        return next(one for one in self.filters if one.name == name)

    def order_named(self, name: str) -> OrderKey:
        """The order key of that name."""
        return next(one for one in self.order if one.name == name)
