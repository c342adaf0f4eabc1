"""Rates out of files as their publishers make them and as spreadsheets save them again.

What is wrong is named row by row. Rows of currencies that nothing uses are skipped and named; one of a currency in use
refuses the file.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from services.funds_api.exchange_rates.cells import CELL_MAX, Notation, notation_of, readings_of_date
from services.funds_api.exchange_rates.published import PrintedRate, PublishedRate, RateFile, UnreadableRates, key_of
from services.funds_api.exchange_rates.tables import decoded, table_rows
from services.funds_api.exchange_rates.xml_files import xml_rows
from shared.domain.conversion import UnusableRate, usable_rate
from shared.domain.notation import day
from shared.errors import Fault
from shared.models.rate import RateSource
from shared.sentences import sentence

_CURRENCY = re.compile(r"[A-Z]{3}")
WORDS_MAX = 1000
ROWS_JUDGED = 1000
"""After so many wrong rows no more are read: the file is another one, or was spoilt as a whole."""
IsUsed = Callable[[str], bool]


def parse_rates(content: bytes, is_used: IsUsed = lambda _: True) -> RateFile:
    """The rates of a file in any of the known formats, each once, in the file's order.

    Args:
        content: the file.
        is_used: whether something uses a currency, so that its rows must be right.

    Raises:
        UnreadableRates: it is in no known format, holds no rate, or rows of currencies in use are wrong.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        name, encoding, rows = xml_rows(content)
        rates, skipped = _agreed(list(rows), is_used)
        return RateFile(rates, name, encoding, None, skipped)
    text, encoding = decoded(content)
    form, separator, rows = table_rows(text)
    rates, skipped = _agreed(list(rows), is_used)
    return RateFile(rates, form.name, encoding, separator, skipped)


def _agreed(rows: Iterable[PrintedRate], is_used: IsUsed) -> tuple[list[PublishedRate], list[Fault]]:
    """One rate per currency and date: the UN prints one row per country, so XOF comes eight times and must agree."""
    rows = list(rows)
    notation = notation_of(row.value for row in rows)
    agreed: dict[tuple[object, ...], tuple[PrintedRate, PublishedRate]] = {}
    disputed = set()
    faults: dict[bool, list[Fault]] = {True: [], False: []}
    wrong_rows = 0
    for row in rows:
        wrong, rate = _believed(row, notation)
        if rate is not None and rate.base != rate.quote:  # the dollar's own row, 1.00
            first, held = agreed.setdefault(key_of(rate), (row, rate))
            if held.value != rate.value:
                disputed.add(key_of(rate))
                wrong = [_disagreement(row, first)]
        counts = is_used(row.quote) and is_used(row.base)
        faults[counts] += wrong
        wrong_rows += bool(counts and wrong)
        if wrong_rows == ROWS_JUDGED:
            break
    if wrong_rows:
        said = sentence(*(_SPOILT if wrong_rows == ROWS_JUDGED else _WRONG), count=wrong_rows)
        raise UnreadableRates(said["fr"], said["en"], faults[True])
    rates = [rate for _, rate in agreed.values() if key_of(rate) not in disputed]
    if not rates:
        raise UnreadableRates("Le fichier ne contient aucun taux.", "The file holds no rate.", faults[False])
    return rates, faults[False]


_SPOILT = (
    "{count} lignes du fichier sont fausses, et les suivantes n'ont pas été lues ; rien n'a été enregistré.",
    "{count} rows of the file are wrong, and those after them were not read; nothing was recorded.",
)
_WRONG = (
    "{count} {count:ligne du fichier est fausse|lignes du fichier sont fausses} ; rien n'a été enregistré.",
    "{count} {count:row of the file is|rows of the file are} wrong; nothing was recorded.",
)


def _believed(row: PrintedRate, notation: Notation) -> tuple[list[Fault], PublishedRate | None]:
    faults = [
        row.fault(f"« {one[:CELL_MAX]} » n'est pas une monnaie", f"'{one[:CELL_MAX]}' is no currency")
        for one in (row.base, row.quote)
        if not _CURRENCY.fullmatch(one)
    ]
    dates = readings_of_date(row.effective_on)
    if len(dates) != 1:
        faults.append(_date_fault(row))
    value = _value(row, notation, faults)
    if row.source not in set(RateSource):
        said = row.source[:CELL_MAX]
        faults.append(row.fault(f"source « {said} » inconnue", f"unknown source '{said}'"))
    if not all(one.isprintable() and len(one) <= WORDS_MAX for one in (row.document, row.reason or "")):
        faults.append(
            row.fault(
                "document ou reason contient un caractère de commande, ou est trop long",
                "document or reason holds a control character, or is too long",
            )
        )
    if faults or value is None:
        return faults, None
    document = row.document or row.source
    return [], PublishedRate(row.source, row.base, row.quote, value, dates[0], document, row.reason)


def _date_fault(row: PrintedRate) -> Fault:
    said = row.effective_on[:CELL_MAX]
    dates = readings_of_date(row.effective_on)
    if not dates:
        return row.fault(f"« {said} » n'est pas une date", f"'{said}' is not a date")
    fr, en = (" / ".join(day(one, language) for one in dates) for language in ("fr", "en"))
    return row.fault(
        f"« {said} » a deux lectures ({fr}) ; écrivez « {dates[0]} » ou « {dates[1]} »",
        f"'{said}' has two readings ({en}); write '{dates[0]}' or '{dates[1]}'",
    )


def _value(row: PrintedRate, notation: Notation, faults: list[Fault]) -> Decimal | None:
    said = row.value[:CELL_MAX]
    number = notation.read(row.value)
    if number is None and "," in said:
        faults.append(
            row.fault(
                f"« {said} » : le reste du fichier ne dit pas si la virgule sépare les décimales ou les milliers",
                f"'{said}': the rest of the file does not say whether the comma separates decimals or thousands",
            )
        )
    elif number is None:
        faults.append(row.fault(f"« {said} » n'est pas un taux", f"'{said}' is not a rate"))
    else:
        try:
            return usable_rate(number)
        except UnusableRate as error:
            faults.append(row.fault(error.fr.rstrip("."), error.en.rstrip(".")))
    return None


def _disagreement(row: PrintedRate, earlier: PrintedRate) -> Fault:
    return row.fault(
        f"« {row.value} » le « {row.effective_on} », mais « {earlier.value} » à la ligne {earlier.line} "
        f"({earlier.label})",
        f"'{row.value}' on '{row.effective_on}', but '{earlier.value}' on line {earlier.line} ({earlier.label})",
    )
