"""Cells as people write them, each read into the value that a content takes, or told as unreadable."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.domain.lifecycle import State
from shared.errors import Texts
from shared.worded import Worded
from shared.workbooks.opening import serial_date


@dataclass(frozen=True)
class Unread(Exception):
    """A cell that has no reading, or more than one: it is told, never guessed."""

    detail: Texts


CURRENCIES: Mapping[str, str] = {
    "fcfa": "XOF", "f cfa": "XOF", "cfa": "XOF", "xof": "XOF", "franc cfa": "XOF", "francs cfa": "XOF",
    "usd": "USD", "$": "USD", "us$": "USD", "dollars": "USD", "dollar": "USD", "eur": "EUR", "€": "EUR", "euros": "EUR",
    "euro": "EUR",
}  # fmt: skip
"""What stands behind or before an amount, and the currency that it means in Mali."""
_MONEY = re.compile(r"([^0-9+-]{0,12})([0-9][0-9 .,'\u00a0\u202f]{0,30})([^0-9]{0,12})")
_SPACES = re.compile(r"[ '\u00a0\u202f]")
_MARKS = re.compile(r"[ .,'\u00a0\u202f]")
_OTHER = re.compile(r"[^a-z0-9]+")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def folded(text: str) -> str:
    """A text without accents, case and punctuation: what names are compared by."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHER.sub(" ", bare.lower()).strip()


def money(cell: Any) -> tuple[str, str | None]:
    """An amount as exact text, and its currency where the cell says it: `21 500 000 FCFA` is ("21500000", "XOF").

    Raises:
        Unread: it is no amount, or a separator may group thousands or begin decimals.
    """
    if isinstance(cell, bool):
        raise _unread("un montant", "an amount", cell)
    if isinstance(cell, int | float):
        return format(Decimal(str(cell)), "f"), None
    found = _MONEY.fullmatch(str(cell).strip())
    if found is None:
        raise _unread("un montant", "an amount", cell)
    said = next((word for word in (_word(found[1]), _word(found[3])) if word), "")
    if said and said not in CURRENCIES:
        raise _unread("un montant avec une monnaie connue", "an amount with a known currency", cell)
    currency = CURRENCIES.get(said)
    return _number(found[2], cell, has_decimals=currency != "XOF"), currency


def _word(text: str) -> str:
    return " ".join(text.lower().replace("\u00a0", " ").replace(".", " ").split())


def _number(text: str, cell: Any, *, has_decimals: bool) -> str:
    bare = _SPACES.sub("", text).rstrip(".,")
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        bare = bare.replace("," if last == "." else ".", "").replace(last, ".")
    elif len(marks) > 1 or (len(marks) == 1 and not has_decimals):
        bare = bare.replace(marks[0], "")
    elif len(marks) == 1:
        if len(bare.partition(marks[0])[2]) == 3:
            raise Unread({
                "fr": f"« {cell} » : milliers ou décimales ? Écrivez-le sans séparateur de milliers.",
                "en": f"'{cell}': thousands or decimals? Write it without a separator of thousands.",
            })  # fmt: skip
        bare = bare.replace(",", ".")
    try:
        return format(Decimal(bare), "f")
    except InvalidOperation as error:
        raise _unread("un montant", "an amount", cell) from error


def whole_number(cell: Any) -> int:
    """A count.

    Raises:
        Unread: it is none.
    """
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    bare = _MARKS.sub("", str(cell))
    if not (bare.isascii() and bare.isdigit()):
        raise _unread("un nombre entier", "a whole number", cell)
    return int(bare)


def day(cell: Any) -> str:
    """A date (ISO 8601), of a date cell, its serial number, or day/month/year as it is written in French.

    Raises:
        Unread: it is none.
    """
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool) and (found := serial_date(cell)):
        return found.isoformat()
    text = str(cell).strip()
    try:
        if written := _DAY.fullmatch(text):
            return date(int(written[3]), int(written[2]), int(written[1])).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        raise _unread("une date (jour/mois/année)", "a date (day/month/year)", cell) from error


def word(kind: type[Worded], cell: Any) -> str:
    """A code of an enumeration, from the code or from its word in either language.

    Raises:
        Unread: it is none of them.
    """
    said = folded(str(cell))
    for one in kind:
        if said in {folded(one.value), folded(one.words["fr"]), folded(one.words["en"])}:
            return str(one.value)
    listed = {language: ", ".join(one.words[language] for one in kind) for language in ("fr", "en")}
    raise Unread({
        "fr": f"« {cell} » n'est pas connu ; il y a : {listed['fr']}.",
        "en": f"'{cell}' is not known; there are: {listed['en']}.",
    })  # fmt: skip


def state(cell: Any) -> str:
    """A project's state."""
    return word(State, cell)


def _unread(fr: str, en: str, cell: Any) -> Unread:
    shown = str(cell)[:80]
    return Unread({"fr": f"« {shown} » n'est pas {fr}.", "en": f"'{shown}' is not {en}."})
