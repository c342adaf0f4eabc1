"""What an entry must hold before it is recorded, the same from a person and from a register; and what is told as a doubt.

Each rule stands here once: routes judge their command before they write, `djoliba load` each row of a file.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from services.projects_api.content.nouns import ActivityContent, AnnouncementContent
from services.projects_api.content.parts import PlacesStated, SectorsStated
from services.projects_api.content.project import ProjectCreate
from services.projects_api.entry.doubts import doubts
from services.projects_api.entry.frame import Frame, HeldPlace, read_frame
from services.projects_api.entry.region_letters import lettered
from services.projects_api.fact_kinds.amounts import AmountPart
from shared.domain.money import MoneyError, UnknownCurrency, money
from shared.entry_dates import not_to_come, not_too_early
from shared.errors import Fault, InvalidInput
from shared.facts.rates import FUNCTIONAL
from shared.models.base import Precision
from shared.portfolio import UnknownKeys, parts, references
from shared.recording.directory import Directory, look_up
from shared.recording.facts import Stated
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class EntryRefused(InvalidInput):
    """The entry is well formed, but cannot be so; each fault names its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            faults[0].detail
            if len(faults) == 1
            else sentence(
                "La requête contient {n} {n:erreur|erreurs} ; rien n'a été enregistré.",
                "The request has {n} {n:fault|faults}; nothing was recorded.",
                n=len(faults),
            ),
            faults=faults,
        )


async def look_up_judged(unit: UnitOfWork, content: Any, mechanism: str | None = None) -> Directory:
    """The ids of what an entry names, of the mechanism given or that which it names; the doubts about it are told.

    Raises:
        UnknownKeys: it names what does not exist; its other faults stand beside that.
        EntryRefused: it cannot be so.
    """
    mechanism = mechanism or getattr(content, "mechanism", None)
    try:
        directory = await look_up(unit.session, content)
    except UnknownKeys as problem:
        found = faults(content, mechanism, await _frame(unit, content), unit.recorded_at.date())
        problem.faults = [*problem.faults, *found]
        raise
    await judge(unit, content, mechanism)
    return directory


async def judge(unit: UnitOfWork, content: BaseModel, mechanism: str | None) -> None:
    """Refuse an entry that cannot be so, and tell the doubts about it.

    Raises:
        EntryRefused: with all its faults.
    """
    frame = await _frame(unit, content)
    if found := list(faults(content, mechanism, frame, unit.recorded_at.date())):
        raise EntryRefused(found)
    for doubt in doubts(content, frame):
        unit.warn(doubt)


async def _frame(unit: UnitOfWork, content: BaseModel) -> Frame:
    return await read_frame(
        unit.session,
        places=[one.key for one in references(content) if one.type == "place"],
        currencies=[part.currency for _, part in parts(content) if isinstance(part, AmountPart) and part.usd],
    )


def faults(content: BaseModel, mechanism: str | None, frame: Frame, today: date) -> Iterator[Fault]:
    """What cannot be so, each with its place in the content of a project or group of that mechanism."""
    for pointer, part in parts(content):
        if isinstance(part, Stated) and part.on is not None:
            yield from not_to_come(f"{pointer}/on", part.on, today)
            yield from _not_too_early(f"{pointer}/on", part.on, mechanism, frame)
        if isinstance(part, AmountPart):
            yield from _bookable(pointer, part, mechanism)
        for at, slug in _sectors_named(part):
            yield from _of_mechanism(f"{pointer}{at}", slug, mechanism, frame)
        for at, slug, span in _places_named(part):
            yield from _existing(f"{pointer}{at}", slug, span, frame)
    if isinstance(content, ActivityContent):
        yield from _not_too_early("/start_on", content.start_on, None, frame)
    if isinstance(content, ProjectCreate):
        yield from lettered(content.reference, content.region, content.mechanism, frame)
        if content.identified_on is not None:
            yield from not_to_come("/identified_on", content.identified_on, today)
            yield from _not_too_early("/identified_on", content.identified_on, mechanism, frame)


def places_named(content: BaseModel) -> Iterator[str]:
    """The slugs of the places that an entry is judged by."""
    for _, part in parts(content):
        yield from (slug for _, slug, _ in _places_named(part))


def _sectors_named(part: BaseModel) -> Iterator[tuple[str, str]]:
    match part:
        case SectorsStated():
            yield from ((f"/shares/{index}/sector", one.sector) for index, one in enumerate(part.shares))
        case AnnouncementContent():
            yield from ((f"/sectors/{index}", slug) for index, slug in enumerate(part.sectors))


def _places_named(part: BaseModel) -> Iterator[tuple[str, str, tuple[date, date]]]:
    """The places that a part names for certain days: the first and the last of them."""
    match part:
        case PlacesStated():
            yield from ((f"/shares/{index}/place", one.place, _span(part)) for index, one in enumerate(part.shares))
        case ActivityContent():
            span = (part.start_on, part.end_on)
            yield from ((f"/places/{index}", slug, span) for index, slug in enumerate(part.places))
        case ProjectCreate(identified_on=date() as on, places=tuple() as slugs):
            yield from ((f"/places/{index}", slug, (on, on)) for index, slug in enumerate(slugs))


def _not_too_early(pointer: str, on: date, mechanism: str | None, frame: Frame) -> Iterator[Fault]:
    return not_too_early(pointer, on, mechanism, frame.since.get(mechanism or ""))


def _bookable(pointer: str, part: AmountPart, mechanism: str | None) -> Iterator[Fault]:
    for member, amount, currency in (("amount", part.amount, part.currency), ("usd", part.usd, FUNCTIONAL)):
        try:
            if amount is not None:
                money(amount, currency, mechanism)
        except MoneyError as error:
            at = "currency" if isinstance(error, UnknownCurrency) else member
            yield Fault(f"{pointer}/{at}", error.detail, "not_bookable")


def _of_mechanism(pointer: str, slug: str, mechanism: str | None, frame: Frame) -> Iterator[Fault]:
    owner = frame.sectors.get(slug)
    if mechanism is None or owner in {None, mechanism}:
        return
    own = sorted(one for one, other in frame.sectors.items() if other == mechanism)
    said = sentence(
        "« {slug} » est un secteur de {owner}, pas de {mechanism}, dont les secteurs sont : {own}.",
        "'{slug}' is a sector of {owner}, not of {mechanism}, whose sectors are: {own}.",
        slug=slug,
        owner=owner,
        mechanism=mechanism,
        own=", ".join(own) or "-",
    )
    yield Fault(pointer, said, "sector_of_another_mechanism")


def _span(part: PlacesStated) -> tuple[date, date]:
    """The days that a statement's date may mean: of a month or period it is the last."""
    match part.precision:
        case Precision.DAY:
            return part.on, part.on
        case Precision.MONTH:
            return part.on.replace(day=1), part.on
        case _:
            return date.min, part.on


def _existing(pointer: str, slug: str, span: tuple[date, date], frame: Frame) -> Iterator[Fault]:
    place = frame.places.get(slug)
    if place is None or place.existed(*span):
        return
    others = [other.slug for other in frame.instead_of(place, span[1])]
    yield Fault(pointer, _when(place, span[1], ", ".join(others)), "place_not_valid")


def _when(place: HeldPlace, on: date, others: str) -> dict[str, str]:
    """When a place exists, and what stood there on the date instead."""
    is_early = place.valid_from is not None and on < place.valid_from
    fr, en = ("n'existe que depuis le {limit}", "exists only since {limit}")
    if not is_early:
        fr, en = ("n'existe plus depuis le {limit}", "has not existed since {limit}")
    instead_fr, instead_en = ("choisissez le lieu d'alors", "choose the place of that time")
    if others:
        instead_fr, instead_en = ("à cette date existait : {others}", "on that date there was: {others}")
    return sentence(
        f"« {{slug}} » {fr}, pas le {{on}} ; {instead_fr}.",
        f"'{{slug}}' {en}, not on {{on}}; {instead_en}.",
        slug=place.slug,
        limit=place.valid_from if is_early else place.valid_to,
        on=on,
        others=others,
    )
