"""How the statements of an edition build JSON, and the parameters that they share."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from shared.facts import (
    AS_OF,
)
from shared.reading.json import json_object

EDITION = bindparam("edition_id", type_=Uuid())
REFERENCES = bindparam("references", type_=ARRAY(Text))
"""References that the edition's texts name."""
PERIOD_START = bindparam("period_start", type_=AS_OF.type)


def number_text(value: Any) -> ColumnElement[Any]:
    """An exact number as text."""
    return cast(func.trim_scale(value), Text)


def objects_by(
    key: SQLColumnExpression[Any], value: SQLColumnExpression[Any], *order: Any
) -> ColumnElement[Any]:
    """A JSON object of values by key, as text; empty where there is no row."""
    ordered = aggregate_order_by(value, *order) if order else value
    return cast(func.coalesce(func.json_object_agg(key, ordered), cast(literal("{}", Text), JSON)), Text)


def array_of(value: SQLColumnExpression[Any], *order: Any) -> ColumnElement[Any]:
    """A JSON array, in order; empty where there is no row."""
    ordered = aggregate_order_by(value, *order) if order else value
    return func.coalesce(func.json_agg(ordered), cast(literal("[]", Text), JSON))


def amount_object(row: Any) -> ColumnElement[Any]:
    """An amount as `material.StatedAmount` takes it."""
    return json_object(
        {
            "amount": number_text(row.c.amount),
            "currency": row.c.currency,
            "usd": number_text(row.c.usd),
            "usd_decimals": row.c.usd_decimals,
            "is_synthetic": row.c.is_synthetic,
        }
    )
