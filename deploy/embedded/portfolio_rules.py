"""Rules of the field that a file can be checked against before anything is written: decimals of amounts, future dates."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from deploy.embedded.portfolio_file import FileRow, LineFault, walk
from shared.domain.money import MoneyError, UnknownCurrency, money
from shared.errors import Texts

FACT_DATES = frozenset({"on", "agreement_on"})
"""Members that say from when a fact holds; what is planned is not recorded as if it were so."""


def broken_rules(rows: Sequence[FileRow]) -> Iterator[LineFault]:
    """Amounts with more decimals than their kind has, unknown currencies, and facts of days to come."""
    mechanisms = {
        row.raw.get("reference"): row.raw.get("mechanism") for row in rows if row.type == "contribution"
    }
    today = datetime.now(UTC).date()
    for row in rows:
        if row.model is None:
            continue
        mechanism = row.raw.get("mechanism") or mechanisms.get(row.raw.get("contribution"))
        for pointer, value in walk(row.raw):
            if isinstance(value, dict):
                yield from _amount_faults(row, pointer, value, mechanism)
            elif _is_fact_date(pointer, value) and date.fromisoformat(value) > today:
                yield row.fault(pointer, _future(value), "date_future")


def _is_fact_date(pointer: str, value: Any) -> bool:
    return isinstance(value, str) and pointer.rpartition("/")[2] in FACT_DATES


def _amount_faults(
    row: FileRow, pointer: str, part: Mapping[str, Any], mechanism: str | None
) -> Iterator[LineFault]:
    """Of an amount, a receipt (in its contribution's currency), an allocation or a contribution itself."""
    currency = part.get("currency") or row.raw.get("currency")
    for member, unit in (("amount", currency), ("usd", "USD")):
        value = part.get(member)
        if not isinstance(value, str) or not isinstance(unit, str):
            continue
        try:
            money(Decimal(value), unit, mechanism)
        except MoneyError as error:
            at = "/currency" if isinstance(error, UnknownCurrency) and "currency" in part else f"/{member}"
            yield row.fault(pointer + at, error.detail, "not_bookable")


def _future(value: str) -> Texts:
    return {"fr": f"Le {value} est à venir.", "en": f"{value} is in the future."}
