"""Pieces of JSON built by Postgres: objects, ordered arrays, exact decimals as text, texts chosen by a code."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal, literal_column, null
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from shared.errors import Texts


def json_object(**members: Any) -> ColumnElement[Any]:
    """`jsonb_build_object` with the members in order; their names are part of the SQL, not parameters."""
    pairs: list[Any] = []
    for name, value in members.items():
        pairs += literal_column(f"'{name}'"), value
    return func.jsonb_build_object(*pairs, type_=JSONB)


def items(element: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
    """`jsonb_agg` of the elements in this order."""
    return func.jsonb_agg(aggregate_order_by(element, *order), type_=JSONB)


def decimal_text(value: Any) -> ColumnElement[str]:
    """The exact number as text, without trailing zeros: JSON numbers would pass through floats."""
    return cast(func.trim_scale(value), Text)


def json_texts(texts: Texts) -> ColumnElement[Any]:
    """A text by language as a JSON literal."""
    return cast(literal(json.dumps(texts, ensure_ascii=False), Text), JSONB)


def text_of(
    code: ColumnElement[str], texts: Mapping[str, Texts], *, otherwise: Texts | None
) -> ColumnElement[Any]:
    """The text that belongs to a code."""
    return case(
        *((code == key, json_texts(text)) for key, text in texts.items()),
        else_=json_texts(otherwise) if otherwise is not None else null(),
    )
