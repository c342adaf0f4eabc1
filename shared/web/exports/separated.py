"""A list as CSV (RFC 4180): UTF-8, and on request as spreadsheets of French-speaking offices open it."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO

from shared.web.exports.columns import Column

Separator = Literal["comma", "semicolon"]
FORMULA = re.compile(r"^[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would compute (OWASP, CSV injection)."""
_NUMBER = re.compile(r"^-?[0-9]+([.,][0-9]+)?$")


class Separated:
    """A CSV file that rows are added to.

    With the semicolon it begins with a byte order mark and decimals have a comma: what a French Excel expects.
    """

    media_type = "text/csv; charset=utf-8"

    def __init__(self, path: Path, columns: Sequence[Column], language: str, separator: Separator) -> None:
        self._columns, self._language = columns, language
        self._has_commas = separator == "semicolon"
        self._file: TextIO = path.open("w", encoding="utf-8-sig" if self._has_commas else "utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=";" if self._has_commas else ",")
        self._writer.writerow([one.heading(language) for one in columns])

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows."""
        self._writer.writerows([self._cell(one, row) for one in self._columns] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _cell(self, column: Column, row: Mapping[str, Any]) -> str:
        value = column.value(row, self._language)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if column.kind == "number" and self._has_commas:
            return str(value).replace(".", ",")
        return inert(str(value))


def inert(text: str) -> str:
    """A text that no spreadsheet computes: an apostrophe stands before what would be a formula; numbers stay."""
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.match(text) else text
