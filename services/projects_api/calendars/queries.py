"""The activities of a calendar, and feeds by their secret."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Text, any_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.projects_api.calendars.icalendar_file import Happening
from shared.database import Reader
from shared.facts import NOW, Statement, compiled
from shared.models import Activity, ActivityProject, Audit, Place
from shared.models.activity import ActivityKind
from shared.models.base import Precision
from shared.models.calendar import CalendarFeed
from shared.reading.resource import CALLER
from shared.reading.statements import SECTION, kept
from shared.resources.activities import ACTIVITIES
from shared.resources.parts import projects_linked

_FEED = compiled(
    select(CalendarFeed.__table__).where(
        CalendarFeed.secret_sha256 == bindparam("secret", type_=Text()),
        CalendarFeed.revoked_at.is_(None),
        CalendarFeed.expires_at > func.now(),
    )
)
_FEEDS = compiled(
    select(CalendarFeed.__table__)
    .where(CalendarFeed.subject == CALLER, CalendarFeed.revoked_at.is_(None), CalendarFeed.expires_at > func.now())
    .order_by(CalendarFeed.recorded_at.desc(), CalendarFeed.id)
)


def _is_mine() -> Any:
    """Whether the caller recorded it, or the caller's section takes part in it."""
    recorded = exists().where(
        Audit.subject_type == "activity",
        Audit.subject_id == Activity.id,
        Audit.action == "activity.created",
        Audit.actor == CALLER,
    )
    assert ACTIVITIES.owners is not None
    return or_(any_(ACTIVITIES.owners) == SECTION, recorded)


@cache
def _activities(filters: frozenset[str]) -> Statement:
    """What calendars show of the activities that the list shows with these filters, of those not over before a day."""
    names = (
        select(func.json_agg(aggregate_order_by(Place.name, Place.slug)))
        .where(Place.slug == any_(Activity.place_slugs))
        .correlate(Activity)
        .scalar_subquery()
    )
    activity = Activity.__table__.c
    return compiled(
        select(
            Activity.id,
            Activity.reference,
            Activity.kind,
            Activity.title,
            Activity.short,
            Activity.start_on,
            Activity.end_on,
            Activity.precision,
            Activity.version,
            activity.known_since.label("changed_at"),
            names.label("places"),
            cast(projects_linked(ActivityProject.activity_id), Text).label("projects"),
        )
        .where(
            kept(ACTIVITIES, filters),
            Activity.end_on >= bindparam("not_over_before", type_=Date()),
            or_(~bindparam("is_mine", type_=Boolean()), _is_mine()),
        )
        .order_by(Activity.start_on, Activity.id)
    )


async def happenings(reads: Reader, filters: Mapping[str, Any], **bound: Any) -> list[Happening]:
    """The activities of a calendar.

    Args:
        reads: the pool.
        filters: of the list of activities, with their values.
        bound: `not_over_before` (a date), `is_mine`, `caller` and `section`.
    """
    values = {"known_at": NOW, **{f"f_{name}": value for name, value in filters.items()}}
    rows = await reads.fetch(*_activities(frozenset(filters)).asked(**bound, **values))
    return [_happening(row) for row in rows]


def _happening(row: Mapping[str, Any]) -> Happening:
    return Happening(
        row["id"],
        row["reference"],
        ActivityKind(row["kind"]),
        json.loads(row["title"]),
        row["start_on"],
        row["end_on"],
        Precision(row["precision"]),
        row["version"],
        row["changed_at"],
        None if row["short"] is None else json.loads(row["short"]),
        tuple(json.loads(row["places"] or "[]")),
        tuple(json.loads(row["projects"] or "[]")),
    )


async def feed_of(reads: Reader, secret_sha256: str) -> Mapping[str, Any] | None:
    """The feed whose secret has this hash, while it answers."""
    found: Mapping[str, Any] | None = await reads.fetchrow(*_FEED.asked(secret=secret_sha256))
    return found


async def feeds_of(reads: Reader, subject: str) -> Iterable[Mapping[str, Any]]:
    """The feeds of a person that still answer, the newest first."""
    rows: Iterable[Mapping[str, Any]] = await reads.fetch(*_FEEDS.asked(caller=subject))
    return rows
