"""Activities as an iCalendar file: all-day events whose dates are no more precise than they are known."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vText

from shared.errors import Texts
from shared.models.activity import ActivityKind
from shared.models.base import Precision

PRODUCT = "-//Djoliba//Activities//"
REFRESH = timedelta(hours=1)
"""How often a program may ask again (RFC 7986 5.7)."""

_KNOWN: dict[Precision, Texts] = {
    Precision.MONTH: {"fr": "Date connue au mois près.", "en": "Date known to the month."},
    Precision.PERIOD: {"fr": "Période, jours exacts non connus.", "en": "A period, exact days not known."},
}
_NAMES = {"projects": {"fr": "Projets", "en": "Projects"}}


@dataclass(frozen=True)
class Happening:
    """An activity as a calendar shows it."""

    id: UUID
    reference: str
    kind: ActivityKind
    title: Texts
    start_on: date
    end_on: date
    precision: Precision
    version: int
    changed_at: datetime
    """When what it says was last recorded."""
    short: Texts | None = None
    places: tuple[Texts, ...] = ()
    projects: tuple[str, ...] = field(default=())

    @property
    def days(self) -> tuple[date, date]:
        """Its first day and the day after its last (RFC 5545 3.6.1); of one known to the month, those of the months."""
        first, last = self.start_on, self.end_on
        if self.precision is Precision.MONTH:
            first = first.replace(day=1)
            last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
        return first, last + timedelta(days=1)


def icalendar_file(happenings: Iterable[Happening], language: str, name: str, address: str) -> bytes:
    """The calendar as bytes, the same for the same activities.

    Args:
        happenings: in the order in which they are written.
        language: `fr` or `en`.
        name: what programs call the calendar.
        address: where the API stands, for each event's link.
    """
    made = Calendar()
    made.add("prodid", f"{PRODUCT}{language.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDDDTypes(REFRESH))
    for one in happenings:
        made.add_component(_event(one, language, address))
    return bytes(made.to_ical())


def _event(one: Happening, language: str, address: str) -> Event:
    event, (first, after) = Event(), one.days
    event.add("uid", str(one.id))
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", one.version - 1)
    event.add("dtstart", first)
    event.add("dtend", after)
    event.add("transp", "TRANSPARENT")
    _say(event, "summary", one.title, language)
    if one.places:
        event.add("location", ", ".join(_in(place, language)[0] for place in one.places))
    event.add("description", _description(one, language))
    event.add("categories", [one.kind.words[language]])
    event.add("url", f"{address}/v1/activities/{one.reference}")
    return event


def _in(texts: Texts, language: str) -> tuple[str, str]:
    """A text and the language that it is in: the one asked for, or the one that there is."""
    held = language if texts.get(language) else next(iter(texts))
    return texts[held], held


def _say(event: Event, name: str, texts: Texts, language: str) -> None:
    """A property in the language asked for; where it is in another one, it says so (RFC 5545 3.2.10)."""
    text, held = _in(texts, language)
    event.add(name, vText(text), parameters={"LANGUAGE": held})


def _description(one: Happening, language: str) -> str:
    """What it is, what is known of its date, what is written of it, and of which projects it is.

    A text with tokens is left out: its figures are those of an edition.
    """
    told = [f"{one.reference} · {one.kind.words[language]}"]
    if one.precision in _KNOWN:
        told.append(_KNOWN[one.precision][language])
    if one.short and one.short.get(language) and "{" not in one.short[language]:
        told.append(one.short[language])
    if one.projects:
        space = "\u00a0" if language == "fr" else ""
        told.append(f"{_NAMES['projects'][language]}{space}: {', '.join(one.projects)}")
    return "\n".join(told)
