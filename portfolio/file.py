"""Reads a portfolio file line by line; everything wrong with a line is a fault with its line and column."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, BinaryIO

from pydantic import ValidationError

from portfolio.columns import Layout, deeper_than, layout
from services.funds_api.imports.schemas import ROWS as FUNDS_ROWS
from services.projects_api.imports.schemas import ROWS as PROJECTS_ROWS
from services.reporting_worker.imports.schemas import ROWS as REPORTING_ROWS
from shared.errors import Fault, Texts
from shared.portfolio import Row
from shared.settings import Service
from shared.web.problems import faults_of

MODELS: Mapping[str, type[Row]] = {**PROJECTS_ROWS, **FUNDS_ROWS, **REPORTING_ROWS}
"""The model of every type of row."""

OWNERS: Mapping[str, Service] = {
    **dict.fromkeys(PROJECTS_ROWS, "projects"),
    **dict.fromkeys(FUNDS_ROWS, "funds"),
    **dict.fromkeys(REPORTING_ROWS, "reporting"),
}
"""The service that imports each type of row."""

DEPTH_MAX = 16
"""No row nests deeper than a few levels; more is an attack or a mistake."""

LINE_BYTES_MAX = 2**20
"""The longest row that anybody needs has a few kilobytes; a longer one is a file in another format."""

SourceLine = tuple[str, int, str]
"""Name of the file, number of the line from 1, text."""


@dataclass
class FileRow:
    """A line that is a JSON object of a known type; `model` is None where its members are refused."""

    file: str
    line: int
    text: str
    type: str
    raw: Mapping[str, Any]
    model: Row | None = None
    _layout: Layout | None = field(default=None, repr=False)

    def fault(self, pointer: str, detail: Texts, code: str) -> "LineFault":
        """A fault at a value of this row."""
        if self._layout is None:
            self._layout = layout(self.text)
        return LineFault(self.file, Fault(pointer, detail, code, self.line, self._layout.column(pointer)))


@dataclass(frozen=True)
class LineFault:
    """A fault with the file that it stands in."""

    file: str
    fault: Fault


def _raw_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file, one at a time; None for one that is too long, which is skipped without being held."""
    while raw := file.readline(LINE_BYTES_MAX + 1):
        if len(raw) <= LINE_BYTES_MAX or raw.endswith(b"\n"):
            yield raw.rstrip(b"\n")
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(LINE_BYTES_MAX)
        yield None


def lines_of(name: str, file: BinaryIO) -> Iterator[SourceLine | LineFault]:
    """The lines of a file that are not blank, one at a time; a fault for each that is not UTF-8 or too long."""
    for number, raw in enumerate(_raw_lines(file), 1):
        if raw is None:
            yield _fault(
                (name, number, 1),
                "line_too_long",
                f"Cette ligne dépasse {LINE_BYTES_MAX // 2**20} Mio ; une ligne est un seul objet.",
                f"This line exceeds {LINE_BYTES_MAX // 2**20} MiB; a line is one object.",
            )
            continue
        content = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        try:
            text = content.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError as error:
            column = len(content[: error.start].decode("utf-8", "replace")) + 1
            yield _fault(
                (name, number, column), "encoding", "Cette ligne n'est pas de l'UTF-8.", "This line is not UTF-8."
            )
            continue
        if text.strip():
            yield name, number, text


def read_row(source: SourceLine) -> tuple[FileRow | None, list[LineFault]]:
    """The row of a line, checked on its own, and every fault found; no row where its type is not known."""
    name, number, text = source
    raw, repeats, fault = _parse(source)
    if fault is not None:
        return None, [fault]
    if not isinstance(raw, dict):
        return None, [
            _fault((name, number, 1), "not_an_object", "Une ligne est un objet JSON.", "A line is a JSON object.")
        ]
    kind = raw.get("type")
    row = FileRow(name, number, text, str(kind), raw)
    if not isinstance(kind, str) or kind not in MODELS:
        return None, [row.fault("/type", _unknown_type(kind), "unknown_type")]
    faults = [row.fault(*one) for one in _hidden_faults(row, has_repeats=repeats)]
    if not faults:
        faults = _validate(row)
    return row, faults


def read_again(name: str, number: int, text: str) -> FileRow:
    """The row of a line that was found to be an object of a known type; without its model where it was refused."""
    raw = json.loads(text)
    row = FileRow(name, number, text, raw["type"], raw)
    _validate(row)
    return row


def _parse(source: SourceLine) -> tuple[Any, bool, LineFault | None]:
    """The value of a line, whether a member stands twice in an object of it, and what hinders reading it."""
    name, number, text = source
    repeats = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        value = dict(pairs)
        repeats |= len(value) != len(pairs)
        return value

    if (column := deeper_than(text, DEPTH_MAX)) is not None:
        french, english = (
            f"Cette ligne a plus de {DEPTH_MAX} niveaux.",
            f"This line nests deeper than {DEPTH_MAX} levels.",
        )
        return None, repeats, _fault((name, number, column), "too_deep", french, english)
    try:
        return (json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=members), repeats, None)
    except json.JSONDecodeError as error:
        column = error.pos + 1
        said = error.msg
        if text[error.pos : error.pos + 1] == "\x00":
            said = "the NUL character cannot be stored"
    except ValueError as error:
        column, said = 1, str(error)
    french, english = f"Ce n'est pas du JSON : {said}.", f"This is not JSON: {said}."
    return None, repeats, _fault((name, number, column), "json_invalid", french, english)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")


def _unknown_type(kind: Any) -> Texts:
    near = get_close_matches(str(kind), MODELS, 1)
    if near:
        return {
            "fr": f"Le type « {kind} » n'existe pas ; peut-être « {near[0]} ».",
            "en": f"There is no type '{kind}'; perhaps '{near[0]}'.",
        }
    known = ", ".join(MODELS)
    return {
        "fr": f"Le type « {kind} » n'existe pas ; sont connus : {known}.",
        "en": f"There is no type '{kind}'; known are: {known}.",
    }


def _hidden_faults(row: FileRow, *, has_repeats: bool) -> Iterator[tuple[str, Texts, str]]:
    """What JSON allows and we do not: a member that stands twice, NUL characters, half of a surrogate pair."""
    if has_repeats:
        for pointer, _ in layout(row.text).repeated:
            yield (pointer, {"fr": "Ce champ est donné deux fois.", "en": "This field is given twice."}, "repeated")
    if "\\u" in row.text:
        for pointer, value in walk(row.raw):
            if isinstance(value, str) and ("\x00" in value or (not value.isascii() and _is_broken(value))):
                yield (
                    pointer,
                    {
                        "fr": "Ce texte contient un caractère qui ne peut pas être enregistré (NUL ou demi-codet).",
                        "en": "This text holds a character that cannot be stored (NUL or half of a surrogate pair).",
                    },
                    "bad_character",
                )


def _is_broken(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a row with its JSON pointer, the row itself first."""
    yield pointer, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{pointer}/{index}")


def _validate(row: FileRow) -> list[LineFault]:
    model = MODELS[row.type]
    members = row.raw if "type" in model.model_fields else {k: v for k, v in row.raw.items() if k != "type"}
    try:
        row.model = model.model_validate(members)
    except ValidationError as error:
        found = faults_of(error.errors(include_url=False))
        return [row.fault(one.pointer, one.detail, one.code) for one in found]
    return []


def _fault(place: tuple[str, int, int], code: str, french: str, english: str) -> LineFault:
    """A fault of a whole line: file, line, column, then code and sentences."""
    file, line, column = place
    return LineFault(file, Fault("", {"fr": french, "en": english}, code, line, column))
