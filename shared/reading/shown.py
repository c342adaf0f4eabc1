"""What a row shows, declared once: the model that documents an answer also says where each of its members comes from.

A member is the column of its name; a reference (`funder`, of the column `funder_id`) is the key of the row that it
names; a number is exact text. What comes from elsewhere says so: `Annotated[str, From(...)]`, `Annotated[list[...],
Rows(...)]`. A member that nothing fills is a mistake that no module with it survives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from sqlalchemy import ColumnElement, Numeric, SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.models.naming import NAMES, Naming
from shared.reading.json import exact, json_object, listed


class Shown(BaseModel):
    """A row, or a part of one, as answers show it; a test holds real answers to these models."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Listed(Shown):
    """A row that clients list and open: with its ETag, and what they may do to it."""

    etag: str
    can: list[str]

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema, with what the row says before what is said of it."""
        schema = handler.resolve_ref_schema(handler(core))
        properties = schema["properties"]
        for name in Listed.model_fields:
            properties[name] = properties.pop(name)
        return schema


@dataclass(frozen=True, eq=False)
class From:
    """In an `Annotated` type: the expression that the member is, or the column in which it stands under another name."""

    expression: Any


@dataclass(frozen=True, eq=False)
class Made:
    """The same, made from the row (its class, or an alias of it)."""

    make: Callable[[Any], SQLColumnExpression[Any]]


@dataclass(frozen=True, eq=False)
class Rows:
    """In an `Annotated` list: the rows of another table whose column `parent` names this row, in an order."""

    parent: Any
    order: tuple[Any, ...]
    of: Any = None
    """What each is, where it is one value and no `Shown` of its own."""
    joined: tuple[Any, Any] | None = None
    """A further table, and on what."""


def members(shown: type[Shown], source: Any) -> Mapping[str, SQLColumnExpression[Any]]:
    """Each member's name in JSON with its expression; `source` is the mapped class of the rows, or the columns of a subquery.

    Raises:
        TypeError: nothing fills a member.
    """
    return {
        field.alias or name: _member(shown, name, field, source)
        for name, field in shown.model_fields.items()
        if name not in Listed.model_fields
    }


def object_of(shown: type[Shown], source: Any) -> ColumnElement[Any]:
    """The same as one JSON object."""
    return json_object(members(shown, source))


def _member(shown: type[Shown], name: str, field: FieldInfo, source: Any) -> SQLColumnExpression[Any]:
    for mark in field.metadata:
        if isinstance(mark, Rows):
            return _rows(mark, field.annotation)
        if isinstance(mark, From):
            expression: SQLColumnExpression[Any] = mark.expression
            return expression
        if isinstance(mark, Made):
            return mark.make(source)
    found = _column(source, name)
    if found is None:
        raise TypeError(
            f"{shown.__name__}.{name}: no column of {source} fills it; say From(...), Made(...) or Rows(...)."
        )
    return found


def _column(source: Any, name: str) -> SQLColumnExpression[Any] | None:
    column: Any = getattr(source, name, None)
    if column is not None:
        return exact(column) if isinstance(column.type, Numeric) else column
    column = getattr(source, f"{name}_id", None)
    if column is not None:
        return key_of(column)
    return getattr(source, f"{name}_code", None)


def key_of(column: Any) -> ColumnElement[Any]:
    """The reference, slug or code of the row that a foreign key names."""
    naming = _named_by(next(iter(column.property.columns[0].foreign_keys)).column)
    row = naming.target.class_
    if row is column.class_:
        row = aliased(row)
    wanted = select(getattr(row, naming.key.key)).where(getattr(row, naming.target.key) == column)
    return wanted.correlate(column.class_).scalar_subquery()


@cache
def _named_by(target: Any) -> Naming:
    return next(naming for naming in NAMES.values() if naming.target.property.columns[0] is target)


def _rows(rows: Rows, annotation: Any) -> ColumnElement[Any]:
    model = rows.parent.class_
    [kind] = get_args(annotation)
    item = object_of(kind, model) if rows.of is None else rows.of
    owner = next(iter(rows.parent.property.columns[0].foreign_keys)).column
    query = select(func.json_agg(aggregate_order_by(item, *rows.order)))
    if rows.joined is not None:
        query = query.select_from(model).join(*rows.joined)
    return listed(query.where(rows.parent == owner).correlate(owner.table))
