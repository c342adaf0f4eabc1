"""Calendars of activities, and the feeds by which programs read them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.projects_api.calendars.icalendar_file import icalendar_file
from services.projects_api.calendars.queries import feed_of, feeds_of, happenings
from services.projects_api.calendars.schemas import FeedCreate, FeedMade, FeedRead, Feeds
from shared.auth import Principal
from shared.clock import today
from shared.database import Reader
from shared.errors import Conflict, NotFound, Texts
from shared.models.calendar import CalendarFeed
from shared.permissions import Ownership, permitted, require
from shared.recording.directory import look_up
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

LASTS = timedelta(days=366)
"""A feed ends after a year, so that addresses of those who left do not answer for ever."""
MOST_FEEDS = 20
"""Feeds of one person that answer at a time."""
PAST = timedelta(days=731)
"""How far back a calendar goes, unless `start_on__gte` says otherwise: programs read the whole file each time."""
SECRET_BYTES = 32
NAMES: dict[bool, Texts] = {
    False: {"fr": "Djoliba : activités", "en": "Djoliba: activities"},
    True: {"fr": "Djoliba : mes activités", "en": "Djoliba: my activities"},
}


class NoSuchCalendar(Refusal, NotFound):
    """No feed that still answers has this address; the answer does not repeat the secret."""

    fr = "Aucun calendrier ne répond à cette adresse : elle a été révoquée, a expiré ou est mal recopiée ; créez un autre flux."
    en = "No calendar answers at this address: it was revoked, has expired or was copied wrongly; make another feed."


class NoSuchFeed(Refusal, NotFound):
    """There is no such feed, or it is somebody else's, or it was revoked before."""

    fr = "Aucun flux {feed} n'est à vous ; vos flux sont listés par GET /v1/calendar-feeds."
    en = "No feed {feed} is yours; your feeds are listed by GET /v1/calendar-feeds."
    feed: UUID


class TooManyFeeds(Refusal, Conflict):
    """A person has as many feeds as may answer at a time."""

    kind = "too-many-feeds"
    fr = "Vous avez déjà {most} flux ; révoquez-en un d'abord."
    en = "You have {most} feeds already; revoke one first."
    most: int


async def calendar(
    reads: Reader, caller: Principal, filters: Mapping[str, Any], *, language: str, is_mine: bool, address: str
) -> bytes:
    """The calendar of the activities that the list shows with these filters, as far as the caller may read them.

    Raises:
        NotPermitted: the caller may not read activities.
    """
    require(caller, "activities:read")
    begun: date = filters.get("start_on__gte") or today() - PAST
    found = await happenings(
        reads, filters, not_over_before=begun, is_mine=is_mine, caller=caller.subject, section=caller.sponsor
    )
    return icalendar_file(found, language, NAMES[is_mine][language], address)


async def calendar_at(reads: Reader, secret: str, address: str) -> bytes:
    """The calendar of a feed, by the secret part of its address.

    Raises:
        NoSuchCalendar: none answers there, or its person may no longer read activities.
    """
    feed = await feed_of(reads, _hash(secret))
    if feed is None:
        raise NoSuchCalendar
    person = Principal(
        feed["subject"], "", frozenset(feed["roles"]), frozenset(feed["scopes"]), sponsor=feed["sponsor"]
    )
    if not permitted(person, "activities:read"):
        raise NoSuchCalendar
    wanted = FeedRead.model_validate(_shown(feed))
    filters = _filters(wanted.kinds, wanted.places)
    return await calendar(reads, person, filters, language=wanted.language, is_mine=wanted.mine, address=address)


def _filters(kinds: list[Any], places: list[str]) -> dict[str, list[str]]:
    given = {"kind__in": [str(kind) for kind in kinds], "place__in": list(places)}
    return {name: values for name, values in given.items() if values}


def _hash(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def make_feed(unit: UnitOfWork, reads: Reader, command: FeedCreate, address: str) -> FeedMade:
    """A feed of the caller, with its address, which is known to nobody afterwards.

    Raises:
        TooManyFeeds: the caller has enough.
        UnknownKeys: a place does not exist.
    """
    caller = unit.principal
    require(caller, "activities:read")
    await look_up(unit.session, command)
    if len(list(await feeds_of(reads, caller.subject))) >= MOST_FEEDS:
        raise TooManyFeeds(MOST_FEEDS)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed(
        subject=caller.subject,
        roles=sorted(caller.roles) or ["service"],
        scopes=sorted(caller.scopes),
        sponsor=caller.sponsor,
        language=command.language,
        is_mine=command.mine,
        filters=command.model_dump(mode="json", include={"kinds", "places"}),
        secret_sha256=_hash(secret),
        recorded_at=unit.recorded_at,
        expires_at=unit.recorded_at + LASTS,
    )
    unit.session.add(feed)
    await unit.session.flush()
    unit.record("calendar_feed.made", "calendar_feed", feed.id, after=command.model_dump(mode="json"))
    unit.shown_once = ("address",)
    shown = _shown({column.name: getattr(feed, column.name) for column in CalendarFeed.__table__.c})
    return FeedMade(**shown, address=f"{address}/v1/calendars/{secret}/activities.ics")


async def list_feeds(reads: Reader, caller: Principal) -> Feeds:
    """The caller's feeds that still answer."""
    rows = await feeds_of(reads, caller.subject)
    return Feeds(items=[FeedRead.model_validate(_shown(row)) for row in rows])


async def read_feed(reads: Reader, caller: Principal, feed_id: UUID) -> FeedRead:
    """One of the caller's feeds that still answer.

    Raises:
        NoSuchFeed: it is none of these.
    """
    for row in await feeds_of(reads, caller.subject):
        if row["id"] == feed_id:
            return FeedRead.model_validate(_shown(row))
    raise NoSuchFeed(feed_id)


async def revoke_feed(unit: UnitOfWork, feed_id: UUID) -> None:
    """Let a feed answer no more; an administrator may do so for anybody's.

    Raises:
        NoSuchFeed: there is none, or it is another person's.
    """
    feed = await unit.session.get(CalendarFeed, feed_id, with_for_update=True)
    is_theirs = feed is not None and permitted(unit.principal, "calendar-feeds:create", Ownership(author=feed.subject))
    if feed is None or not is_theirs or feed.revoked_at is not None:
        raise NoSuchFeed(feed_id)
    feed.revoked_at = unit.recorded_at
    unit.record("calendar_feed.revoked", "calendar_feed", feed.id, before={"subject": feed.subject})


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    filters = row["filters"]
    held = FeedCreate.model_validate_json(filters) if isinstance(filters, str) else FeedCreate.model_validate(filters)
    return {
        "id": row["id"],
        "language": row["language"],
        "mine": row["is_mine"],
        "kinds": held.kinds,
        "places": held.places,
        "recorded_at": row["recorded_at"],
        "expires_at": row["expires_at"],
    }
