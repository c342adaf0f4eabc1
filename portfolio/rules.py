"""Rules of the field that a file can be checked against before anything is written; those of an entry by a person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from portfolio.file import OWNERS, FileRow, LineFault, walk
from portfolio.spool import Spool
from services.funds_api.imports.schemas import RateRow
from services.projects_api.entry import doubts as entry_doubts
from services.projects_api.entry import rules as entry_rules
from services.projects_api.entry.frame import REGION_LETTERS, Frame, HeldPlace, last_word, read_frame
from services.projects_api.records.mechanisms import MechanismContent, SectorContent
from services.projects_api.records.places import PlaceContent
from shared.domain.money import MoneyError, UnknownCurrency, money
from shared.entry_dates import not_to_come, not_too_early
from shared.errors import Fault
from shared.facts.rates import FUNCTIONAL

FACT_DATES = frozenset({"on", "agreement_on"})
"""Members that say from when a fact holds; what is planned is not recorded as if it were so."""

KIN_MAX = 20
"""Places of the file that are read for one that did not exist on a date: enough to name what stood there instead."""


def with_row(frame: Frame, row: FileRow) -> None:
    """Add to the frame what a file's own mechanisms, sectors, places and rates say; `place` gives the places."""
    key = "" if row.model is None else row.model.key or ""
    match row.model:
        case MechanismContent() as mechanism:
            frame.since[key] = mechanism.since
        case SectorContent() as sector:
            frame.sectors[key] = sector.mechanism
        case PlaceContent() as place:
            frame.regions |= {code.code for code in place.codes if code.scheme == REGION_LETTERS}
        case RateRow() as rate if rate.base == FUNCTIONAL:
            low, high = frame.rates.get(rate.quote, (rate.value, rate.value))
            frame.rates[rate.quote] = (min(low, rate.value), max(high, rate.value))


def places_of(rows: Iterable[FileRow]) -> dict[str, HeldPlace]:
    """The places that rows will be, by slug."""
    members = {"name", "parent", "successor", "valid_from", "valid_to"}
    found: dict[str, HeldPlace] = {}
    for row in rows:
        if isinstance(place := row.model, PlaceContent):
            slug = str(row.raw["slug"])
            found[slug] = HeldPlace(slug=slug, **place.model_dump(include=members))
    return found


async def places_around(engine: AsyncEngine, spool: Spool, rows: Sequence[FileRow]) -> dict[str, HeldPlace]:
    """The places that rows are judged by, those above them, and those that stood there on other dates or bear the name.

    The file's own word counts before the database's.
    """
    wanted = {slug for row in rows if row.model is not None for slug in entry_rules.places_named(row.model)}
    for slug in list(wanted):
        wanted.update(spool.kin(slug, last_word(slug), KIN_MAX))
    places: dict[str, HeldPlace] = {}
    asked: set[str] = set()
    while wanted:
        asked |= wanted
        async with AsyncSession(engine) as session:
            held = (await read_frame(session, wanted, ())).places
        held |= places_of(spool.rows("place", wanted | held.keys()))
        places |= held
        further = {other for one in held.values() for other in (one.parent, one.successor) if other is not None}
        wanted = further - asked - places.keys()
    return places


def mechanisms_of(spool: Spool, rows: Iterable[FileRow]) -> dict[str, str]:
    """The mechanisms of the file's contributions that rows name."""
    contributions = {row.raw["contribution"] for row in rows if isinstance(row.raw.get("contribution"), str)}
    return {row.raw["reference"]: row.raw["mechanism"] for row in spool.rows("contribution", contributions)}


def broken_rules(
    rows: Sequence[FileRow], frame: Frame, mechanisms: Mapping[str, str] = MappingProxyType({})
) -> Iterator[LineFault]:
    """Entries that cannot be so, and money with more decimals than its kind has, in unknown currencies, of days to come.

    Args:
        rows: Of one file.
        frame: What they are judged by.
        mechanisms: The mechanism of each contribution of the file.
    """
    today = datetime.now(UTC).date()
    for row in rows:
        if row.model is None:
            continue
        mechanism = row.raw.get("mechanism") or mechanisms.get(row.raw.get("contribution", ""))
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


def _money_faults(raw: Mapping[str, Any], mechanism: str | None, frame: Frame, today: date) -> Iterator[Fault]:
    for pointer, value in walk(raw):
        if isinstance(value, dict):
            yield from _amount_faults(pointer, value, raw.get("currency"), mechanism)
        elif isinstance(value, str) and pointer.rpartition("/")[2] in FACT_DATES:
            on = date.fromisoformat(value)
            yield from not_to_come(pointer, on, today)
            yield from not_too_early(pointer, on, mechanism, frame.since.get(mechanism or ""))


def _amount_faults(pointer: str, part: Mapping[str, Any], of_row: Any, mechanism: str | None) -> Iterator[Fault]:
    """Of a receipt (in its contribution's currency), an allocation or a contribution itself."""
    value, unit = part.get("amount"), part.get("currency") or of_row
    if not isinstance(value, str) or not isinstance(unit, str):
        return
    try:
        money(Decimal(value), unit, mechanism)
    except MoneyError as error:
        at = "/currency" if isinstance(error, UnknownCurrency) and "currency" in part else "/amount"
        yield Fault(pointer + at, error.detail, "not_bookable")
