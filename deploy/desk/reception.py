"""Who comes to the desk, and what every page needs: the contract in their language, the API with their token, a template."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deploy.desk import shown
from deploy.desk.api import LATER, Api, Refused
from deploy.desk.contract import Act, Contract, Resource, label_of
from deploy.desk.contracts import Contracts
from deploy.desk.session import DOOR, LANGUAGE, Kept, Session, keep, own_address, session_of
from deploy.desk.words import words_of

FORM_BYTES = 4_000_000
"""What a form may hold, its file included."""


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


class Reception(ABC):
    """Lets in who has signed in, and draws pages; how one signs in is for each kind of reception to say."""

    def __init__(self, client: Callable[[], httpx.AsyncClient], *, is_secure: bool) -> None:
        """`client` reaches the API; `is_secure`: cookies go over https only."""
        self._make, self._is_secure = client, is_secure
        self._client: httpx.AsyncClient | None = None
        self.contracts = Contracts()
        self._kept: dict[str, tuple[float, Any]] = {}
        self._may: dict[str, frozenset[str]] = {}
        self._templates = Environment(
            loader=PackageLoader("deploy.desk"),
            autoescape=select_autoescape(default=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """How one comes in and goes out."""

    @abstractmethod
    async def kept(self, request: Request) -> Kept:
        """Who has signed in, as the cookies say it."""

    def api(self, token: str | None, language: str) -> Api:
        """The API for a bearer."""
        if self._client is None:
            self._client = self._make()
        return Api(self._client, token, language)

    async def close(self) -> None:
        """Let the connections to the API go."""
        await self.contracts.close()
        if self._client is not None:
            await self._client.aclose()

    def page(self, drawn: Page) -> Callable[[Request], Awaitable[Response]]:
        """What answers the requests for a page, of those who have signed in."""

        async def answer(request: Request) -> Response:
            return await self._answered(request, drawn)

        return answer

    async def missing(self, request: Request, _: Exception) -> Response:
        """No such page."""
        session = session_of(request)
        said = words_of(session.language)["not_found"]
        return self._draw(request, session, "refused.html", status=404, refusal=said, faults=())

    async def _answered(self, request: Request, page: Page, session: Session | None = None) -> Response:
        session = session or session_of(request)
        if session.token is None:
            return await self._asked_to_sign_in(request, session)
        try:
            found = await page(await self._desk(request, session))
        except SignInNeeded:
            return await self._asked_to_sign_in(request, session)
        except Refused as refusal:
            if refusal.status == httpx.codes.UNAUTHORIZED:
                return await self._asked_to_sign_in(request, session)
            said = words_of(session.language)["later"] if refusal.status == LATER else refusal.detail
            return self._draw(
                request, session, "refused.html", status=refusal.status, refusal=said, faults=refusal.faults
            )
        return found

    async def _asked_to_sign_in(self, request: Request, session: Session) -> Response:
        typed = await form_of(request) if request.method == "POST" else {}
        query = f"?{request.url.query}" if request.url.query else ""
        is_at_door = request.url.path == DOOR
        resume = own_address(typed.get("resume")) if is_at_door else request.url.path + query
        notice = session.kept.ended or ("signed_out" if session.token else None)
        status = 503 if notice == "provider_down" else 401 if notice else 200
        return self._door(
            request, session, typed=tuple(typed.items()), resume=resume, notice=notice, status=status
        )  # fmt: skip

    def _door(self, request: Request, session: Session, **values: Any) -> Response:
        """The page on which one signs in."""
        return self._draw(request, session, "sign_in.html", **values)

    async def _desk(self, request: Request, session: Session) -> Desk:
        api = self.api(session.token, session.language)
        contract, may = await asyncio.gather(
            self.contracts.of(api, session.language), self._permissions(api, session)
        )  # fmt: skip
        return Desk(request, session, api, contract, self._draw, may, self._kept)

    async def _permissions(self, api: Api, session: Session) -> frozenset[str]:
        """What a token allows, asked once: a role that changes comes with another token."""
        token = session.token or ""
        if token not in self._may:
            if len(self._may) >= SESSIONS:
                self._may.clear()
            found = (await api.get("/v1/permissions")).body["items"]
            self._may[token] = frozenset(one["key"] for one in found if one["is_yours"])
        return self._may[token]

    def _draw(
        self,
        request: Request,
        session: Session,
        template: str,
        desk: Desk | None = None,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        said = words_of(session.language)
        values = {"path": request.url.path, "query": dict(request.query_params), **values}
        if desk is not None:
            values["contract"], values["may"], values["menu"] = desk.contract, desk.may, menu_of(desk)
            values["is_open"] = desk.is_open
            values["show"] = shown.Values(desk.contract, said)
        answer = HTMLResponse(
            self._templates.get_template(template).render(
                said=said, session=session,
                label_of=label_of, called=lambda row: called(row, session.language), is_table=shown.is_table,
                columns_of=shown.columns_of, correction=correction, new_key=lambda: str(uuid4()), letter=shown.letter, number=lambda value: shown.number(value, session.language),
                whole=lambda value: shown.number(round(Decimal(value)), session.language),
                other="en" if session.language == "fr" else "fr", urlencode=urlencode, **values,
            ),
            status_code=status,
        )  # fmt: skip
        if request.query_params.get("language"):
            keep(answer, LANGUAGE, session.language, is_secure=self._is_secure)
        return answer


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


async def form_of(request: Request) -> dict[str, str]:
    """The inputs of a form, read once; the bytes are bounded here, what they say is the API's to judge.

    The file of a form that has one is in the request's scope, as `desk.file`.
    """
    if "desk.form" not in request.scope:
        if request.headers.get("content-type", "").startswith("multipart/"):
            request.scope["desk.form"] = await _with_file(request)
        else:
            text = (await _bounded(request)).decode(errors="replace")
            request.scope["desk.form"] = dict(parse_qsl(text, keep_blank_values=True))
    found: dict[str, str] = request.scope["desk.form"]
    return found


async def _bounded(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise HTTPException(413)
    return body


async def _with_file(request: Request) -> dict[str, str]:
    if int(request.headers.get("content-length") or FORM_BYTES + 1) > FORM_BYTES:
        raise HTTPException(413)
    found = {}
    async with request.form(max_files=1, max_part_size=FORM_BYTES) as form:
        for name, value in form.items():
            if isinstance(value, str):
                found[name] = value
            else:
                request.scope["desk.file"], found[name] = await value.read(), value.filename or ""
    return found
