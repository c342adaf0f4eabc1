"""What a resource declares once, and what every reading of it is built from (DESIGN 13)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, SQLColumnExpression, Subquery, Text, bindparam

from shared.models.referring import PARTS, nothing_refers
from shared.reading.filters import Filter, OrderKey
from shared.reading.search import Search
from shared.reading.shown import Listed, members

CALLER = bindparam("caller", type_=Text())
"""Who asks, as the audit and each row's author name them."""


class Resource:
    """A kind of row that clients list, count and open."""

    def __init__(
        self,
        name: str,
        model: type[Any],
        item: type[Listed],
        detail: type[Listed],
        *,
        order: Sequence[str | OrderKey],
        default_order: str | None = None,
        filters: Sequence[Filter] = (),
        search: Search | None = None,
        dimensions: Sequence[str] | Mapping[str, SQLColumnExpression[Any]] = (),
        parts: Mapping[str, Callable[[], CTE]] | None = None,
        money: Mapping[str, SQLColumnExpression[Any]] | None = None,
        rows: FromClause | None = None,
        noun: str | None = None,
        version: SQLColumnExpression[Any] | None = None,
        actions: Mapping[str, ColumnElement[bool] | None] | None = None,
        listed: ColumnElement[bool] | None = None,
        owners: ColumnElement[Any] | None = None,
    ) -> None:
        """Declare a resource.

        Args:
            name: the plural of its path and of its permissions (`projects:read`).
            model: the mapped class of its rows.
            item: what a row in a list shows; `detail`: what the one row opened shows, the same and more.
            order: what lists can be sorted by: columns, or keys of its own.
            default_order: the first of them.
            filters: the query parameters of its lists and totals, beside `q` where it has a search.
            dimensions: what totals can be grouped by: members of an item, or expressions of its own.
            parts: what totals are grouped by where a row has several: a CTE whose first columns are the row's id and a value.
            money: `amount`, `currency` and `usd` of a row, which totals add up.
            rows: where its rows are read, where it is not their table alone: a join with it, or a subquery in its place.
            noun: what one row is called in `shared.models.naming`, in its address (`{project}`) and in the audit; its
                table's name.
            version: what its ETag is made of; the column `version`.
            actions: what a route offers on one row beyond reading it, with the state in which it does (None for any
                state); those of a plain record.
            listed: which rows lists and counts show; None for all.
            owners: slugs of the sections that own the row (ARRAY), for scopes of permission.

        Raises:
            TypeError: nothing fills a member that it shows.
        """
        source: Any = rows.c if isinstance(rows, Subquery) else model
        self.name, self.model, self.item, self.detail = name, model, item, detail
        self.noun: str = noun or model.__tablename__
        self.table: FromClause = model.__table__ if rows is None else rows
        self.identity: SQLColumnExpression[Any] = source.id
        self.version: SQLColumnExpression[Any] = source.version if version is None else version
        self.filters = [*filters, *([] if search is None else [search.filter(self.identity)])]
        self.order = [_key(one, source) for one in order] + ([] if search is None else [search.order])
        self.default_order = default_order or self.order[0].name
        self.item_members = members(item, source)
        self.detail_members = members(detail, source)
        self.dimensions: Mapping[str, SQLColumnExpression[Any]] = (
            dimensions if isinstance(dimensions, Mapping) else {one: self.item_members[one] for one in dimensions}
        )
        self.parts, self.money = parts or {}, money or {}
        self.actions = edited(self.noun) if actions is None else actions
        self.listed, self.owners = listed, owners

    def filter_named(self, name: str) -> Filter:
        """The filter of that name."""
        return next(one for one in self.filters if one.name == name)

    def order_named(self, name: str) -> OrderKey:
        """The order key of that name."""
        return next(one for one in self.order if one.name == name)


def edited(noun: str) -> Mapping[str, ColumnElement[bool] | None]:
    """The actions of a plain record: edited in any state, deleted while nothing refers to it, where that can be told."""
    return {"edit": None, "delete": nothing_refers(noun) if noun in PARTS else None}


def _key(one: str | OrderKey, source: Any) -> OrderKey:
    if isinstance(one, OrderKey):
        return one
    column = getattr(source, one)
    return OrderKey(one, column, column.type)
