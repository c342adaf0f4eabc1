"""An identity provider at a port of this machine.

People need no password here; all else is as in production, and `make accept` signs in at another make of provider.
"""

import asyncio
import socket
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from authlib.oauth2.rfc6749 import OAuth2Error
from authlib.oauth2.rfc7636 import CodeChallenge
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.identity import AUDIENCE
from tests.desk.authorization import (
    Asked,
    Code,
    CodeGrant,
    Desk,
    Identity,
    Person,
    RefreshGrant,
    Renewable,
    Revocation,
    Server,
    Tokens,
    form_of,
)  # fmt: skip

KEYS = KeySet([ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})])


@dataclass
class IdentityProvider:
    """The provider, and what a test may change of it."""

    issuer: str
    client: Desk
    lifetime: int = 3600
    """Of access tokens, in seconds."""
    audience: str = AUDIENCE
    nonce: str | None = None
    """What id_tokens bear instead of the nonce that was asked for."""
    extra_claims: dict[str, Any] = field(default_factory=dict)
    """Further claims of access tokens."""
    identity_claims: dict[str, Any] = field(default_factory=dict)
    """Further claims of id_tokens."""
    keys: KeySet = field(default_factory=lambda: KEYS)
    codes: dict[str, Code] = field(default_factory=dict)
    renewable: dict[str, Renewable] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often each address was asked."""

    def __post_init__(self) -> None:
        self._number = 0
        self._server = Server(self)
        self._server.register_token_generator("default", Tokens(self))
        self._server.register_grant(CodeGrant, [CodeChallenge(required=True), Identity(self)])
        self._server.register_grant(RefreshGrant)
        self._server.register_endpoint(Revocation)
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/keys", self.publish),
                Route("/authorize", self.authorize, methods=["GET", "POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/revoke", self.revoke, methods=["POST"]),
                Route("/leave", self.leave),
            ]
        )

    def next_number(self) -> int:
        self._number += 1
        return self._number

    async def describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "revocation_endpoint": f"{self.issuer}/revoke",
                "end_session_endpoint": f"{self.issuer}/leave",
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "id_token_signing_alg_values_supported": ["ES256"],
            }
        )

    async def publish(self, _: Request) -> Response:
        return JSONResponse(self.keys.as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """A form that asks who one is; who has said so once is known by a cookie."""
        form = await form_of(request)
        subject = form.get("subject") or request.cookies.get("provider_session")
        if subject is None:
            return HTMLResponse('<form method="post"><input name="subject"></form>')
        asked = Asked(request, {})
        try:
            grant = self._server.get_consent_grant(asked, Person(subject))
        except OAuth2Error as error:
            return self._server.handle_error_response(asked, error)
        answer = self._server.create_authorization_response(asked, Person(subject), grant)
        answer.set_cookie("provider_session", subject)
        return answer

    async def token(self, request: Request) -> Response:
        self.asked["token"] += 1
        return self._server.create_token_response(Asked(request, await form_of(request)))

    async def revoke(self, request: Request) -> Response:
        return self._server.create_endpoint_response("revocation", Asked(request, await form_of(request)))

    async def leave(self, request: Request) -> Response:
        """Sign out, of a client that says who (RP-initiated logout)."""
        assert request.query_params["id_token_hint"].count(".") == 2
        answer = RedirectResponse(request.query_params["post_logout_redirect_uri"], status_code=303)
        answer.delete_cookie("provider_session")
        return answer

    def code_for(self, subject: str, asked: dict[str, str]) -> str:
        """The address that the browser is sent back to, as if `subject` had signed in."""
        code = f"code-{self.next_number()}"
        self.codes[code] = Code(
            Person(subject), asked["redirect_uri"], asked["scope"], asked["nonce"], asked["code_challenge"],
            asked["code_challenge_method"],
        )  # fmt: skip
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"


class Served:
    """A provider that answers until it is stopped."""

    def __init__(self, desk: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.provider = IdentityProvider(f"http://127.0.0.1:{self._listener.getsockname()[1]}", Desk(desk))
        config = uvicorn.Config(self.provider.app, lifespan="off", log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))

    async def stop(self) -> None:
        """From now on nobody answers."""
        self._server.should_exit = True
        await self._task
        self._listener.close()
