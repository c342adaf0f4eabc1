"""Rules of the field that a file can be checked against before anything is written; those of an entry by a person."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from deploy.embedded.portfolio_file import OWNERS, FileRow, LineFault, walk
from services.funds_api.imports.schemas import RateRow
from services.projects_api import entry_doubts, entry_rules
from services.projects_api.frame import REGION_LETTERS, Frame, HeldPlace
from services.projects_api.imports.schemas import MechanismRow, PlaceRow, SectorRow
from shared.domain.money import MoneyError, UnknownCurrency, money
from shared.entry_dates import not_to_come, not_too_early
from shared.errors import Fault
from shared.facts.rates import FUNCTIONAL

FACT_DATES = frozenset({"on", "agreement_on"})
"""Members that say from when a fact holds; what is planned is not recorded as if it were so."""


def with_rows(frame: Frame, rows: Sequence[FileRow]) -> Frame:
    """The frame as it will be once the file's own mechanisms, sectors, places and rates are held."""
    for row in rows:
        match row.model:
            case MechanismRow() as mechanism:
                frame.since[mechanism.code] = mechanism.since
            case SectorRow() as sector:
                frame.sectors[sector.slug] = sector.mechanism
            case PlaceRow() as place:
                frame.places[place.slug] = HeldPlace(
                    **place.model_dump(
                        include={"slug", "name", "parent", "successor", "valid_from", "valid_to"}
                    )
                )
                frame.regions |= {code.code for code in place.codes if code.scheme == REGION_LETTERS}
            case RateRow() as rate if rate.base == FUNCTIONAL:
                low, high = frame.rates.get(rate.quote, (rate.value, rate.value))
                frame.rates[rate.quote] = (min(low, rate.value), max(high, rate.value))
    return frame


def broken_rules(rows: Sequence[FileRow], frame: Frame) -> Iterator[LineFault]:
    """Entries that cannot be so, and money with more decimals than its kind has, in unknown currencies, of days to come."""
    mechanisms = {
        row.raw.get("reference"): row.raw.get("mechanism") for row in rows if row.type == "contribution"
    }
    today = datetime.now(UTC).date()
    for row in rows:
        if row.model is None:
            continue
        mechanism = row.raw.get("mechanism") or mechanisms.get(row.raw.get("contribution"))
        if OWNERS[row.type] == "projects":
            found = entry_rules.faults(row.model, mechanism, frame, today)
        else:
            found = _money_faults(row.raw, mechanism, frame, today)
        yield from (row.fault(fault.pointer, fault.detail, fault.code) for fault in found)


def doubts(rows: Sequence[FileRow], frame: Frame) -> Iterator[LineFault]:
    """What is probably a slip: told, and loaded."""
    for row in rows:
        if row.model is not None and OWNERS[row.type] == "projects":
            for doubt in entry_doubts.doubts(row.model, frame):
                yield row.fault(doubt.pointer, doubt.detail, doubt.code)


def _money_faults(
    raw: Mapping[str, Any], mechanism: str | None, frame: Frame, today: date
) -> Iterator[Fault]:
    for pointer, value in walk(raw):
        if isinstance(value, dict):
            yield from _amount_faults(pointer, value, raw.get("currency"), mechanism)
        elif isinstance(value, str) and pointer.rpartition("/")[2] in FACT_DATES:
            on = date.fromisoformat(value)
            yield from not_to_come(pointer, on, today)
            yield from not_too_early(pointer, on, mechanism, frame.since.get(mechanism or ""))


def _amount_faults(
    pointer: str, part: Mapping[str, Any], of_row: Any, mechanism: str | None
) -> Iterator[Fault]:
    """Of a receipt (in its contribution's currency), an allocation or a contribution itself."""
    value, unit = part.get("amount"), part.get("currency") or of_row
    if not isinstance(value, str) or not isinstance(unit, str):
        return
    try:
        money(Decimal(value), unit, mechanism)
    except MoneyError as error:
        at = "/currency" if isinstance(error, UnknownCurrency) and "currency" in part else "/amount"
        yield Fault(pointer + at, error.detail, "not_bookable")
