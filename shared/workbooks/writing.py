"""A workbook written out: to be edited, with drop-downs and locked references; or given back with its wrong cells marked."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from shared.errors import Fault
from shared.web.exports.workbook import EXACT_DIGITS
from shared.worded import Worded
from shared.workbooks.book import Book, Entry
from shared.workbooks.columns import Column
from shared.workbooks.sheet import FIRST_LINE, GIVEN, HIDDEN, OWNER, VERSION, Sheet, fingerprint, marker

NEW_ROWS = 200
"""Empty rows at the end that take new ones."""
_SHEETS = {"fr": ("Lignes", "Codes"), "en": ("Rows", "Codes")}
_WIDTHS: Mapping[str, int] = {"date": 12, "number": 18, "integer": 12, "yes": 8, "word": 22, "several": 30, "text": 30}
_FORMATS: Mapping[str, str] = {"date": "yyyy-mm-dd", "number": "#,##0.############"}
_ALLOWED = {
    "sort": True, "autofilter": True, "format_columns": True, "format_cells": True, "format_rows": True,
    "insert_rows": True, "delete_rows": True,
}  # fmt: skip


def given_out(book: Book, entries: Iterable[Entry], language: str) -> bytes:
    """The workbook of these rows."""
    columns = book.all_columns
    rows: list[list[Any]] = [
        [marker(book), OWNER, VERSION, GIVEN, *(one.pointer for one in columns)],
        [*HIDDEN, *(one.heading[language] for one in columns)],
    ]
    for entry in entries:
        values = {one: one.value(entry.content) for one in book.columns}
        cells = [one.shown(value, language) for one, value in values.items()]
        rows.append([entry.id, str(entry.owner), entry.version, fingerprint(values), entry.key, *cells])
    at = {one: place + len(HIDDEN) for place, one in enumerate(columns)}
    return _written(book, rows, at, language=language)


def given_back(book: Book, sheet: Sheet, faults: Sequence[Fault], language: str) -> bytes:
    """The cells as they came, each wrong one in red with what is wrong as its comment."""
    at = {one: sheet.places[one.pointer] - 1 for one in book.all_columns if one.pointer in sheet.places}
    marks: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        place = ((fault.line or FIRST_LINE) - 1, (fault.column or at[book.key] + 1) - 1)
        marks.setdefault(place, []).append(fault.detail[language])
    said = {place: "\n".join(dict.fromkeys(texts)) for place, texts in marks.items()}
    return _written(book, sheet.rows, at, language=language, marks=said)


def _written(
    book: Book,
    rows: Sequence[Sequence[Any]],
    at: Mapping[Column, int],
    *,
    language: str,
    marks: Mapping[tuple[int, int], str] | None = None,
) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as file:
        sheet = file.add_worksheet(_SHEETS[language][0])
        codes = file.add_worksheet(_SHEETS[language][1])
        listed = _codes(codes, (one.words for one in at if one.words is not None), language)
        _Page(file, sheet, at, {place: one for one, place in at.items()}).write(rows, marks or {})
        last = len(rows) + NEW_ROWS
        hidden = [place for place, name in enumerate(rows[0]) if name in {marker(book), OWNER, VERSION, GIVEN}]
        for place in hidden:
            sheet.set_column(place, place, 8, None, {"hidden": True})
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.freeze_panes(FIRST_LINE - 1, at[book.key] + 1)
        sheet.autofilter(1, 0, max(2, len(rows) - 1), len(rows[0]) - 1)
        sheet.protect("", _ALLOWED)
        for one, place in at.items():
            if (rule := _validation(one, listed)) is not None:
                sheet.data_validation(FIRST_LINE - 1, place, last, place, rule)
    return buffer.getvalue()


def _codes(sheet: Any, kinds: Iterable[type[Worded]], language: str) -> Mapping[type[Worded], str]:
    """Write each enumeration's words into a column of their own; where each stands, for drop-downs."""
    found = {}
    for place, words in enumerate(dict.fromkeys(kinds)):
        sheet.write_string(0, place, words.called[language])
        for line, value in enumerate(words, 1):
            sheet.write_string(line, place, value.words[language])
        column = xlsxwriter.utility.xl_col_to_name(place)
        found[words] = f"={sheet.get_name()}!${column}$2:${column}${len(words) + 1}"
    return found


def _validation(column: Column, listed: Mapping[type[Worded], str]) -> dict[str, Any] | None:
    if column.words is not None:
        return {"validate": "list", "source": listed[column.words]}
    if column.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": date(1960, 1, 1), "error_type": "warning"}
    if column.kind in {"number", "integer"}:
        return {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
    return None


class _Page:
    """The sheet of rows: each cell by its kind, locked where it is said once and stands."""

    def __init__(self, file: Any, sheet: Any, at: Mapping[Column, int], columns: Mapping[int, Column]) -> None:
        self._file, self._sheet, self._columns = file, sheet, columns
        self._made: dict[tuple[str, bool, bool], Any] = {}
        self._bold = file.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, place in at.items():
            sheet.set_column(place, place, _WIDTHS[column.kind], self._format(column, is_locked=False))

    def write(self, rows: Sequence[Sequence[Any]], marks: Mapping[tuple[int, int], str]) -> None:
        """Write all rows, the hidden one first; marks are comments by row and column, from 0."""
        ids = next((place for place, name in enumerate(rows[0]) if str(name or "").startswith("djoliba ")), 0)
        for number, row in enumerate(rows):
            has_id = number >= FIRST_LINE - 1 and ids < len(row) and row[ids] is not None
            for place, cell in enumerate(row):
                self._write(number, place, cell, has_id=has_id, is_wrong=(number, place) in marks)
        for (number, place), said in marks.items():
            if place >= len(rows[number]):
                self._write(number, place, None, has_id=False, is_wrong=True)
            self._sheet.write_comment(number, place, said, {"x_scale": 3, "y_scale": 1.5})

    def _write(self, number: int, place: int, cell: Any, *, has_id: bool, is_wrong: bool) -> None:
        column = self._columns.get(place)
        if number < FIRST_LINE - 1 or column is None:
            form = self._bold if number == 1 else None
        else:
            form = self._format(column, is_locked=has_id and column.is_fixed, is_wrong=is_wrong)
        if cell is None:
            self._sheet.write_blank(number, place, None, form)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(number, place, cell, form)
        elif isinstance(cell, date):
            self._sheet.write_datetime(number, place, cell, form)
        elif isinstance(cell, int | float | Decimal) and _is_exact(cell):
            self._sheet.write_number(number, place, float(cell), form)
        else:
            self._sheet.write_string(number, place, f"{cell:f}" if isinstance(cell, Decimal) else str(cell), form)

    def _format(self, column: Column, *, is_locked: bool, is_wrong: bool = False) -> Any:
        number = _FORMATS.get(column.kind, "")
        key = (number, is_locked, is_wrong)
        if key not in self._made:
            form: dict[str, Any] = {"locked": is_locked, "valign": "top"}
            form |= {"num_format": number} if number else {}
            form |= {"font_color": "#595959"} if is_locked else {}
            form |= {"bg_color": "#FFC7CE", "font_color": "#9C0006"} if is_wrong else {}
            self._made[key] = self._file.add_format(form)
        return self._made[key]


def _is_exact(number: float | Decimal) -> bool:
    """Whether a spreadsheet, which keeps doubles, keeps the number as it is."""
    return len(Decimal(str(number)).normalize().as_tuple().digits) <= EXACT_DIGITS
