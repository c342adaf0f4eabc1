"""Files of separated columns: UN rates, ours, and the ECB's history and data portal; encoding and separator are found."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.funds_api.exchange_rates.published import ECB_DOCUMENT, UN_DOCUMENT, Row, unreadable
from shared.models.rate import RateSource

SEPARATORS = ("\t", ";", ",")
NO_RATE = frozenset({"", "N/A", "NA", "-"})
"""How the ECB writes that it published none for a currency on a day: the gap stays a gap."""

HEAD_LINES = 40
"""Where the columns begin at the latest: titles come before them."""

_CODE = re.compile(r"[A-Z]{3}")
Lines = Sequence[tuple[int, list[str]]]
"""The rows of a table with the numbers of their lines."""


@dataclass(frozen=True)
class Format:
    """A known layout: its name, as French calls it too, the columns by which people know it, how it is recognised and read."""

    name: str
    french: str
    columns: tuple[str, ...]
    starts: Callable[[list[str]], bool]
    read: Callable[[Lines], Iterator[Row]]


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: UTF-16 by its mark, else UTF-8, else Windows-1252."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), "UTF-16"
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "Windows-1252"


def table_rows(text: str) -> tuple[Format, str, Iterator[Row]]:
    """The format, the separator and the rows of a file of columns.

    Raises:
        UnreadableRates: it is in no known format; the two nearest are named with the first line that does not fit.
    """
    text = text.replace("\r\r\n", "\r\n")  # some servers end lines so: a blank line between any two
    for separator in SEPARATORS:
        head = _lines(text, separator, HEAD_LINES)
        for form in FORMATS:
            for place, (_, cells) in enumerate(head):
                if form.starts(cells):
                    return form, separator, form.read(_lines(text, separator)[place:])
    raise _unknown(text)


def _lines(text: str, separator: str, most: int | None = None) -> Lines:
    """The first lines, or all; of blank lines in a row one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[tuple[int, list[str]]] = []
    was_blank = False
    try:
        for cells in reader:
            is_blank = not cells
            if not (is_blank and was_blank):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(found) == most:
                break
            was_blank = is_blank
    except csv.Error:
        line = reader.line_num
        raise unreadable(
            f"La ligne {line} ne se découpe pas en colonnes : une cellule est trop longue ou ses guillemets ne se "
            "ferment pas.",
            f"Line {line} cannot be cut into columns: a cell is too long, or its quotation marks do not close.",
        ) from None
    return found


def _header(*columns: str) -> Callable[[list[str]], bool]:
    return lambda cells: set(columns) <= set(cells)


def _is_un_row(cells: list[str]) -> bool:
    """Country, currency, code, date, rate: recognised by its first row, since the heading varies."""
    dated, rated = (any(letter.isdigit() for letter in cell) for cell in (*cells[3:5], "", "")[:2])
    return len(cells) >= 5 and cells[2].isalpha() and (dated or rated)


def _is_ecb_history(cells: list[str]) -> bool:
    codes = [cell for cell in cells[1:] if cell]
    return bool(codes) and cells[0] == "Date" and all(_CODE.fullmatch(code) for code in codes)


def _un_rows(lines: Lines) -> Iterator[Row]:
    for number, cells in lines:
        if not any(cells):
            return  # notes come after a blank line
        country, _, code, on, value = (*cells, "", "", "", "")[:5]
        yield Row(number, RateSource.UNORE, "USD", code, on, value, UN_DOCUMENT, country)


def _records(lines: Lines) -> Iterator[tuple[int, dict[str, str]]]:
    names = lines[0][1]
    for number, cells in lines[1:]:
        if any(cells):
            yield number, {**dict.fromkeys(names, ""), **dict(zip(names, cells, strict=False))}


def _own_rows(lines: Lines) -> Iterator[Row]:
    for number, row in _records(lines):
        stated = (row["source"], row["base"], row["quote"], row["effective_on"], row["value"], row["document"])
        yield Row(number, *stated, reason=row.get("reason") or None)


def _short_rows(lines: Lines) -> Iterator[Row]:
    for number, row in _records(lines):
        stated = (row["currency"], row["eff_date"], row["units_per_usd"])
        yield Row(number, RateSource.UNORE, "USD", *stated, UN_DOCUMENT)


def _history_rows(lines: Lines) -> Iterator[Row]:
    codes = lines[0][1]
    for number, cells in lines[1:]:
        for code, value in zip(codes[1:], cells[1:], strict=False):
            if code and value not in NO_RATE:
                yield Row(number, RateSource.ECB, "EUR", code, cells[0], value, ECB_DOCUMENT)


def _portal_rows(lines: Lines) -> Iterator[Row]:
    for number, row in _records(lines):
        if row.get("FREQ", "D") == "D" and row["OBS_VALUE"] not in NO_RATE | {"NaN"}:
            stated = (row["CURRENCY_DENOM"], row["CURRENCY"], row["TIME_PERIOD"], row["OBS_VALUE"])
            yield Row(number, RateSource.ECB, *stated, ECB_DOCUMENT)


_OWN = ("source", "base", "quote", "value", "effective_on", "document")
_SHORT = ("currency", "eff_date", "units_per_usd")
_PORTAL = ("CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD", "OBS_VALUE")
FORMATS = (
    Format("our rates", "nos taux", _OWN, _header(*_OWN), _own_rows),
    Format("our UN rates", "nos taux de l'ONU", _SHORT, _header(*_SHORT), _short_rows),
    Format("ECB data portal", "portail de données de la BCE", _PORTAL, _header(*_PORTAL), _portal_rows),
    Format("ECB history", "historique de la BCE", ("Date", "USD", "JPY", "GBP"), _is_ecb_history, _history_rows),
    Format(
        "UN columns",
        "colonnes de l'ONU",
        ("Country", "Currency", "Code", "Effective Date", "Rate"),
        _is_un_row,
        _un_rows,
    ),
)


_SEPARATOR = re.compile(r"[\t;,]")


def _unknown(text: str) -> Exception:
    """The nearest formats, by the words that the first line shares with their columns."""
    number, line = next(
        ((place, one) for place, one in enumerate(text.splitlines()[:HEAD_LINES], 1) if one.strip()), (1, "")
    )
    if line.startswith("--") and "form-data" in text[:2000]:
        return unreadable(
            "Le fichier est emballé dans un formulaire (multipart/form-data) : envoyez-le seul, comme corps de la requête.",
            "The file is wrapped in a form (multipart/form-data): send it alone, as the body of the request.",
        )
    words = {cell.strip(' "').casefold() for cell in _SEPARATOR.split(line[:2000])}
    nearest = sorted(FORMATS, key=lambda form: -len(words & {name.casefold() for name in form.columns}))[:2]
    french, english = (
        " / ".join(f"{name} ({', '.join(form.columns)})" for name, form in zip(names, nearest, strict=True))
        for names in ([form.french for form in nearest], [form.name for form in nearest])
    )
    shown = line.strip()[:80]
    return unreadable(
        f"Format inconnu. Les plus proches : {french}. La première ligne qui n'y entre pas est la {number} : « {shown} ». "
        "Sont lus aussi les fichiers XML de l'ONU et de la BCE.",
        f"Unknown format. The nearest: {english}. The first line that does not fit is line {number}: '{shown}'. Read too are "
        "the XML files of the UN and the ECB.",
    )
