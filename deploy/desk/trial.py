"""Where the desk is tried, one chooses who to be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from deploy.desk.filling import resumed
from deploy.desk.reception import Reception
from deploy.desk.session import DOOR, Kept, Session, claims_of, is_of_this_site, keep, own_address, session_of
from deploy.desk.typed import form_of

TOKEN = "djoliba_desk"  # noqa: S105  (a cookie's name)


@dataclass(frozen=True)
class Person:
    """Somebody whom one may be where the desk is tried."""

    key: str
    name: str
    role: Mapping[str, str]
    """In French and English."""


class TrialReception(Reception):
    """The reception on a machine for trying; production has an identity provider instead."""

    def __init__(
        self,
        client: Callable[[], httpx.AsyncClient],
        people: Sequence[Person],
        token: Callable[[str], str],
        *,
        is_secure: bool,
    ) -> None:
        """`token` gives an access token for the person of a key."""
        super().__init__(client, is_secure=is_secure)
        self._people, self._token = people, token

    @property
    def routes(self) -> Sequence[Route]:
        """How one comes in and goes out."""
        return (
            Route(DOOR, self.sign_in, methods=["GET", "POST"]),
            Route("/desk/sign-out", self.sign_out, methods=["POST"]),
        )

    async def kept(self, request: Request) -> Kept:
        """Whom the cookie names."""
        return _kept(request.cookies.get(TOKEN))

    async def sign_in(self, request: Request) -> Response:
        """Who one may be; then back to where one was, with what one had typed."""
        session = session_of(request)
        given = await form_of(request) if request.method == "POST" else {}
        person = given.get("person", "")
        if person not in {one.key for one in self._people} or not is_of_this_site(request):
            return self._door(request, session)
        token, resume = self._token(person), own_address(given.get("resume"))
        typed = {name: value for name, value in given.items() if name not in {"person", "resume", "csrf"}}
        answer: Response = RedirectResponse(resume, status_code=303)
        if typed:
            entered = Session(_kept(token), session.language)
            answer = await self._answered(request, lambda desk: resumed(desk, resume, typed), entered)
        keep(answer, TOKEN, token, is_secure=self._is_secure)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Forget the token."""
        given = await form_of(request)
        answer = RedirectResponse(DOOR, status_code=303)
        if session_of(request).owns(given.get("csrf", "")):
            answer.delete_cookie(TOKEN, path="/desk")
        return answer

    def _door(self, request: Request, session: Session, **values: Any) -> Response:
        return super()._door(request, session, people=self._people, **values)


def _kept(token: str | None) -> Kept:
    if token is None:
        return Kept()
    claims = claims_of(token)
    return Kept(token, token, str(claims.get("name") or claims.get("sub") or ""))
