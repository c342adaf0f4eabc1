"""An identity provider at a port of this machine: Authlib's authorization server with PKCE, OpenID Connect and RFC 9068.

People need no password here; all else is as in production, and `make accept` signs in at another make of provider.
"""

import asyncio
import json
import socket
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from authlib.oauth2 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError, OAuth2Error, grants
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.identity import AUDIENCE, Role

CLIENT, SECRET = "djoliba-desk", "a-secret-of-the-desk"
ROLES = {"moussa": Role.PROGRAMME_OFFICER, "fatou": Role.FUND_MANAGER}


@dataclass(frozen=True)
class Person:
    subject: str

    def get_user_id(self) -> str:
        return self.subject


@dataclass(frozen=True)
class Desk(ClientMixin):
    """The desk as the provider has registered it."""

    address: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return f"{self.address}/desk/sign-in/back"

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.get_default_redirect_uri()

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass
class Code:
    person: Person
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


@dataclass
class Renewable:
    token: str
    person: Person
    scope: str

    def get_scope(self) -> str:
        return self.scope

    def check_client(self, client: ClientMixin) -> bool:
        return client.get_client_id() == CLIENT


class _Request(OAuth2Request):
    """A request that came in plain text, on this machine, where Authlib would have https only."""

    def __init__(self, request: Request, form: dict[str, str]) -> None:
        super().__init__(request.method, str(request.url).replace("http:", "https:", 1), headers=request.headers)
        self._args, self._own_form = dict(request.query_params), form
        self.payload = BasicOAuth2Payload({**self._args, **form})

    @property
    def args(self) -> dict[str, str]:
        return self._args

    @property
    def form(self) -> dict[str, str]:
        return self._own_form


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


class _Server(AuthorizationServer):
    def __init__(self, provider: "IdentityProvider") -> None:
        super().__init__()
        self.provider = provider

    def query_client(self, client_id: str) -> ClientMixin | None:
        return self.provider.client if client_id == CLIENT else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        if "refresh_token" in token:
            held = Renewable(token["refresh_token"], request.user, token["scope"])
            self.provider.renewable[held.token] = held

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        content = json.dumps(body) if isinstance(body, dict) else body
        return Response(content, status, dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass


class _Tokens(JWTBearerTokenGenerator):
    def __init__(self, provider: "IdentityProvider") -> None:
        super().__init__(
            provider.issuer,
            "ES256",
            refresh_token_generator=lambda **_: f"refresh-{provider.next_number()}",
            expires_generator=lambda *_: provider.lifetime,
        )
        self._provider = provider

    def get_jwks(self) -> KeySet:
        return self._provider.keys

    def get_audiences(self, client: ClientMixin, user: Person, scope: str) -> str:
        return self._provider.audience

    def get_extra_claims(self, client: Any, grant_type: str, user: Person, scope: str) -> dict[str, Any]:
        return {"roles": [ROLES[user.subject]], "name": user.subject.title(), **self._provider.extra_claims}


class _CodeGrant(grants.AuthorizationCodeGrant):
    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        given = request.payload.data
        self.server.provider.codes[code] = Code(
            request.user,
            given["redirect_uri"],
            request.scope,
            self.server.provider.nonce or given["nonce"],
            given["code_challenge"],
            given["code_challenge_method"],
        )

    def query_authorization_code(self, code: str, client: ClientMixin) -> Code | None:
        return self.server.provider.codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        codes = self.server.provider.codes
        self.server.provider.codes = {code: one for code, one in codes.items() if one is not authorization_code}

    def authenticate_user(self, authorization_code: Code) -> Person:
        return authorization_code.person


class _RefreshGrant(grants.RefreshTokenGrant):
    """Each refresh token works once."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Renewable:
        held = self.server.provider.renewable.get(refresh_token)
        if held is None:
            raise InvalidGrantError
        return held

    def authenticate_user(self, refresh_token: Renewable) -> Person:
        return refresh_token.person

    def revoke_old_credential(self, refresh_token: Renewable) -> None:
        self.server.provider.renewable.pop(refresh_token.token)


class _Identity(OpenIDCode):
    def __init__(self, provider: "IdentityProvider") -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return any(one.nonce == nonce for one in self._provider.codes.values())

    def resolve_client_private_key(self, client: ClientMixin) -> KeySet:
        return self._provider.keys

    def get_client_algorithm(self, client: ClientMixin) -> str:
        return "ES256"

    def get_client_claims(self, client: ClientMixin) -> dict[str, Any]:
        return {"iss": self._provider.issuer}

    def generate_user_info(self, user: Person, scope: str) -> dict[str, Any]:
        return {"sub": user.subject, "name": user.subject.title(), **self._provider.identity_claims}


class _Revocation(RevocationEndpoint):
    def query_token(self, token_string: str, token_type_hint: str | None) -> Renewable | None:
        return self.server.provider.renewable.get(token_string)

    def revoke_token(self, token: Renewable, request: OAuth2Request) -> None:
        self.server.provider.renewable.pop(token.token)


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
        self._server = _Server(self)
        self._server.register_token_generator("default", _Tokens(self))
        self._server.register_grant(_CodeGrant, [CodeChallenge(required=True), _Identity(self)])
        self._server.register_grant(_RefreshGrant)
        self._server.register_endpoint(_Revocation)
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
        form = await _form(request)
        subject = form.get("subject") or request.cookies.get("provider_session")
        if subject is None:
            return HTMLResponse('<form method="post"><input name="subject"></form>')
        asked = _Request(request, {})
        try:
            grant = self._server.get_consent_grant(asked, Person(subject))
        except OAuth2Error as error:
            return self._server.handle_error_response(asked, error)
        answer = self._server.create_authorization_response(asked, Person(subject), grant)
        answer.set_cookie("provider_session", subject)
        return answer

    async def token(self, request: Request) -> Response:
        self.asked["token"] += 1
        return self._server.create_token_response(_Request(request, await _form(request)))

    async def revoke(self, request: Request) -> Response:
        return self._server.create_endpoint_response("revocation", _Request(request, await _form(request)))

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
