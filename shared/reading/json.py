"""JSON that Postgres builds: objects, lists, exact numbers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, literal_column
from sqlalchemy.dialects.postgresql import JSON


def json_object(members: Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[Any]:
    """A JSON object of named expressions (at most 50: a function takes 100 arguments)."""
    pairs = [part for name, value in members.items() for part in (literal_column(f"'{name}'"), value)]
    return func.json_build_object(*pairs, type_=JSON)


def listed(rows: Any) -> ColumnElement[Any]:
    """The JSON list that a statement aggregates, empty rather than NULL."""
    return func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))


def exact(number: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A number as text with all its digits, without the zeros that a column adds."""
    return cast(func.trim_scale(number), Text)
