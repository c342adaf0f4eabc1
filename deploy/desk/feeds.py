"""Calendar feeds: secret addresses at which an officer's own calendar program reads activities; shown once, revoked here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from starlette.responses import Response

from deploy.desk.api import Refused
from deploy.desk.offers import choices
from deploy.desk.session import is_of_this_site
from deploy.desk.typed import form_of
from deploy.desk.work import Desk, SignInNeeded

FEEDS = "/v1/calendar-feeds"


async def feeds(desk: Desk) -> Response:
    """One's own feeds, and a form for another; or what comes of making or revoking one."""
    if desk.request.method == "GET":
        return await _page(desk)
    given = await form_of(desk.request)
    if not desk.session.owns(given.get("csrf", "")) or not is_of_this_site(desk.request):
        raise SignInNeeded
    try:
        return await _done(desk, given)
    except Refused as refusal:
        if refusal.status == httpx.codes.UNAUTHORIZED:
            raise SignInNeeded from refusal
        return await _page(desk, refusal=refusal, status=refusal.status)


async def _done(desk: Desk, given: Mapping[str, str]) -> Response:
    if revoked := given.get("revoke"):
        await desk.api.send("delete", f"{FEEDS}/{quote(revoked, safe='')}", None, key="", etag=None)
        return await _page(desk)
    place = given.get("place")
    asked = {"language": desk.session.language, "mine": bool(given.get("mine")), "places": [place] if place else []}
    made = await desk.api.send("post", FEEDS, asked, key=given.get("key") or str(uuid4()), etag=None)
    return await _page(desk, made=made.body)


async def _page(desk: Desk, **values: Any) -> Response:
    held = await desk.asked(FEEDS)
    begun: dict[str, Any] = {"made": None, "refusal": None, "status": 200}
    return desk.draw(
        "feeds.html", feeds=held["items"] if held else (), offered=await choices(desk, ["place"]), **{**begun, **values}
    )
