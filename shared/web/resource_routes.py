"""The reading routes of a declared resource: list, totals, detail; bytes pass from Postgres to the client."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from shared.auth import Principal
from shared.database import Reader
from shared.fields import DateText
from shared.models.words import a_row, rows
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.permissions import Ownership, can
from shared.reading.filters import Filter
from shared.reading.resource import CALLER, Resource
from shared.reading.search import RELEVANCE
from shared.reading.statements import Shape, detail_statement, list_statement, totals_statement
from shared.sentences import refusal
from shared.web.conditional import JSON_TYPE, conditional
from shared.web.moment import Asked, Moment
from shared.web.named import NothingNamed, named
from shared.web.route import Caller, Reads, permission
from shared.worded import Worded


class Page(BaseModel):
    """What every list answers: rows, the cursor of the next page, and their number where asked for."""

    items: list[Any]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null on the last.")
    total: int | None = Field(None, description="Rows that the filters keep, with `include=total`.")


class Totals(BaseModel):
    """Counts of the rows that the filters keep; those without a value of a dimension stand under `none`."""

    total: int
    by: dict[str, dict[str, int]]


_PARAMETER_TYPES: Mapping[type, Any] = {list: str, date: DateText}
"""What a filter's values are written as: a list with commas, a date as a date (pydantic takes numbers for one)."""


def parameter(one: Filter) -> tuple[Any, Any]:
    """A filter as a query parameter: its type, and what the contract says of it."""
    kind: Any = _PARAMETER_TYPES.get(one.kind, one.kind)
    text = one.description + (" Several, separated by commas." if one.kind is list else "")
    if one.among is not None:
        kind = Annotated[kind, AfterValidator(partial(_refuse_others, frozenset(one.among)))]
    examples = None if one.among is None else [str(next(iter(one.among)))]
    told: dict[str, Any] = {} if one.names is None else {"x-refers-to": one.names}
    if isinstance(one.among, type) and issubclass(one.among, Worded):
        told["x-enumeration"] = one.among.key
    return (kind | None, Field(None, description=text, examples=examples, json_schema_extra=told or None))


def _refuse_others(known: frozenset[str], value: str) -> str:
    """The value as it is, of which every part between commas must be known."""
    for part in value.split(","):
        if part and part not in known:
            raise refusal(
                "value_unknown",
                "« {given} » n'existe pas ici ; il y a : {known_in_french}.",
                "'{given}' does not exist here; there are: {known}.",
                given=part[:40],
                known=", ".join(f"'{one}'" for one in sorted(known)),
                known_in_french=", ".join(f"« {one} »" for one in sorted(known)),
            )
    return value


def _ordering_text(resource: Resource) -> str:
    plain = f"A minus sorts descending; `{resource.default_order}` by default"
    if RELEVANCE not in {key.name for key in resource.order}:
        return f"{plain}."
    return f"{plain}, and `{RELEVANCE}` (the best first) with `q`, without which it means nothing."


def _ordering(resource: Resource, query: Any) -> str:
    """The order asked for; that of a search is relevance, and nothing else has any."""
    is_search = getattr(query, "q", None) is not None
    asked: str = query.ordering or (RELEVANCE if is_search else resource.default_order)
    return asked if is_search or asked.removeprefix("-") != RELEVANCE else resource.default_order


def _query_model(resource: Resource, *, is_list: bool) -> type[BaseModel]:
    fields: dict[str, Any] = {one.name: parameter(one) for one in resource.filters}
    if is_list:
        keys = [key.name for key in resource.order]
        orderings = Literal[tuple(keys + [f"-{key}" for key in keys])]  # type: ignore[valid-type]
        fields["limit"] = (int, Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX))
        fields["cursor"] = (str | None, Field(None, description="The `next_cursor` of the page before."))
        fields["ordering"] = (orderings | None, Field(None, description=_ordering_text(resource)))
        fields["include"] = (Literal["total"] | None, Field(None, description="`total` counts all rows."))
    name = f"{resource.name.title().replace('-', '')}{'List' if is_list else 'Totals'}Query"
    return create_model(name, __config__=ConfigDict(extra="ignore"), **fields)


def values_asked(filters: Iterable[Filter], query: BaseModel) -> dict[str, Any]:
    """What a query gives for each of these filters, where it gives anything."""
    given = {}
    for one in filters:
        value = getattr(query, one.name)
        if value is not None:
            given[one.name] = [part for part in value.split(",") if part] if one.kind is list else value
    return given


def _offered(resource: Resource, permitted: Iterable[str]) -> list[str]:
    """Of what a caller is permitted, what there is a route for; the row's state has its say in the statement."""
    return [action for action in permitted if action in resource.actions]


def _rights(resource: Resource, caller: Principal) -> dict[str, str | None]:
    own = Ownership(frozenset({caller.sponsor}) if caller.sponsor else frozenset())
    return {
        "can": json.dumps(_offered(resource, can(caller, resource.name, Ownership()))),
        "can_own": json.dumps(_offered(resource, can(caller, resource.name, own))),
        "section": caller.sponsor,
        CALLER.key: caller.subject,
    }


async def read_list(pool: Reader, resource: Resource, query: Any, moment: Moment, caller: Principal) -> bytes:
    """One page of a resource as JSON bytes.

    Raises:
        InvalidInput: the cursor is not one of this list in this order.
    """
    given = values_asked(resource.filters, query)
    ordering = _ordering(resource, query)
    shape = Shape(frozenset(given), ordering, query.cursor is not None, query.include == "total")
    statement = list_statement(resource, shape)
    values: dict[str, Any] = {f"f_{name}": value for name, value in given.items()}
    if query.cursor is not None:
        values["cursor_key"], values["cursor_id"] = decode_cursor(query.cursor, ordering)
    asked = statement.asked(limit=query.limit, **moment.bound, **_rights(resource, caller), **values)
    row = await pool.fetchrow(*asked)
    following = json.dumps(encode_cursor(ordering, row["last_key"], row["last_id"])) if row["more"] else "null"
    total = f',"total":{row["total"]}' if shape.is_counted else ""
    return f'{{"items":{row["items"]},"next_cursor":{following}{total}}}'.encode()


async def read_totals(pool: Reader, resource: Resource, query: Any, moment: Moment) -> bytes:
    """Counts of a resource's rows as JSON bytes."""
    given = values_asked(resource.filters, query)
    statement = totals_statement(resource, frozenset(given))
    values = {f"f_{name}": value for name, value in given.items()}
    body: str = await pool.fetchval(*statement.asked(**moment.bound, **values))
    return body.encode()


async def read_detail(
    pool: Reader, resource: Resource, row_id: UUID, moment: Moment, caller: Principal
) -> tuple[int, bytes]:
    """One row: its version, and its JSON bytes.

    Raises:
        NothingNamed: there was no such row then.
    """
    statement = detail_statement(resource)
    values = {**moment.bound, **_rights(resource, caller), "row_id": row_id}
    row = await pool.fetchrow(*statement.asked(**values))
    if row is None:
        raise NothingNamed(resource.noun, row_id)
    return row["version"], row["body"].encode()


def add_resource_routes(routes: APIRouter, resource: Resource, detail: str | None = None) -> None:
    """Add list, totals and detail to a router; the models document what Postgres builds, and a test holds them to it.

    `detail` says what one row shows, in the contract, where that is more than the row.
    """
    may_read = permission(f"{resource.name}:read")
    ListQuery: Any = Annotated[_query_model(resource, is_list=True), Query()]  # noqa: N806  (a type)
    TotalsQuery: Any = Annotated[_query_model(resource, is_list=False), Query()]  # noqa: N806
    RowId: Any = Annotated[UUID, named(resource.noun)]  # noqa: N806
    operation, several = resource.name.replace("-", "_"), rows(resource.noun)["en"]
    page = create_model(f"{resource.item.__name__}Page", __base__=Page, items=(list[resource.item], ...))  # type: ignore[name-defined]

    @routes.get(
        "",
        response_model=page,
        summary=f"List {several}",
        name=f"list_{operation}",
        openapi_extra={"x-noun": resource.noun},
    )
    @may_read
    async def list_rows(query: ListQuery, moment: Asked, reads: Reads, caller: Caller) -> Response:
        """Filters combine with AND; the same ones work on totals. Pages follow a cursor, in any of the orders."""
        return Response(await read_list(reads, resource, query, moment, caller), media_type=JSON_TYPE)

    @routes.get("/totals", response_model=Totals, summary=f"Count {several}", name=f"count_{operation}")
    @may_read
    async def count_rows(query: TotalsQuery, moment: Asked, reads: Reads) -> Response:
        """Counts of what the list with the same filters shows."""
        return Response(await read_totals(reads, resource, query, moment), media_type=JSON_TYPE)

    @routes.get(
        f"/{{{resource.noun}}}",
        response_model=resource.detail,
        summary=detail or f"Read {a_row(resource.noun)['en']}",
        name=f"read_{resource.noun}",
    )
    @may_read
    async def read_row(request: Request, row_id: RowId, moment: Asked, reads: Reads, caller: Caller) -> Response:
        """By id or reference. `If-None-Match` with the ETag answers 304 when nothing changed."""
        version, body = await read_detail(reads, resource, row_id, moment, caller)
        return conditional(request, body, version=version)
