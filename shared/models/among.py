"""One of many values, as one array: Postgres takes 32,767 parameters, and `in_` makes one of each value."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, any_, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """The column's value is one of these, however many they are."""
    return column.expression == any_(_array(column, values))  # type: ignore[no-any-return]


def keys_among(columns: Sequence[Any], keys: Iterable[tuple[Any, ...]]) -> ColumnElement[bool]:
    """The values of the columns together are one of these keys, however many they are."""
    if len(columns) == 1:
        return among(columns[0], (key[0] for key in keys))
    listed = list(keys)
    parts = [func.unnest(_array(column, [key[place] for key in listed])) for place, column in enumerate(columns)]
    return tuple_(*columns).in_(select(*parts))


def _array(column: Any, values: Iterable[Any]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(column.type))
