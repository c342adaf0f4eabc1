"""Authlib's authorization server on Starlette, with PKCE, OpenID Connect and the access tokens of RFC 9068, for tests.

`provider` is the identity provider that these act for; it holds what they have given out.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError, grants
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import Response

from shared.identity import Role

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


class Asked(OAuth2Request):
    """A request that came in plain text, on this machine, where Authlib would have https only."""

    def __init__(self, request: Request, form: dict[str, str]) -> None:
        super().__init__(request.method, str(request.url).replace("http:", "https:", 1), headers=request.headers)
        self._args, self._ownform_of = dict(request.query_params), form
        self.payload = BasicOAuth2Payload({**self._args, **form})

    @property
    def args(self) -> dict[str, str]:
        return self._args

    @property
    def form(self) -> dict[str, str]:
        return self._ownform_of


async def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


class Server(AuthorizationServer):
    def __init__(self, provider: Any) -> None:
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


class Tokens(JWTBearerTokenGenerator):
    def __init__(self, provider: Any) -> None:
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


class CodeGrant(grants.AuthorizationCodeGrant):
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


class RefreshGrant(grants.RefreshTokenGrant):
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


class Identity(OpenIDCode):
    def __init__(self, provider: Any) -> None:
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


class Revocation(RevocationEndpoint):
    def query_token(self, token_string: str, token_type_hint: str | None) -> Renewable | None:
        return self.server.provider.renewable.get(token_string)

    def revoke_token(self, token: Renewable, request: OAuth2Request) -> None:
        self.server.provider.renewable.pop(token.token)
