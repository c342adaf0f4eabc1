"""What a file of rates holds: rows as printed, the rates that they state, and what is said of a file that is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from shared.errors import Fault, InvalidInput

UN_DOCUMENT = "United Nations Operational Rates of Exchange"
ECB_DOCUMENT = "ECB euro foreign exchange reference rates"
FAULTS_SHOWN = 100
"""A file of another kind has a fault on every line; these are enough to see it."""


class UnreadableRates(InvalidInput):
    """The file is in none of the formats, or rows of currencies in use are wrong."""

    kind = "unreadable-rates"

    def __init__(self, fr: str, en: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__({"fr": fr, "en": en}, faults[:FAULTS_SHOWN])


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


RateKey = tuple[str, str, str, date]
key_of: Callable[[Any], RateKey] = attrgetter("source", "base", "quote", "effective_on")
"""What of a rate, published or held, may be held once."""


@dataclass(frozen=True)
class PrintedRate:
    """A row of a file before it is believed: where it stands, whose it is, and its three texts."""

    line: int
    source: str
    base: str
    quote: str
    effective_on: str
    value: str
    document: str
    label: str = ""
    reason: str | None = None

    def fault(self, fr: str, en: str) -> Fault:
        """What is wrong with it."""
        where = " ".join(part for part in (self.label[:60], self.quote[:10]) if part)
        told = {"fr": f"{where} : {fr}.", "en": f"{where}: {en}."}
        return Fault(f"/{self.line}", told, code="row", line=self.line)


@dataclass(frozen=True)
class RateFile:
    """What was read of a file, and how: named format, encoding, separator of columns (None in XML)."""

    rates: Sequence[PublishedRate]
    format: str
    encoding: str
    separator: str | None = None
    skipped: Sequence[Fault] = ()
    """Rows that cannot be read, of currencies that nothing uses."""
