"""The calendar of activities: a month as weeks, and the same as a list."""

import calendar as calendars
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from starlette.responses import Response

from deploy.desk.offers import choices
from deploy.desk.work import Desk

ACTIVITIES = "/v1/activities"
LONGEST = timedelta(days=92)
"""How long before a month an activity may have begun that still goes on in it, to be looked for."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Between which years the API takes dates."""
WEEK = timedelta(days=7)
_KEPT = ("kind__in", "place__in", "project__in")


@dataclass(frozen=True)
class Day:
    """A day of the grid with what happens on it."""

    on: date
    is_of_month: bool
    activities: Sequence[Mapping[str, Any]]


async def calendar(desk: Desk) -> Response:
    """The activities of one month."""
    first = _month(desk.request.query_params.get("month", ""))
    last = first.replace(day=calendars.monthrange(first.year, first.month)[1])
    kept = {name: desk.request.query_params[name] for name in _KEPT if desk.request.query_params.get(name)}
    span = {"start_on__gte": (first - LONGEST).isoformat(), "start_on__lte": last.isoformat()}
    page = (await desk.api.get(ACTIVITIES, {**kept, **span, "ordering": "start_on", "limit": "500"})).body
    found = [one for one in page["items"] if _ends(one) >= first.isoformat()]
    newest = await desk.asked(ACTIVITIES, {"ordering": "-start_on", "limit": "1"}) if not found else None
    return desk.draw(
        "calendar.html", resource=desk.contract.resources["activities"], first=first, weeks=_weeks(first, found),
        found=found, kept=kept, offered=await choices(desk, ["place"]), month_name=_named(first, desk),
        days=[get_day_names("abbreviated", locale=desk.session.language)[index] for index in range(7)],
        before=_address(first - timedelta(days=1), kept), after=_address(last + timedelta(days=1), kept),
        nearest=_address(date.fromisoformat(newest["items"][0]["start_on"]), kept) if newest and newest["items"] else None,
    )  # fmt: skip


def _month(said: str) -> date:
    """The first day of the month that the address names; of this one where it names none."""
    this = datetime.now(UTC).date().replace(day=1)
    try:
        asked = date.fromisoformat(f"{said}-01")
    except ValueError:
        return this
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else this


def _ends(activity: Mapping[str, Any]) -> str:
    return str(activity["end_on"] or activity["start_on"])


def _weeks(first: date, activities: Sequence[Mapping[str, Any]]) -> list[list[Day]]:
    """The weeks of a month; what lasts longer than a week stands in the list only, or it would fill every day."""
    brief = [one for one in activities if date.fromisoformat(_ends(one)) - date.fromisoformat(one["start_on"]) < WEEK]
    return [
        [
            Day(day, day.month == first.month, [one for one in brief if one["start_on"] <= day.isoformat() <= _ends(one)])
            for day in week
        ]
        for week in calendars.Calendar().monthdatescalendar(first.year, first.month)
    ]  # fmt: skip


def _named(first: date, desk: Desk) -> str:
    return str(format_date(first, "MMMM y", locale=desk.session.language))


def _address(day: date, kept: Mapping[str, str]) -> str:
    return f"/desk/calendar?{urlencode({**kept, 'month': day.strftime('%Y-%m')})}"
