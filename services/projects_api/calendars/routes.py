"""`/v1/calendars` and `/v1/calendar-feeds`: activities for calendar programs (RFC 5545)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response
from pydantic import ConfigDict, Field, create_model

from services.projects_api.calendars import service
from services.projects_api.calendars.schemas import FeedCreate, FeedMade, FeedRead, Feeds, Language
from shared.permissions import NotPermitted
from shared.resources.activities import ACTIVITIES
from shared.web.conditional import conditional
from shared.web.list_queries import parameter, values_asked
from shared.web.route import ANONYMOUS, Caller, Reads, Unit, permission, router

calendars = router("/calendars", "calendars")
feeds = router("/calendar-feeds", "calendars")

MEDIA_TYPE = "text/calendar; charset=utf-8"
_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}}
_FILTERS = [one for one in ACTIVITIES.filters if one.name != "q"]
_FIELDS: dict[str, Any] = {
    **{one.name: parameter(one) for one in _FILTERS},
    "mine": (
        bool,
        Field(
            False, description="Only activities that the bearer recorded, or in which the bearer's section takes part."
        ),
    ),
    "language": (Language, Field("fr", description="Language of its texts.")),
}
CalendarQuery: Any = Annotated[create_model("CalendarQuery", __config__=ConfigDict(extra="ignore"), **_FIELDS), Query()]


@calendars.get("/activities.ics", summary="Read activities as a calendar", responses=_ANSWER, response_class=Response)
@permission("activities:read")
async def read_calendar(request: Request, query: CalendarQuery, reads: Reads, caller: Caller) -> Response:
    """What the list with the same filters shows, as all-day events; without `start_on__gte`, those of the last two years
    and all to come. A deleted activity is there no more.
    """
    body = await service.calendar(
        reads,
        caller,
        values_asked(_FILTERS, query),
        language=query.language,
        is_mine=query.mine,
        address=request.app.state.settings.public_url,
    )
    return conditional(request, body, MEDIA_TYPE)


@calendars.get(
    "/{secret}/activities.ics",
    summary="Open a calendar at its secret address",
    responses=_ANSWER,
    response_class=Response,
)
@permission(ANONYMOUS, refuses=(service.NoSuchCalendar,))
async def open_calendar(
    secret: Annotated[str, Path(description="The secret part of its address.", max_length=100)], request: Request
) -> Response:
    """No token: whoever knows the address reads what the person who made it may read, until it is revoked or expires."""
    settings = request.app.state.settings
    # not the public pool of routes without a token: the address says for whom it reads
    body = await service.calendar_at(request.app.state.reads, secret, settings.public_url)
    return conditional(request, body, MEDIA_TYPE)


@feeds.post("", status_code=201, summary="Make a calendar feed")
@permission("calendar-feeds:create", refuses=(NotPermitted, service.TooManyFeeds))
async def make_calendar_feed(command: FeedCreate, unit: Unit, request: Request) -> FeedMade:
    """A secret address that a calendar program can keep. It is shown once: only its hash is stored."""
    state = request.app.state
    return await service.make_feed(unit, state.reads, command, state.settings.public_url)


@feeds.get("", summary="List your calendar feeds")
@permission("calendar-feeds:read")
async def list_calendar_feeds(reads: Reads, caller: Caller) -> Feeds:
    """Those that still answer, without their addresses."""
    return await service.list_feeds(reads, caller)


@feeds.get("/{calendar_feed}", summary="Read a calendar feed")
@permission("calendar-feeds:read", refuses=(service.NoSuchFeed,))
async def read_calendar_feed(
    calendar_feed: Annotated[UUID, Path(description="Its id.")], reads: Reads, caller: Caller
) -> FeedRead:
    """What it shows and until when, without its address."""
    return await service.read_feed(reads, caller, calendar_feed)


@feeds.delete("/{calendar_feed}", status_code=204, response_class=Response, summary="Revoke a calendar feed")
@permission("calendar-feeds:create", refuses=(service.NoSuchFeed,))
async def revoke_calendar_feed(calendar_feed: Annotated[UUID, Path(description="Its id.")], unit: Unit) -> Response:
    """Its address answers no more, at once."""
    await service.revoke_feed(unit, calendar_feed)
    return Response(status_code=204)
