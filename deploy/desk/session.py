"""Who is at the desk: the officer's token in a cookie that scripts do not see, their language, and what guards a form."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response

TOKEN, LANGUAGE = "djoliba_desk", "djoliba_language"
HOURS = 8
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Session:
    """What a request says of who sends it; whether the token is good is for the API to say."""

    token: str | None
    language: str

    @property
    def name(self) -> str:
        """What the officer is called."""
        return str(self.claims.get("name") or self.claims.get("sub") or "")

    @property
    def claims(self) -> dict[str, Any]:
        """What the token says, not verified: for showing only."""
        if self.token is None:
            return {}
        try:
            found: dict[str, Any] = jwt.decode(self.token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return {}
        return found

    @property
    def form_secret(self) -> str:
        """What a form of this session bears, and no other site can know: it is made from the token."""
        return hashlib.sha256(b"djoliba desk\n" + (self.token or "").encode()).hexdigest()

    def owns(self, secret: str) -> bool:
        """Whether a form is this session's."""
        return hmac.compare_digest(self.form_secret, secret)


def session_of(request: Request) -> Session:
    """The session of a request: French unless the officer, or their browser, says English."""
    chosen = request.query_params.get("language") or request.cookies.get(LANGUAGE)
    if chosen not in LANGUAGES:
        accepted = request.headers.get("accept-language", "").lower()
        chosen = "en" if accepted.startswith("en") else "fr"
    return Session(request.cookies.get(TOKEN), chosen)


def keep(response: Response, name: str, value: str, request: Request) -> None:
    """Set a cookie that no script sees and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=HOURS * 3600,
        path="/desk",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def is_of_this_site(request: Request) -> bool:
    """Whether a browser says that a page of ours sends this (Fetch Metadata); one that says nothing is old."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
