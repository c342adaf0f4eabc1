"""Opening a workbook or a CSV that somebody sends: what is hostile or too long is refused before it is read."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from shared.errors import InvalidInput
from shared.refusal import Refusal

MOST_ROWS = 1_000
"""A file is taken in by one transaction, which ends after ten seconds (`shared.database`); longer ones are split."""
MOST_COLUMNS = 200
MOST_BYTES = 20_000_000
"""Of all parts of a workbook together, unpacked."""
MOST_PARTS = 200

_CELL = re.compile(rb'<c\b[^>]{0,80}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_OLE = b"\xd0\xcf\x11\xe0"


class UnreadableFile(Refusal, InvalidInput):
    """The file is no workbook (.xlsx) and no CSV."""

    kind = "unreadable-file"
    fr = "Ce fichier ne se lit pas : {why_fr}"
    en = "This file cannot be read: {why_en}"
    why_fr: str
    why_en: str


def _refuse(fr: str, en: str) -> UnreadableFile:
    return UnreadableFile(fr, en)


def opened(content: bytes) -> Sequence[Sequence[Any]]:
    """The cells of the first sheet, row by row: text, numbers, dates, or None.

    Raises:
        UnreadableFile: it is too large, has macros or links to other files, or is neither workbook nor text.
    """
    if content.startswith(b"PK"):
        return _of_workbook(content)
    if content.startswith(_OLE):
        raise _refuse(
            "c'est un ancien classeur (.xls) ou un classeur chiffré ; enregistrez-le en .xlsx ou en CSV.",
            "it is an old workbook (.xls) or an encrypted one; save it as .xlsx or as CSV.",
        )
    return _of_text(content)


def _of_workbook(content: bytes) -> Sequence[Sequence[Any]]:
    _check_parts(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise _refuse("le classeur est abîmé.", "the workbook is damaged.") from error
    return _within([[_plain(cell) for cell in row] for row in rows])


def _check_parts(content: bytes) -> None:
    """Refuse before anything is unpacked: what a zip bomb, a macro or a link to elsewhere shows in its directory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise _refuse("le classeur est trop grand une fois ouvert.", "the workbook is too large once opened.")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise _refuse(
                    "le classeur contient des macros ; enregistrez-le en .xlsx.",
                    "the workbook has macros; save it as .xlsx.",
                )
            if any("externallinks/" in name.lower() for name in names):
                raise _refuse(
                    "le classeur renvoie à d'autres fichiers ; collez-y les valeurs.",
                    "the workbook links to other files; paste the values into it.",
                )
            for name in names:
                with archive.open(name) as part:  # a part that is longer than its entry says ends in BadZipFile
                    unpacked = part.read(MOST_BYTES + 1)
                if _SHEET.fullmatch(name):
                    _check_extent(unpacked)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refuse("le classeur est abîmé.", "the workbook is damaged.") from error


def _check_extent(sheet: bytes) -> None:
    """Refuse a sheet whose cells lie further out than those of any list of ours: opening would make all cells between them."""
    if len(sheet) > MOST_BYTES:  # the directory of the archive said less
        raise _refuse("le classeur est trop grand une fois ouvert.", "the workbook is too large once opened.")
    for column, row in _CELL.findall(sheet):
        if int(row) > MOST_ROWS + 20 or len(column) > 2:
            raise _too_long()


def _too_long() -> UnreadableFile:
    return _refuse(
        f"il a plus de {MOST_ROWS} lignes ou de {MOST_COLUMNS} colonnes ; partagez-le en plusieurs fichiers.",
        f"it has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns; split it into several files.",
    )


def _of_text(content: bytes) -> Sequence[Sequence[Any]]:
    if b"\0" in content:
        raise _refuse("ce n'est ni un classeur .xlsx ni un CSV.", "it is neither an .xlsx workbook nor a CSV.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text[:4096]
    separator = max(";,\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise _refuse("ce n'est pas un CSV.", "it is no CSV.") from error
    return _within([[cell.strip() or None for cell in row] for row in rows])


def _within(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    if len(rows) > MOST_ROWS + 20 or any(len(row) > MOST_COLUMNS for row in rows):
        raise _too_long()
    return rows


def _plain(cell: Any) -> Any:
    """A cell as this module's readers take it: an empty one is None, a duration or a time of day is text."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, bool | int | float | date) else str(cell)


def serial_date(number: float) -> date | None:
    """The day that a spreadsheet keeps as this number (1900 date system); None where it is no day of our time."""
    return date(1899, 12, 30) + timedelta(days=int(number)) if 20_000 <= number <= 80_000 else None
