"""A sheet of ours as it comes back: which column says what, what each row was when it was given out, what it says now."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.errors import Fault, InvalidInput
from shared.refusal import Refusal
from shared.workbooks.book import Book
from shared.workbooks.cells import Unread
from shared.workbooks.columns import Column

ID, OWNER, VERSION, GIVEN = "id", "of", "version", "as_given"
HIDDEN = (ID, OWNER, VERSION, GIVEN)
"""The hidden columns: which row it is, what it belongs to, that one's version, and a fingerprint of the cells as given out."""
FIRST_LINE = 3
"""The first row with content; before it stand the hidden row of pointers and the header."""


class NotOurWorkbook(Refusal, InvalidInput):
    """The hidden row or columns are missing, so that nobody can tell which cell says what of which row."""

    kind = "not-our-workbook"
    fr = "Ce fichier n'est pas un classeur de {book} téléchargé d'ici : sa première ligne, masquée, le dirait. Téléchargez-en un, et recopiez-y vos lignes."
    en = "This file is no workbook of {book} that was downloaded here: its first row, hidden, would say so. Download one and copy your rows into it."
    book: str


@dataclass(frozen=True)
class Line:
    """A row of the sheet."""

    number: int
    id: str | None
    owner: UUID | None
    version: int | None
    key: str | None
    values: Mapping[Column, Any]
    """What its cells say, of the columns that the file still has."""
    is_as_given: bool
    """Whether nobody edited it."""
    faults: Sequence[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """The rows, and in which column of the file each member stands (from 1)."""

    places: Mapping[str, int]
    lines: Sequence[Line]
    rows: Sequence[Sequence[Any]]
    """All cells, as they came."""

    def place(self, pointer: str) -> int | None:
        """The column of a pointer, or of the first member below it."""
        if pointer in self.places:
            return self.places[pointer]
        below = (at for one, at in self.places.items() if pointer and one.startswith(f"{pointer}/"))
        above = (at for one, at in self.places.items() if one != "/" and pointer.startswith(f"{one}/"))
        return next(below, next(above, None))


def marker(book: Book) -> str:
    """What the first cell of the hidden row says: of which kind the workbook is."""
    return f"djoliba {book.name} {ID}"


def fingerprint(values: Mapping[Column, Any]) -> str:
    """A fingerprint of what the cells of a row say."""
    said = {column.pointer: value for column, value in values.items() if value is not None}
    return digest(said)


def digest(value: Any) -> str:
    """The SHA-256 of a JSON value, in hexadecimal."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sheet_of(book: Book, rows: Sequence[Sequence[Any]]) -> Sheet:
    """The rows of a workbook that says something, each cell read or told as a fault.

    Raises:
        NotOurWorkbook: see there.
    """
    head = [str(cell) if cell is not None else "" for cell in rows[0]] if rows else []
    found = {one: at for at, one in enumerate(head) if one}
    names = {ID: marker(book), OWNER: OWNER, VERSION: VERSION, GIVEN: GIVEN}
    hidden = {name: found[said] for name, said in names.items() if said in found}
    columns = {one: found[one.pointer] for one in book.all_columns if one.pointer in found}
    if len(hidden) < len(names) or book.key not in columns:
        raise NotOurWorkbook(book.name)
    lines = []
    for number, row in enumerate(rows[FIRST_LINE - 1 :], FIRST_LINE):
        if any(at < len(row) and row[at] is not None for at in (hidden[ID], *columns.values())):
            lines.append(_line(number, row, hidden, columns))
    return Sheet({one.pointer: at + 1 for one, at in columns.items()}, lines, rows)


def _line(number: int, row: Sequence[Any], hidden: Mapping[str, int], columns: Mapping[Column, int]) -> Line:
    def cell(at: int) -> Any:
        return row[at] if at < len(row) else None

    faults: list[Fault] = []
    values: dict[Column, Any] = {}
    for column, at in columns.items():
        try:
            values[column] = column.read(cell(at))
        except Unread as unread:
            faults.append(Fault(column.pointer, unread.detail, "unread_cell", number, at + 1))
    key_column = next(iter(columns))
    version = cell(hidden[VERSION])
    return Line(
        number,
        _text(cell(hidden[ID])),
        _uuid(cell(hidden[OWNER])),
        version if isinstance(version, int) else None,
        _text(values.pop(key_column, None)),
        values,
        is_as_given=not faults and cell(hidden[GIVEN]) == fingerprint(values),
        faults=faults,
    )


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def _uuid(cell: Any) -> UUID | None:
    try:
        return None if cell is None else UUID(str(cell))
    except ValueError:
        return None
