"""Who is at the desk: what the browser's cookies say, the language, and what guards a form."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import jwt
from starlette.requests import Request
from starlette.responses import Response

LANGUAGE = "djoliba_language"
DOOR = "/desk/sign-in"
"""Where one signs in."""
HOURS = 8
"""A working day: the longest that one sign-in lasts."""
LANGUAGES = ("fr", "en")
KEPT = "desk.kept"
"""Where a request's scope holds who has signed in."""
_OUT_OF_THE_DESK = re.compile(r"[\\\x00-\x20\x7f]|//|/\.\.?(/|$)")


@dataclass(frozen=True)
class Kept:
    """Who has signed in, as the cookies of a request say it."""

    token: str | None = None
    """The access token for the API; whether it is good is for the API to say."""
    secret: str = ""
    """What no other site and no other session knows; it stays when tokens are renewed."""
    name: str = ""
    ended: str | None = None
    """Why somebody who had signed in no longer has: a word of the desk."""
    cookies: Sequence[str] = ()
    """What the answer sets, as values of Set-Cookie."""


@dataclass(frozen=True)
class Session:
    """One request's officer, and their language."""

    kept: Kept
    language: str

    @property
    def token(self) -> str | None:
        """The access token."""
        return self.kept.token

    @property
    def name(self) -> str:
        """What the officer is called."""
        return self.kept.name

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the access token says, not verified: for showing only."""
        return claims_of(self.token)

    @property
    def form_secret(self) -> str:
        """What a form of this session bears, and no other site can know."""
        return hashlib.sha256(b"djoliba desk\n" + self.kept.secret.encode()).hexdigest()

    def owns(self, secret: str) -> bool:
        """Whether a form is this session's; no form is that of nobody."""
        return bool(self.kept.secret) and hmac.compare_digest(self.form_secret.encode(), secret.encode())


def claims_of(token: str | None) -> Mapping[str, Any]:
    """What a token says, not verified; nothing, if it is none."""
    try:
        found: dict[str, Any] = jwt.decode(token or "", options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return found


def session_of(request: Request) -> Session:
    """The session of a request: French unless the officer, or their browser, says English."""
    chosen = request.query_params.get("language") or request.cookies.get(LANGUAGE)
    if chosen not in LANGUAGES:
        accepted = request.headers.get("accept-language", "").lower()
        chosen = "en" if accepted.startswith("en") else "fr"
    return Session(request.scope[KEPT], chosen)


def keep(response: Response, name: str, value: str, *, is_secure: bool, seconds: int = HOURS * 3600) -> None:
    """Set a cookie that no script sees and no other site's form sends.

    `Lax`, not `Strict`: who comes back from the identity provider comes from another site.
    """
    response.set_cookie(
        name, value, max_age=seconds, path="/desk", httponly=True, samesite="lax", secure=is_secure
    )  # fmt: skip


def is_of_this_site(request: Request) -> bool:
    """Whether a browser says that a page of ours sends this (Fetch Metadata); one that says nothing is old."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def own_address(asked: str | None) -> str:
    """The address to go on to, if it is one of the desk's own; else its first page: no other site is led to."""
    asked = asked or ""
    parts = urlsplit(asked) if not _OUT_OF_THE_DESK.search(asked.partition("?")[0]) else urlsplit("")
    path = unquote(parts.path)
    is_own = path == "/desk" or path.startswith("/desk/")
    if not is_own or parts.scheme or parts.netloc or parts.fragment or _OUT_OF_THE_DESK.search(path):
        return "/desk"
    return asked if asked.isprintable() and "\\" not in asked else "/desk"
