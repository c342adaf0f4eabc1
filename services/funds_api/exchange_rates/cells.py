"""Dates and numbers as spreadsheets, treasuries and central banks write them; what has two readings is not guessed.

Texts are cut to a fixed length first, so that no pattern works long on a hostile one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CELL_MAX = 40
"""No date and no rate is longer."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[ T]00:00(?::00(?:\.0{1,6})?)?Z?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ .-]([A-Za-z]{3,9})\.?[ .-](\d{4}|\d{2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_PLAIN = re.compile(r"\d+(\.\d+)?(E[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_GROUPED_POINT = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", re.ASCII)
_GROUPED_COMMA = re.compile(r"\d{1,3}([. ]\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"\d+,\d+(E[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)


def readings_of_date(text: str) -> tuple[date, ...]:
    """The dates that a text may mean: none, one, or two (`3/1/2026`).

    >>> readings_of_date("01-Mar-26"), readings_of_date("2026-03-01 00:00:00")
    ((datetime.date(2026, 3, 1),), (datetime.date(2026, 3, 1),))
    >>> [str(one) for one in readings_of_date("3/1/2026")]
    ['2026-01-03', '2026-03-01']
    """
    if len(text) > CELL_MAX:
        return ()
    if found := _ISO.fullmatch(text):
        return _dates((found[1], found[2], found[3]))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2].lower())
        return _dates((found[3], month, found[1])) if month else ()
    if found := _NUMERIC.fullmatch(text):
        day_first = (found[4], found[3], found[1])
        # with points the day comes first everywhere; with strokes it depends on the country
        return _dates(day_first) if found[2] == "." else _dates(day_first, (found[4], found[1], found[3]))
    return ()


def _dates(*stated: tuple[str, str | int, str]) -> tuple[date, ...]:
    found: dict[date, None] = {}
    for year, month, day in stated:
        try:
            found[date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))] = None
        except ValueError:
            continue
    return tuple(found)


@dataclass(frozen=True)
class Notation:
    """How a file writes its numbers, judged over all of them."""

    has_point: bool
    has_comma: bool
    groups_by_comma: bool

    def read(self, text: str) -> Decimal | None:
        """The number; None for what is none, or has two readings in this file."""
        text = _spaced(text)
        if len(text) > CELL_MAX or (self.has_point and self.has_comma and "," in text):
            return None
        if _PLAIN.fullmatch(text):
            return Decimal(text)
        if _GROUPED_POINT.fullmatch(text) or (self.groups_by_comma and _EITHER.fullmatch(text)):
            return Decimal(text.replace(",", ""))
        if _GROUPED_COMMA.fullmatch(text):
            return Decimal(text.replace(".", "").replace(" ", "").replace(",", "."))
        if self.has_comma and _COMMA.fullmatch(text):
            return Decimal(text.replace(",", "."))
        return None


def notation_of(texts: Iterable[str]) -> Notation:
    """How these numbers are written: `562,50` shows a decimal comma, `562.5` and `1,562.50` a decimal point.

    `1,562` alone shows neither: it is read as the others of the file are.
    """
    has_point = has_comma = groups = False
    for text in map(_spaced, texts):
        if len(text) > CELL_MAX:
            continue
        if _GROUPED_POINT.fullmatch(text):
            has_point = groups = True
        elif _GROUPED_COMMA.fullmatch(text) or (_COMMA.fullmatch(text) and not _EITHER.fullmatch(text)):
            has_comma = True
        elif "." in text and _PLAIN.fullmatch(text):
            has_point = True
    return Notation(has_point, has_comma, groups)


def _spaced(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")
