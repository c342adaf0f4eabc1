"""What lists are filtered and ordered by: query parameters and order keys, with makers for the usual ones."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, FromClause, SQLColumnExpression, Text, any_, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from shared.models.naming import NAMES

Clause = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]

SQL_TYPES: Mapping[type, TypeEngine[Any]] = {str: Text(), date: Date(), bool: Boolean(), list: ARRAY(Text())}


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


def among(
    name: str,
    column: SQLColumnExpression[Any],
    description: str,
    values: type[StrEnum] | Collection[str] | None = None,
    *,
    noun: str | None = None,
) -> Filter:
    """`name__in`: rows whose column is one of several values; `noun` where these are keys of rows that may be doubles."""
    return Filter(f"{name}__in", list, lambda asked: column == any_(asked), description, noun, values)


def keyed(name: str, column: Any, description: str, *, noun: str | None = None) -> Filter:
    """`name__in`: rows that refer, by a foreign key, to one of those which bear the keys asked for."""
    naming = next(one for one in NAMES.values() if column.references(one.target.property.columns[0]))
    row = aliased(naming.target.class_)
    key = getattr(row, naming.key.key)
    return Filter(
        f"{name}__in", list, lambda asked: column.in_(select(row.id).where(key == any_(asked))), description, noun
    )


def between(name: str, column: SQLColumnExpression[Any], words: str | None = None) -> tuple[Filter, Filter]:
    """`name__gte` and `name__lte`: rows whose date lies from, and to, a day; `words` say which, its member otherwise."""
    words = words or f"`{name}`"
    return (
        Filter(f"{name}__gte", date, lambda asked: column >= asked, f"{words}, from."),
        Filter(f"{name}__lte", date, lambda asked: column <= asked, f"{words}, to."),
    )


def whether(name: str, condition: SQLColumnExpression[Any], description: str) -> Filter:
    """`name=true` or `false`: rows of which the condition holds, or the others."""
    return Filter(name, bool, lambda asked: condition == asked, description)
