"""A list as a workbook (Office Open XML): real dates and numbers, a header that stays, and what the codes mean."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from shared.web.exports.columns import Column

EXACT_DIGITS = 15
"""A spreadsheet keeps numbers as binary doubles, which hold this many decimal digits; longer ones are written as text."""
MOST_ROWS = 1_048_575
"""A sheet has 1,048,576 rows, its header among them."""
WIDEST = 60
_AS_TEXT = frozenset({"text", "several"})
_SAID = {
    "fr": ("Lignes", "Codes", "À propos", ("Énumération", "Code", "Français", "Anglais")),
    "en": ("Rows", "Codes", "About", ("Enumeration", "Code", "French", "English")),
}


class Workbook:
    """A workbook that rows are added to, written row by row (constant memory)."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, path: Path, columns: Sequence[Column], language: str, about: Sequence[tuple[str, str]]) -> None:
        self._columns, self._language, self._about = columns, language, about
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        rows, self._codes_name, self._about_name, self._codes_header = _SAID[language]
        self._sheet = self._book.add_worksheet(rows)
        self._sheet.freeze_panes(1, 1)
        for at, one in enumerate(columns):
            heading = one.heading(language)
            self._sheet.set_column(at, at, min(WIDEST, max(12, len(heading) + 2, 40 if "title" in one.path else 0)))
        for at, one in enumerate(columns):
            self._sheet.write_string(0, at, one.heading(language), self._bold)
        self._written = 0

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows."""
        for row in rows:
            self._written += 1
            for at, column in enumerate(self._columns):
                value = column.value(row, self._language)
                if value is None or value == "":
                    continue
                if column.kind in _AS_TEXT:
                    self._sheet.write_string(self._written, at, value)
                else:
                    self._write(at, column, value)

    def close(self) -> None:
        """Finish the file: filters over all rows, the codes, and what the file is."""
        self._sheet.autofilter(0, 0, max(1, self._written), max(0, len(self._columns) - 1))
        codes = self._book.add_worksheet(self._codes_name)
        for at, heading in enumerate(self._codes_header):
            codes.write_string(0, at, heading, self._bold)
        line = 0
        for words in dict.fromkeys(one.words for one in self._columns if one.words is not None):
            for value in words:
                line += 1
                cells = (words.called[self._language], value.value, value.words["fr"], value.words["en"])
                for at, cell in enumerate(cells):
                    codes.write_string(line, at, cell)
        about = self._book.add_worksheet(self._about_name)
        about.set_column(0, 1, 40)
        for at, (name, said) in enumerate(self._about):
            about.write_string(at, 0, name, self._bold)
            about.write_string(at, 1, said)
        self._book.close()

    def _write(self, at: int, column: Column, value: Any) -> None:
        line = self._written
        match column.kind:
            case "date":
                self._sheet.write_datetime(line, at, date.fromisoformat(value), self._date)
            case "instant":
                moment = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(line, at, moment, self._instant)
            case "yes":
                self._sheet.write_boolean(line, at, value)
            case "integer":
                self._sheet.write_number(line, at, value)
            case "number" if _is_exact(value):
                self._sheet.write_number(line, at, float(value))
            case _:
                self._sheet.write_string(line, at, str(value))


def _is_exact(text: str) -> bool:
    """Whether a spreadsheet shows the number as it is."""
    return len(text) <= EXACT_DIGITS or len(Decimal(text).normalize().as_tuple().digits) <= EXACT_DIGITS
