"""The reading routes of a declared resource: list, totals, detail; bytes pass from Postgres to the client."""

import json
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, create_model

from shared.auth import Principal
from shared.database import Reader
from shared.errors import Fault, Texts
from shared.fields import DecimalText
from shared.models.words import a_row, rows
from shared.pagination import LIMIT_MAX, decode_cursor, encode_cursor
from shared.permissions import Ownership, can
from shared.reading.resource import CALLER, Resource
from shared.reading.statements import Shape, detail_statement, list_statement, totals_statement
from shared.web.conditional import JSON_TYPE, conditional
from shared.web.exports.files import Export, Format, NotPlaced, TooManyRows, media_types, preferred
from shared.web.exports.separated import Separator
from shared.web.list_queries import PAGING, export_model, ordering_of, query_model, values_asked
from shared.web.moment import Asked, Moment
from shared.web.named import NothingNamed, named
from shared.web.parameters import refused
from shared.web.route import Caller, Reads, permission


class Page(BaseModel):
    """What every list answers: rows, the cursor of the next page, and their number where asked for."""

    items: list[Any]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null on the last.")
    total: int | None = Field(None, description="Rows that the filters keep, with `include=total`.")


class Totals(BaseModel):
    """Counts of the rows that the filters keep; those without a value of a dimension stand under `none`."""

    total: int
    by: dict[str, dict[str, int]] = Field(
        description="Number of rows by value; a row with several values of a dimension is counted under each."
    )
    sums: dict[str, DecimalText] | None = Field(
        None, description="Of rows that have an amount: the exact sum in each currency."
    )
    usd: DecimalText | None = Field(None, description="The sum in dollars of the amounts that are converted.")


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
    ordering = ordering_of(resource, query)
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


_WHOLE: Texts = {
    "fr": "Un fichier tient toute la liste ; ôtez ce paramètre, ou demandez application/json.",
    "en": "A file holds the whole list; drop this parameter, or ask for application/json.",
}


def refuse_pages(request: Request) -> None:
    """Refuse a page of a file.

    Raises:
        UnknownParameter: the request names one.
    """
    named_here = [name for name in ("limit", "cursor", "include") if name in request.query_params]
    if named_here:
        raise refused([Fault(name, _WHOLE, "whole_list") for name in named_here])


def add_resource_routes(routes: APIRouter, resource: Resource, detail: str | None = None) -> None:
    """Add list, totals and detail to a router; the models document what Postgres builds, and a test holds them to it.

    `detail` says what one row shows, in the contract, where that is more than the row.
    """
    may_read = permission(f"{resource.name}:read")
    ListQuery: Any = Annotated[query_model(resource, is_list=True), Query()]  # noqa: N806  (a type)
    ExportQuery: Any = Annotated[export_model(resource), Query()]  # noqa: N806
    TotalsQuery: Any = Annotated[query_model(resource, is_list=False), Query()]  # noqa: N806
    RowId: Any = Annotated[UUID, named(resource.noun)]  # noqa: N806
    operation, several = resource.name.replace("-", "_"), rows(resource.noun)["en"]
    page = create_model(f"{resource.item.__name__}Page", __base__=Page, items=(list[resource.item], ...))  # type: ignore[name-defined]

    @routes.get(
        "",
        response_model=page,
        summary=f"List {several}",
        name=f"list_{operation}",
        responses={200: {"content": {one: {} for one in media_types(resource)}}},
        openapi_extra={"x-noun": resource.noun},
    )
    @permission(f"{resource.name}:read", refuses=(TooManyRows,))
    async def list_rows(request: Request, query: ListQuery, moment: Asked, reads: Reads, caller: Caller) -> Response:
        """Filters combine with AND; the same ones work on totals. Pages follow a cursor, in any of the orders."""
        wanted = preferred(request.headers.get("accept", ""), resource)
        if wanted is not None:
            refuse_pages(request)
            return await export(request, wanted, query, moment=moment, reads=reads, caller=caller)
        body = await read_list(reads, resource, query, moment, caller)
        return Response(body, media_type=JSON_TYPE, headers={"Vary": "Accept"})

    @routes.get(
        ".{export_format}",
        response_class=Response,
        responses={200: {"content": {one: {} for one in media_types(resource)}, "description": "The file."}},
        summary=f"Export {several}",
        name=f"export_{operation}",
    )
    @permission(f"{resource.name}:read", refuses=(NotPlaced, TooManyRows))
    async def export_rows(
        *,
        request: Request,
        format_: Annotated[
            Format, Path(alias="export_format", description="csv, xlsx, or geojson where rows have places.")
        ],
        query: ExportQuery,
        moment: Asked,
        reads: Reads,
        caller: Caller,
    ) -> Response:
        """All rows that the filters keep, with the columns of the list; the same by `Accept` at the list's own address."""
        return await export(request, format_, query, moment=moment, reads=reads, caller=caller)

    async def export(
        request: Request, wanted: Format, query: Any, *, moment: Moment, reads: Reader, caller: Principal
    ) -> Response:
        async def page(cursor: str | None) -> bytes:
            asked = query.model_copy(update={"cursor": cursor, "limit": LIMIT_MAX, "include": None})
            return await read_list(reads, resource, asked, moment, caller)

        filters = {
            name: str(value) for name, value in query.model_dump(exclude_none=True).items() if name not in PAGING
        }
        separator: Separator = getattr(query, "separator", "comma")
        return await Export(resource, wanted, moment, page, separator, filters).answer(request, reads)

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
