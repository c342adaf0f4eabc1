"""A whole list written to a file, page by page, in memory that does not grow with it; then sent and removed."""

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from shared.clock import now
from shared.database import Reader
from shared.errors import InvalidInput
from shared.reading.resource import Resource
from shared.refusal import Refusal
from shared.web.exports.columns import Column, columns_of
from shared.web.exports.features import Features, is_placed, spots
from shared.web.exports.separated import Separated, Separator
from shared.web.exports.workbook import MOST_ROWS, Workbook
from shared.web.language import language_of
from shared.web.moment import Moment
from shared.web.negotiation import JSON_TYPE, preferred_of

Page = Callable[[str | None], Awaitable[bytes]]
"""A page of the list as JSON bytes, after the cursor."""


PIECE = 1 << 16
"""Bytes that are sent at a time."""


class Format(StrEnum):
    """What a list is exported as: the end of its address."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv",
    Format.XLSX: Workbook.media_type,
    Format.GEOJSON: Features.media_type,
}


class NotPlaced(Refusal, InvalidInput):
    """The list has no places, so that it is no map."""

    kind, at = "not-placed", "/export_format"
    fr = "Ces lignes n'ont pas de lieu : demandez csv ou xlsx."
    en = "These rows have no place: ask for csv or xlsx."


class TooManyRows(Refusal, InvalidInput):
    """A sheet cannot hold the list."""

    kind, at = "too-many-rows", "/export_format"
    fr = "Une feuille tient {most} lignes et la liste en a plus : filtrez-la, ou demandez csv."
    en = "A sheet holds {most} rows and the list has more: filter it, or ask for csv."
    most: int = MOST_ROWS


class _Written(Protocol):
    def add(self, rows: Sequence[Mapping[str, Any]]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Export:
    """What is exported, and for whom."""

    resource: Resource
    format: Format
    moment: Moment
    page: Page
    separator: Separator = "comma"
    filters: Mapping[str, str] = field(default_factory=dict)

    async def answer(self, request: Request, reads: Reader) -> Response:
        """The file; nothing is sent before all of it is written, so that a failure is told and no half file is taken for one.

        Raises:
            NotPlaced: see there.
            TooManyRows: see there.
        """
        if getattr(request.state, "is_judged_only", False):
            return Response()
        language = language_of(request.headers.get("accept-language"))
        columns = columns_of(self.resource.item)
        if self.format is Format.GEOJSON and not is_placed(columns):
            raise NotPlaced
        where = await spots(reads) if self.format is Format.GEOJSON else {}
        handle, name = tempfile.mkstemp(prefix="djoliba-export-")
        path = Path(name)
        try:
            await self._write(lambda: self._file(path, columns, language, where))
            written = os.open(path, os.O_RDONLY)
        finally:
            os.close(handle)
            await asyncio.to_thread(path.unlink)  # it lives on as long as it is being sent, and no longer
        return StreamingResponse(
            _pieces(written),
            media_type=MEDIA_TYPES[self.format] + ("; charset=utf-8" if self.format is Format.CSV else ""),
            headers={
                "Content-Disposition": f'attachment; filename="{self._name()}"',
                "Content-Length": str(os.fstat(written).st_size),
                "Content-Language": language,
                "Vary": "Accept, Accept-Language",
                "Cache-Control": "no-store",
            },
        )

    def _name(self) -> str:
        return f"{self.resource.name}-{self.moment.as_of.isoformat()}.{self.format}"

    async def _write(self, begun: Callable[[], Any]) -> None:
        file: _Written = await asyncio.to_thread(begun)
        try:
            cursor: str | None = None
            count = 0
            while True:
                cursor, added = await asyncio.to_thread(_added, file, await self.page(cursor))
                count += added
                if self.format is Format.XLSX and count > MOST_ROWS:
                    raise TooManyRows
                if cursor is None:
                    return
        finally:
            await asyncio.to_thread(file.close)  # a workbook is packed when it is closed, which takes long

    def _file(self, path: Path, columns: Sequence[Column], language: str, where: Any) -> Any:
        match self.format:
            case Format.CSV:
                return Separated(path, columns, language, self.separator)
            case Format.XLSX:
                return Workbook(path, columns, language, self._about(language))
        return Features(path, columns, language, where)

    def _about(self, language: str) -> list[tuple[str, str]]:
        """What the file is: of which list, as of when, as known when, with which filters, and when it was made."""
        known_at = self.moment.known_at
        said = {
            "fr": ("Liste", "À la date du", "Comme on le savait le", "Fait le"),
            "en": ("List", "As of", "As known at", "Made at"),
        }[language]
        made = now().isoformat(timespec="seconds")
        values = (
            self.resource.name, self.moment.as_of.isoformat(), known_at.isoformat() if known_at else made, made,
        )  # fmt: skip
        return [*zip(said, values, strict=True), *self.filters.items()]


def media_types(resource: Resource) -> Sequence[str]:
    """What a list can be exported as: a map where its rows have places."""
    is_map = is_placed(columns_of(resource.item))
    return [media_type for one, media_type in MEDIA_TYPES.items() if is_map or one is not Format.GEOJSON]


def _added(file: _Written, page: bytes) -> tuple[str | None, int]:
    found = json.loads(page)
    file.add(found["items"])
    return found["next_cursor"], len(found["items"])


def preferred(accept: str, resource: Resource) -> Format | None:
    """The file that an Accept header prefers to JSON, of those that the list can be had as; None for JSON."""
    best = preferred_of(accept, [JSON_TYPE, *media_types(resource)])
    return next((one for one, media_type in MEDIA_TYPES.items() if media_type == best), None)


def _pieces(written: int) -> Iterator[bytes]:
    """The bytes of an open file, which is closed at the end, or when nobody reads on."""
    with os.fdopen(written, "rb") as file:
        while piece := file.read(PIECE):
            yield piece
