"""Who comes to the desk, and what every page needs: the contract in their language, the API with their token, a template."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deploy.desk import shown
from deploy.desk.api import LATER, Api, Refused
from deploy.desk.contract import label_of
from deploy.desk.contracts import Contracts
from deploy.desk.session import DOOR, LANGUAGE, Kept, Session, keep, own_address, session_of
from deploy.desk.typed import form_of
from deploy.desk.words import words_of
from deploy.desk.work import SESSIONS, Desk, Page, SignInNeeded, called, correction, menu_of


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
            own = {LATER: "later", httpx.codes.NOT_FOUND: "not_found"}
            is_silent = refusal.status == LATER or not refusal.problem
            said = words_of(session.language)[own.get(refusal.status, "later")] if is_silent else refusal.detail
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
