"""What one request works with: who asks, the API with their token, the contract in their language, and a way to draw a page."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deploy.desk import shown
from deploy.desk.api import Api, Refused
from deploy.desk.contract import Act, Contract, Resource
from deploy.desk.session import Session
from deploy.desk.words import words_of

LASTING_SECONDS = 60
SESSIONS = 1000
"""Of how many tokens it is remembered what they allow."""


@dataclass(frozen=True)
class Desk:
    """What one request works with."""

    request: Request
    session: Session
    api: Api
    contract: Contract
    drawn: Callable[..., Response]
    may: frozenset[str]
    """The permissions that the officer's roles give."""
    kept: dict[str, tuple[float, Any]]
    """Answers that hardly change, with the moment at which each was asked."""

    @property
    def said(self) -> Mapping[str, str]:
        """The desk's own words in the officer's language."""
        return words_of(self.session.language)

    def is_open(self, act: Act, row: Mapping[str, Any]) -> bool:
        """Whether the officer may do something to a row: as the row says, and as their roles do for what it adds to it."""
        return act.action in row["can"] or (act.action == "create" and act.permission in self.may)

    def draw(self, template: str, **values: Any) -> Response:
        """A page."""
        return self.drawn(self.request, self.session, template, self, **values)

    async def lasting(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """What the API answers this officer, at most a minute old, and not older than the last write at this desk.

        For the registers that every page draws from and nobody changes hourly.
        """
        key = f"{self.session.form_secret} {path}?{urlencode(parameters or {})}"
        held = self.kept.get(key)
        if held is None or time.monotonic() - held[0] > LASTING_SECONDS:
            found = await self.asked(path, parameters)
            if found is None:
                return None
            if len(self.kept) >= SESSIONS:
                self.kept.clear()
            held = self.kept[key] = (time.monotonic(), found)
        return held[1]

    async def asked(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """What the API answers; None where it refuses, for a part of a page that is left out then."""
        try:
            return (await self.api.get(path, parameters)).body
        except Refused:
            return None


class SignInNeeded(Exception):
    """Nobody has signed in, or the session has ended."""


Page = Callable[[Desk], Awaitable[Response]]


def called(row: Mapping[str, Any], language: str) -> str:
    """What people call a row."""
    for name in shown.NAMES:
        value = row.get(name)
        if value:
            return shown.text_in(value, language) if shown.is_texts(value) else str(value)
    return str(row.get("id", ""))


MENU = ("worklists", "projects", "activities", "calendar", "donors", "contributions", "rates", "editions", "people")
"""The pages that people open most, where they are."""


def menu_of(desk: Desk) -> list[tuple[str, str]]:
    """The addresses of the menu with their words."""
    lists = desk.contract.resources
    return [(f"/desk/{one}", lists[one].title if one in lists else desk.said[one]) for one in MENU]


def correction(fact: Mapping[str, Any], act: Act) -> Mapping[str, str]:
    """What a form begins with that corrects a fact: its values, and the fact that it takes the place of."""
    members = (act.body or {}).get("properties", {})
    held = {**fact, "on": fact.get("on") or fact.get("value_on")}
    plain = {name: str(held[name]) for name in members if isinstance(held.get(name), str | int)}
    return {**plain, "supersedes_id": str(fact["id"])}


def resource_of(desk: Desk) -> Resource:
    """The list that the address names.

    Raises:
        HTTPException: there is none (404).
    """
    found = desk.contract.resources.get(desk.request.path_params["resource"])
    if found is None:
        raise HTTPException(404)
    return found
