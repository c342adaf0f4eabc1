"""The routes of a workbook: given out by the list's filters, tried, taken in, given back with its wrong cells marked."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from shared.auth import Principal
from shared.clock import today
from shared.database import Reader
from shared.errors import InvalidInput
from shared.models.words import rows
from shared.pagination import LIMIT_MAX
from shared.refusal import Refusal
from shared.web.dry_run import Tried as RolledBack
from shared.web.dry_run import is_dry_run
from shared.web.exports.workbook import Workbook
from shared.web.language import language_of
from shared.web.list_queries import workbook_model
from shared.web.moment import Moment
from shared.web.resource_routes import read_list
from shared.web.route import Caller, Reads, Unit, permission, router
from shared.workbooks.book import Book, Entry
from shared.workbooks.opening import MOST_ROWS, UnreadableFile
from shared.workbooks.refusals import ReasonMissing, SeenOtherwise, WorkbookRefused
from shared.workbooks.schemas import WorkbookTaken
from shared.workbooks.sheet import NotOurWorkbook
from shared.workbooks.standing import entries_by_owner
from shared.workbooks.taking import TRIED, take_workbook, try_workbook
from shared.workbooks.writing import given_back, given_out


class TooManyToEdit(Refusal, InvalidInput):
    """The list has more rows than a workbook that is taken in again may have."""

    kind = "too-many-to-edit"
    fr = "La liste a plus de {most} lignes, ce qu'un classeur à modifier peut tenir : filtrez-la."
    en = "The list has more than {most} rows, which a workbook to edit may hold: filter it."
    most: int = MOST_ROWS


_OPENED = (UnreadableFile, NotOurWorkbook)
File = Annotated[
    bytes,
    Body(media_type="application/octet-stream", description="The workbook (.xlsx) as it was downloaded and edited."),
]


def workbook_routes(book: Book, path: str, tag: str | None = None) -> APIRouter:
    """The router of a workbook; it is to stand before that of its list, whose rows are named by the same segment."""
    routes = router(path, tag or book.resource.name)
    ListQuery: Any = Annotated[workbook_model(book.resource, book.name), Query()]  # noqa: N806  (a type)
    several = rows(book.noun)["en"]

    @routes.get(
        "",
        response_class=Response,
        responses={200: {"content": {Workbook.media_type: {}}, "description": "The workbook."}},
        summary=f"Download a workbook to edit {several}",
        name=f"download_{book.name}_workbook",
    )
    @permission(f"{book.resource.name}:read", refuses=(TooManyToEdit,))
    async def download(request: Request, query: ListQuery, reads: Reads, caller: Caller) -> Response:
        """All rows that the list's filters keep, as they stand today: edit the cells, add rows at the end, send it back."""
        language = language_of(request.headers.get("accept-language"))
        entries = await _listed(reads, book, query, caller)
        content = await asyncio.to_thread(given_out, book, entries, language)
        return _file(content, f"{book.name}.xlsx", language)

    @routes.post("", summary=f"Take in an edited workbook of {several}", name=f"take_{book.name}_workbook")
    @permission(book.may_change, needs_key=True, refuses=(*_OPENED, WorkbookRefused, SeenOtherwise, ReasonMissing))
    async def take(
        request: Request,
        unit: Unit,
        content: File,
        seen: Annotated[
            str | None,
            Query(description="The `fingerprint` that the dry run answered: exactly those changes are made."),
        ] = None,
    ) -> WorkbookTaken:
        """All changes, with one reason (`X-Reason`), or none; try it first with `dry_run=true`. Again, it changes nothing."""
        language = language_of(request.headers.get("accept-language"))
        return await take_workbook(unit, book, content, seen=seen, is_dry=is_dry_run(request), language=language)

    @routes.post(
        "/marked",
        response_class=Response,
        responses={200: {"content": {Workbook.media_type: {}}, "description": "The workbook."}},
        summary=f"Mark what is wrong in an edited workbook of {several}",
        name=f"mark_{book.name}_workbook",
    )
    @permission(book.may_change, refuses=_OPENED)
    async def mark(request: Request, unit: Unit, content: File) -> Response:
        """The same rows, each wrong cell in red with what is wrong as its comment; nothing is recorded."""
        language = language_of(request.headers.get("accept-language"))
        unit.reason = unit.reason or TRIED
        tried = await try_workbook(unit, book, content)
        marked = await asyncio.to_thread(given_back, book, tried.sheet, tried.faults, language)
        raise RolledBack(_file(marked, f"{book.name}.xlsx", language))

    return routes


async def _listed(reads: Reader, book: Book, query: Any, caller: Principal) -> list[Entry]:
    """The rows of the workbook: those of the list's rows that its filters keep, in its order.

    Raises:
        TooManyToEdit: see there.
    """
    owners: list[UUID] = []
    cursor: str | None = None
    while True:
        asked = query.model_copy(update={"cursor": cursor, "limit": LIMIT_MAX, "include": None})
        page = json.loads(await read_list(reads, book.resource, asked, Moment(today(), None), caller))
        owners += [UUID(one["id"]) for one in page["items"]]
        if len(owners) > MOST_ROWS:
            raise TooManyToEdit
        cursor = page["next_cursor"]
        if cursor is None:
            break
    found = await entries_by_owner(reads, book, owners)
    entries = [entry for some in found.values() for entry in some]
    if len(entries) > MOST_ROWS:
        raise TooManyToEdit
    return entries


def _file(content: bytes, name: str, language: str) -> Response:
    return Response(
        content,
        media_type=Workbook.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
        },
    )
