"""The parameters that the statements of an edition share."""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam

from shared.facts import AS_OF
from shared.reading.json import exact, json_object

EDITION = bindparam("edition_id", type_=Uuid())
REFERENCES = bindparam("references", type_=ARRAY(Text))
"""References that the edition's texts name."""
PERIOD_START = bindparam("period_start", type_=AS_OF.type)


def amount_object(row: Any) -> ColumnElement[Any]:
    """An amount as `material.StatedAmount` takes it."""
    return json_object(
        {
            "amount": exact(row.c.amount),
            "currency": row.c.currency,
            "usd": exact(row.c.usd),
            "usd_decimals": row.c.usd_decimals,
            "is_synthetic": row.c.is_synthetic,
        }
    )
