"""JSON that Postgres builds: objects, lists, exact numbers, texts chosen by a code."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, case, cast, func, literal, literal_column, null
from sqlalchemy.dialects.postgresql import JSON, JSONB, aggregate_order_by

from shared.errors import Texts


def json_object(members: Mapping[str, SQLColumnExpression[Any]]) -> ColumnElement[Any]:
    """A JSON object of named expressions (at most 50: a function takes 100 arguments)."""
    return func.json_build_object(*_pairs(members), type_=JSON)


def jsonb_object(**members: Any) -> ColumnElement[Any]:
    """The same as JSONB, which can be compared and merged."""
    return func.jsonb_build_object(*_pairs(members), type_=JSONB)


def _pairs(members: Mapping[str, Any]) -> list[SQLColumnExpression[Any]]:
    """Names and values by turns; the names are part of the SQL, not parameters."""
    pairs: list[SQLColumnExpression[Any]] = []
    for name, value in members.items():
        pairs += literal_column(f"'{name}'"), value
    return pairs


def listed(rows: Any) -> ColumnElement[Any]:
    """The JSON list that a statement aggregates, empty rather than NULL."""
    return func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))


def items(element: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
    """A JSONB array in this order; NULL where there is no row."""
    return func.jsonb_agg(aggregate_order_by(element, *order), type_=JSONB)


def all_items(element: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
    """The same, empty where there is no row."""
    return func.coalesce(items(element, *order), cast(literal("[]", Text), JSONB))


def array_of(value: SQLColumnExpression[Any], *order: Any) -> ColumnElement[Any]:
    """A JSON array, in order; empty where there is no row."""
    ordered = aggregate_order_by(value, *order) if order else value
    return func.coalesce(func.json_agg(ordered), cast(literal("[]", Text), JSON))


def objects_by(key: SQLColumnExpression[Any], value: SQLColumnExpression[Any], *order: Any) -> ColumnElement[Any]:
    """A JSON object of values by key, as text; empty where there is no row."""
    ordered = aggregate_order_by(value, *order) if order else value
    return cast(func.coalesce(func.json_object_agg(key, ordered), cast(literal("{}", Text), JSON)), Text)


def exact(number: Any) -> ColumnElement[str]:
    """A number as text with all its digits, without trailing zeros: JSON numbers would pass through floats."""
    return cast(func.trim_scale(number), Text)


def json_texts(texts: Texts) -> ColumnElement[Any]:
    """A text by language as a JSONB literal."""
    return cast(literal(json.dumps(texts, ensure_ascii=False), Text), JSONB)


def text_of(code: ColumnElement[str], texts: Mapping[str, Texts], *, otherwise: Texts | None) -> ColumnElement[Any]:
    """The text that belongs to a code."""
    return case(
        *((code == key, json_texts(text)) for key, text in texts.items()),
        else_=json_texts(otherwise) if otherwise is not None else null(),
    )
