"""Rates out of files as their publishers make them: UN operational rates (XML, tab-separated), ECB (XML), our CSV.

A file is read whole; whatever is wrong with it is named row by row, and then nothing of it is used.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from shared.domain.conversion import UnusableRate, usable_rate
from shared.errors import Fault, InvalidInput, Texts
from shared.models.rate import RateSource

UN_DOCUMENT = "United Nations Operational Rates of Exchange"
ECB_DOCUMENT = "ECB euro foreign exchange reference rates"
_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_ECB = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


class UnreadableRates(InvalidInput):
    """The file is in none of the formats, or some of its rows are wrong."""

    kind = "unreadable-rates"


@dataclass(frozen=True)
class PublishedRate:
    """One rate as printed: `value` units of `quote` for one `base`."""

    source: str
    base: str
    quote: str
    value: Decimal
    effective_on: date
    document: str
    reason: str | None = None

    @property
    def key(self) -> tuple[str, str, str, date]:
        """What may be held once."""
        return (self.source, self.base, self.quote, self.effective_on)


@dataclass(frozen=True)
class _Row:
    """A row of a file before it is believed: where it stands, whose it is, and its three texts."""

    line: int
    label: str
    source: str
    base: str
    quote: str
    effective_on: str
    value: str
    document: str
    reason: str | None = None


def parse_rates(content: bytes) -> list[PublishedRate]:
    """The rates of a file in any of the known formats, each once, in the file's order.

    Raises:
        UnreadableRates: naming every row that is wrong, or that disagrees with another one of its currency and date.
    """
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    rows = _xml_rows(content) if head == b"<" else _text_rows(_decoded(content))
    return _agreed(rows)


def _xml_rows(content: bytes) -> Iterable[_Row]:
    # a rates file has no use for entities, DTDs or the network; with them it could read files or fill the memory
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableRates(_sentence(f"XML illisible : {error}", f"unreadable XML: {error}")) from None
    if root.tag == "UN_OPERATIONAL_RATES_DATASET":
        return _un_xml_rows(root)
    if root.find(f".//{_ECB}[@time]") is not None:
        return _ecb_rows(root)
    raise UnreadableRates(_UNKNOWN)


def _un_xml_rows(root: etree._Element) -> Iterator[_Row]:
    for element in root.iterfind("UN_OPERATIONAL_RATES"):
        text = {child.tag: (child.text or "").strip() for child in element if isinstance(child.tag, str)}
        if text.get("f_curr_code") or text.get("rate"):
            yield _Row(
                _line(element),
                text.get("name", ""),
                RateSource.UNORE,
                "USD",
                text.get("f_curr_code", ""),
                text.get("eff_date", ""),
                text.get("rate", ""),
                UN_DOCUMENT,
            )


def _ecb_rows(root: etree._Element) -> Iterator[_Row]:
    for day in root.iterfind(f".//{_ECB}[@time]"):
        for element in day.iterfind(_ECB):
            yield _Row(
                _line(element),
                "",
                RateSource.ECB,
                "EUR",
                element.get("currency", ""),
                day.get("time", ""),
                element.get("rate", ""),
                ECB_DOCUMENT,
            )


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return line or 0


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # the UN's file as some of its servers send it


def _text_rows(text: str) -> Iterable[_Row]:
    lines = text.splitlines()
    first = lines[0] if lines else ""
    for header, read in _CSV_FORMATS.items():
        if set(header) <= set(next(csv.reader([first]), [])):
            return read(text)
    if any(line.count("\t") >= 4 for line in lines):
        return _un_text_rows(lines)
    raise UnreadableRates(_UNKNOWN)


def _un_text_rows(lines: list[str]) -> Iterator[_Row]:
    """Country, currency, code, date, rate, separated by tabs; a title before, notes after, blank lines between."""
    is_inside = False
    for number, line in enumerate(lines, 1):
        cells = [cell.strip().strip('"').strip() for cell in line.split("\t")]
        if len(cells) < 5 or not any(cells):
            if is_inside:
                return
            continue
        if not is_inside and not any(character.isdigit() for character in cells[4]):
            continue  # the title block and the heading of the columns
        is_inside = True
        yield _Row(number, cells[0], RateSource.UNORE, "USD", cells[2], cells[3], cells[4], UN_DOCUMENT)


def _full_csv_rows(text: str) -> Iterator[_Row]:
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        yield _Row(
            number,
            "",
            (row["source"] or "").strip(),
            (row["base"] or "").strip(),
            (row["quote"] or "").strip(),
            (row["effective_on"] or "").strip(),
            (row["value"] or "").strip(),
            (row["document"] or "").strip(),
            (row.get("reason") or "").strip() or None,
        )


def _short_csv_rows(text: str) -> Iterator[_Row]:
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        yield _Row(
            number,
            "",
            RateSource.UNORE,
            "USD",
            (row["currency"] or "").strip(),
            (row["eff_date"] or "").strip(),
            (row["units_per_usd"] or "").strip(),
            UN_DOCUMENT,
        )


_CSV_FORMATS: dict[tuple[str, ...], Callable[[str], Iterator[_Row]]] = {
    ("source", "base", "quote", "value", "effective_on", "document"): _full_csv_rows,
    ("currency", "eff_date", "units_per_usd"): _short_csv_rows,
}
"""Our own files: every column of a rate, or UN rates alone."""


def _agreed(rows: Iterable[_Row]) -> list[PublishedRate]:
    """One rate per currency and date: the UN prints one row per country, so XOF comes eight times and must agree."""
    agreed: dict[tuple[str, str, str, date], tuple[_Row, PublishedRate]] = {}
    faults: list[Fault] = []
    for row in rows:
        rate = _believed(row, faults)
        if rate is None or rate.base == rate.quote:  # the dollar's own row, 1.00
            continue
        earlier = agreed.setdefault(rate.key, (row, rate))
        if earlier[1].value != rate.value:
            faults.append(_disagreement(row, earlier[0]))
    if faults:
        raise UnreadableRates(
            _sentence(
                f"{len(faults)} ligne(s) du fichier sont fausses ; rien n'a été enregistré.",
                f"{len(faults)} row(s) of the file are wrong; nothing was recorded.",
            ),
            faults,
        )
    if not agreed:
        raise UnreadableRates(_sentence("Le fichier ne contient aucun taux.", "The file holds no rate."))
    return [rate for _, rate in agreed.values()]


def _believed(row: _Row, faults: list[Fault]) -> PublishedRate | None:
    before = len(faults)
    faults.extend(
        _fault(row, f"« {currency} » n'est pas une monnaie", f"'{currency}' is no currency")
        for currency in (row.base, row.quote)
        if not _CURRENCY.fullmatch(currency)
    )
    effective_on = _date(row.effective_on)
    if effective_on is None:
        said = row.effective_on
        faults.append(_fault(row, f"« {said} » n'est pas une date", f"'{said}' is not a date"))
    value = _value(row, faults)
    if row.source not in set(RateSource):
        faults.append(_fault(row, f"source « {row.source} » inconnue", f"unknown source '{row.source}'"))
    if len(faults) > before or effective_on is None or value is None:
        return None
    return PublishedRate(
        row.source, row.base, row.quote, value, effective_on, row.document or row.source, row.reason
    )


def _value(row: _Row, faults: list[Fault]) -> Decimal | None:
    if not _NUMBER.fullmatch(row.value):
        faults.append(_fault(row, f"« {row.value} » n'est pas un taux", f"'{row.value}' is not a rate"))
        return None
    try:
        return usable_rate(Decimal(row.value))
    except UnusableRate as error:
        faults.append(_fault(row, error.fr, error.en))
    return None


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d %b %Y", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a date without a time)
        except ValueError:
            continue
    return None


def _fault(row: _Row, fr: str, en: str) -> Fault:
    where = " ".join(part for part in (row.label, row.quote) if part)
    return Fault(
        f"/{row.line}", {"fr": f"{where} : {fr}.", "en": f"{where}: {en}."}, code="row", line=row.line
    )


def _disagreement(row: _Row, earlier: _Row) -> Fault:
    return _fault(
        row,
        f"{row.value} au {row.effective_on}, mais {earlier.value} à la ligne {earlier.line} ({earlier.label})",
        f"{row.value} on {row.effective_on}, but {earlier.value} on line {earlier.line} ({earlier.label})",
    )


def _sentence(fr: str, en: str) -> Texts:
    return {"fr": fr, "en": en}


_UNKNOWN = _sentence(
    "Format inconnu : sont lus les taux opérationnels de l'ONU (XML ou texte à tabulations), ceux de la BCE (XML) et "
    "nos CSV (source,base,quote,value,effective_on,document ou currency,eff_date,units_per_usd).",
    "Unknown format: read are the UN operational rates (XML or tab-separated), those of the ECB (XML), and our CSV "
    "(source,base,quote,value,effective_on,document or currency,eff_date,units_per_usd).",
)
