"""The organisation's identity provider: discovery, authorization code with PKCE, renewal, sign-out (OpenID Connect)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import structlog
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ALGORITHMS = ("RS256", "PS256", "ES256")
"""The signatures of an id_token that are accepted; never `none`, never a shared secret."""
FRESH_SECONDS = 3600.0
"""How old the discovery document may be while the provider answers."""
LEEWAY_SECONDS = 10
EXPIRES_SECONDS = 300
"""When a token is renewed whose lifetime the provider does not state."""

log = structlog.get_logger(__name__)


class ProviderDown(Exception):
    """The provider does not answer, or with what is no answer."""


class ProviderRefused(Exception):
    """The provider does not grant it, or what it granted is not what was asked for."""


@dataclass(frozen=True)
class Grant:
    """What the provider granted for one sign-in."""

    access: str
    refresh: str | None
    identity: str | None
    """The id_token, verified; it tells the provider whose sign-out is asked for."""
    name: str
    expires_at: float
    """Seconds since 1970; of the access token."""


@dataclass(frozen=True)
class Client:
    """How the provider knows the desk."""

    issuer: str
    identifier: str
    secret: str | None
    """None: a public client, which PKCE alone protects."""
    scopes: str
    resource: str | None = None
    """The API's identifier, for providers that ask for it (RFC 8707)."""


class Provider:
    """The provider, as one client sees it."""

    def __init__(self, client: Client, http: httpx.AsyncClient, seconds: Callable[[], float] = time.time) -> None:
        self._client, self._http, self._seconds = client, http, seconds
        self._found: Mapping[str, Any] | None = None
        self._found_at = 0.0
        self._keys: KeySet | None = None

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return self._client.issuer

    async def metadata(self, *, fresh_seconds: float = FRESH_SECONDS) -> Mapping[str, Any]:
        """The discovery document; an older one while the provider is away.

        Raises:
            ProviderDown: it was never read, or names another issuer.
        """
        if self._found is not None and self._seconds() - self._found_at <= fresh_seconds:
            return self._found
        address = self._client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            found = await self._discovered(address)
        except ProviderDown:
            if self._found is None or fresh_seconds < FRESH_SECONDS:
                raise
            return self._found
        self._found, self._found_at = found, self._seconds()
        return found

    async def _discovered(self, address: str) -> Mapping[str, Any]:
        found = await self._json(await self._sent("GET", address))
        if found.get("issuer") != self._client.issuer:
            raise ProviderDown(f"{address} names the issuer {str(found.get('issuer'))[:200]!r}")
        return found

    async def address(self, *, state: str, nonce: str, verifier: str, back: str, language: str) -> str:
        """Where the browser goes to sign in; raises `ProviderDown`."""
        found = await self.metadata()
        asked = {"resource": self._client.resource} if self._client.resource else {}
        address: str = prepare_grant_uri(
            _endpoint(found, "authorization_endpoint"), self._client.identifier, "code", redirect_uri=back,
            scope=self._client.scopes, state=state, nonce=nonce, ui_locales=language,
            code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256", **asked,
        )  # fmt: skip
        return address

    async def exchange(self, code: str, *, verifier: str, nonce: str, back: str) -> Grant:
        """What a code brings, its id_token verified.

        Raises:
            ProviderRefused: the code, or the identity, is not good.
            ProviderDown: nobody answers.
        """
        found = await self._granted("authorization_code", code=code, code_verifier=verifier, redirect_uri=back)
        identity = found.get("id_token")
        if not isinstance(identity, str):
            raise ProviderRefused("no id_token")
        claims = await self._verified(identity, nonce, found["access_token"])
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return self._grant(found, Grant("", None, identity, str(name)[:255], 0.0))

    async def renewed(self, grant: Grant) -> Grant:
        """The grant with a new access token; raises as `exchange` does."""
        if grant.refresh is None:
            raise ProviderRefused("no refresh_token")
        return self._grant(await self._granted("refresh_token", refresh_token=grant.refresh), grant)

    async def farewell(self, identity: str | None, back: str, language: str) -> str | None:
        """Where the browser goes to sign out there too; None where the provider has no such place (or is down)."""
        try:
            address = (await self.metadata()).get("end_session_endpoint")
        except ProviderDown:
            return None
        if not isinstance(address, str):
            return None
        hint = {"id_token_hint": identity} if identity else {}
        asked = {"client_id": self._client.identifier, "post_logout_redirect_uri": back, "ui_locales": language}
        return f"{address}{'&' if '?' in address else '?'}{urlencode({**hint, **asked})}"

    async def revoke(self, grant: Grant) -> None:
        """Make the refresh token worthless (RFC 7009), where the provider can and answers."""
        try:
            address = (await self.metadata()).get("revocation_endpoint")
            if isinstance(address, str) and grant.refresh is not None:
                await self._posted(address, urlencode({"token": grant.refresh, "token_type_hint": "refresh_token"}))
        except ProviderDown as error:
            log.warning("refresh token not revoked", reason=str(error))

    def _grant(self, found: Mapping[str, Any], before: Grant) -> Grant:
        seconds = str(found.get("expires_in", ""))
        lifetime = int(seconds) if seconds.isascii() and seconds.isdigit() else EXPIRES_SECONDS
        return replace(
            before, access=found["access_token"], refresh=found.get("refresh_token") or before.refresh,
            expires_at=self._seconds() + lifetime,
        )  # fmt: skip

    async def _granted(self, kind: str, **asked: str) -> Mapping[str, Any]:
        address = _endpoint(await self.metadata(), "token_endpoint")
        answer = await self._posted(address, prepare_token_request(kind, **asked))
        found = await self._json(answer, is_refusal=True)
        if "error" in found or answer.status_code >= httpx.codes.BAD_REQUEST:
            raise ProviderRefused(f"{kind}: {str(found.get('error'))[:100]}")
        if not isinstance(found.get("access_token"), str) or str(found.get("token_type", "")).lower() != "bearer":
            raise ProviderRefused(f"{kind}: no bearer token")
        return found

    async def _posted(self, address: str, body: str) -> httpx.Response:
        known = (await self.metadata()).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        identifier, secret = self._client.identifier, self._client.secret
        if secret is None:
            method = "none"
        elif method == "client_secret_basic":  # RFC 6749, 2.3.1: both encoded as in a form
            identifier, secret = quote(identifier, safe=""), quote(secret, safe="")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        address, headers, body = ClientAuth(identifier, secret, method).prepare("POST", address, headers, body)
        return await self._sent("POST", address, content=body, headers=headers)

    async def _verified(self, identity: str, nonce: str, access: str) -> Mapping[str, Any]:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            try:
                token = jwt.decode(identity, await self._key_set(), registry=registry)
            except InvalidKeyIdError:
                token = jwt.decode(identity, await self._key_set(again=True), registry=registry)
            expected = {
                "iss": {"essential": True, "value": self._client.issuer},
                "aud": {"essential": True, "value": self._client.identifier},
            }
            asked = {"nonce": nonce, "client_id": self._client.identifier, "access_token": access}
            claims = CodeIDToken(token.claims, token.header, expected, asked)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, OAuth2Error, ValueError, KeyError, TypeError) as error:
            raise ProviderRefused(f"id_token: {type(error).__name__}") from error
        return dict(claims)

    async def _key_set(self, *, again: bool = False) -> KeySet:
        if self._keys is None or again:
            address = _endpoint(await self.metadata(), "jwks_uri")
            found: Any = await self._json(await self._sent("GET", address))
            self._keys = KeySet.import_key_set(found)
        return self._keys

    async def _sent(self, method: str, address: str, **options: Any) -> httpx.Response:
        try:
            return await self._http.request(method, address, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderDown(f"{method} {address}: {type(error).__name__}") from error

    async def _json(self, answer: httpx.Response, *, is_refusal: bool = False) -> Mapping[str, Any]:
        """The document of an answer; one of 400 only where that is how the provider refuses."""
        limit = httpx.codes.INTERNAL_SERVER_ERROR if is_refusal else httpx.codes.BAD_REQUEST
        if answer.status_code >= limit or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ProviderDown(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProviderDown(f"{answer.request.method} {answer.request.url.path}: no JSON object")
        return found


def _endpoint(found: Mapping[str, Any], name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str):
        raise ProviderDown(f"the discovery document names no {name}")
    return address
