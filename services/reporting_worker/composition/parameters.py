"""What the statements of an edition share: their parameters, and how a fact of `prose.material` is made of a row."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Numeric, Text, Uuid, bindparam, inspect

from shared.facts import AS_OF
from shared.reading.json import exact, json_object

EDITION = bindparam("edition_id", type_=Uuid())
REFERENCES = bindparam("references", type_=ARRAY(Text))
"""References that the edition's texts name."""
PERIOD_START = bindparam("period_start", type_=AS_OF.type)


def fact_object(fact: type[Any], row: Any, **given: Any) -> ColumnElement[Any]:
    """The members of a fact as JSON: those given, the others from the row's columns of their names.

    Exact numbers are texts.
    """
    columns = inspect(row).selectable.c
    own = {one.name: columns[one.name] for one in fields(fact) if one.name not in given}
    return json_object(
        {**{name: exact(one) if isinstance(one.type, Numeric) else one for name, one in own.items()}, **given}
    )
