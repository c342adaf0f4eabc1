"""Who is calling: access tokens (RFC 9068) verified against the issuer's published keys, remembered for a minute."""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import structlog

from shared.egress import guarded_client, read_capped
from shared.errors import Unauthenticated, Unavailable
from shared.identity import KEYS_FILE, MisconfiguredIdentity, Role
from shared.refusal import Refusal
from shared.settings import Settings

ALGORITHMS: Mapping[str, str] = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""The signatures accepted, with the key type that each one needs; never `none`, never a shared secret."""

REMEMBERED_SECONDS = 60.0
"""A revoked token or a removed key works at most this long."""
REMEMBERED_TOKENS = 4096
FETCH_INTERVAL_SECONDS = 10.0
"""Keys are fetched at most this often, however many tokens name keys that nobody knows."""
KEYS_FRESH_SECONDS = 300.0
FETCH_SECONDS = 5.0
"""Longest reading of the provider's keys, from the look-up of its name to the last byte."""
KEYS_MAX_BYTES = 256 * 1024
"""A key set has a few kilobytes."""
CLOCK_SKEW_SECONDS = 10
TOKEN_MAX_CHARACTERS = 16_384
SUBJECT_MAX_CHARACTERS = 255
RSA_MIN_BITS = 2048

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Principal:
    """Who acts: a person, a program, or one of our own jobs."""

    subject: str
    """The issuer's stable identifier; what `actor`, `author` and `recorded_by` hold."""
    name: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    """Permissions named by the token; they narrow a person's roles and are all that a program has."""
    is_service: bool = False
    sponsor: str | None = None
    """Slug of the section whose projects a sponsor editor may change."""

    @property
    def is_anonymous(self) -> bool:
        """Whether no token came with the request."""
        return self is ANONYMOUS or self.subject == ANONYMOUS_SUBJECT


ANONYMOUS_SUBJECT = "anonymous"
ANONYMOUS = Principal(ANONYMOUS_SUBJECT)
"""A request without a token; it reads public projections only."""


def system(name: str) -> Principal:
    """The principal of our own jobs and commands, such as `system:rates`; never the subject of a token."""
    return Principal(f"system:{name}", name, frozenset({Role.ADMIN}))


class InvalidToken(Refusal, Unauthenticated):
    """One answer for every bad token, so that it tells a forger nothing; the log holds the reason."""

    header = ("WWW-Authenticate", 'Bearer error="invalid_token"')
    fr = "Le jeton d'accès manque ou n'est pas valable ; demandez-en un nouveau à votre fournisseur d'identité et envoyez-le dans l'en-tête Authorization: Bearer."
    en = "The access token is missing or not valid; obtain a new one from your identity provider and send it in the header Authorization: Bearer."


class KeysUnavailable(Refusal, Unavailable):
    """No key of the issuer has ever been read, so no token can be judged."""

    header = ("Retry-After", str(int(FETCH_INTERVAL_SECONDS)))
    fr = "Les clés du fournisseur d'identité ne peuvent pas être lues ; réessayez dans quelques secondes."
    en = "The identity provider's keys cannot be read; try again in a few seconds."


class _Refused(Exception):
    """Why a token is refused, for the log."""


FetchKeys = Callable[[], Awaitable[Any]]


def published_keys(settings: Settings) -> FetchKeys:
    """How to read the issuer's key set: from the provider's URL, else from the development issuer's folder.

    Raises:
        MisconfiguredIdentity: no source is named, or production names the development issuer.
    """
    if settings.environment == "production" and (settings.development_keys or not settings.jwks_url):
        raise MisconfiguredIdentity(
            "In production, tokens come from the organisation's identity provider: set DJOLIBA_JWKS_URL, "
            "DJOLIBA_ISSUER and DJOLIBA_AUDIENCE, and unset DJOLIBA_DEVELOPMENT_KEYS."
        )
    if settings.jwks_url:
        if not settings.jwks_url.startswith("https://") and not settings.identity_networks:
            raise MisconfiguredIdentity(
                "DJOLIBA_JWKS_URL is an https address; for a provider inside the organisation, name its networks in "
                'DJOLIBA_IDENTITY_NETWORKS (["10.20.0.0/16"]).'
            )
        return _from_url(settings.jwks_url, settings)
    if settings.development_keys:
        return _from_file(settings.development_keys / KEYS_FILE)
    raise MisconfiguredIdentity("Set DJOLIBA_JWKS_URL, or DJOLIBA_DEVELOPMENT_KEYS outside production.")


def _from_url(url: str, settings: Settings) -> FetchKeys:
    async def fetch() -> Any:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            guarded_client(
                inner=settings.identity_networks,
                timeout_seconds=FETCH_SECONDS,
                authorities=settings.identity_authorities,
            ) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            return json.loads(await read_capped(answer, KEYS_MAX_BYTES))

    return fetch


def _from_file(path: Path) -> FetchKeys:
    async def fetch() -> Any:
        return json.loads(await asyncio.to_thread(path.read_bytes))

    return fetch


class Verifier:
    """Turns an Authorization header into a principal."""

    def __init__(
        self, issuer: str, audience: str, fetch: FetchKeys, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._seconds = seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching = asyncio.Lock()
        self._remembered: dict[bytes, tuple[Principal, float]] = {}

    @classmethod
    def from_settings(cls, settings: Settings) -> "Verifier":
        """The verifier that the settings describe; raises `MisconfiguredIdentity`."""
        return cls(settings.issuer, settings.audience, published_keys(settings))

    async def verify(self, authorization: str | None) -> Principal:
        """The caller behind an Authorization header; anonymous when there is none.

        Raises:
            InvalidToken: whatever is wrong with the token.
            KeysUnavailable: the issuer's keys were never read.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > TOKEN_MAX_CHARACTERS:
            raise InvalidToken
        digest = hashlib.sha256(token.encode()).digest()
        held = self._remembered.get(digest)
        if held is not None and time.time() < held[1]:
            return held[0]
        try:
            principal, expires = await self._check(token)
        except (_Refused, jwt.PyJWTError, ValueError) as error:
            log.info("token refused", reason=f"{type(error).__name__}: {error}"[:200])
            raise InvalidToken from None
        self._remember(digest, principal, min(expires, time.time() + REMEMBERED_SECONDS))
        return principal

    def _remember(self, digest: bytes, principal: Principal, until: float) -> None:
        if len(self._remembered) >= REMEMBERED_TOKENS:
            now = time.time()
            self._remembered = {key: held for key, held in self._remembered.items() if held[1] > now}
            if len(self._remembered) >= REMEMBERED_TOKENS:
                self._remembered.clear()
        self._remembered[digest] = (principal, until)

    async def _check(self, token: str) -> tuple[Principal, float]:
        header = jwt.get_unverified_header(token)
        kind = str(header.get("typ", "")).lower()
        if kind not in {"at+jwt", "application/at+jwt"}:
            raise _Refused(f"typ is {kind!r}")
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise _Refused(f"alg is {algorithm!r}")
        identifier = header.get("kid")
        if not isinstance(identifier, str):
            raise _Refused("kid is missing")
        key = await self._key(identifier)
        if key.key_type != ALGORITHMS[algorithm] or key.algorithm_name != algorithm:
            raise _Refused(f"the key is not one for {algorithm}")
        claims = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            issuer=self._issuer,
            audience=self._audience,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["iss", "aud", "exp", "iat", "sub", "client_id", "jti"]},
        )
        return _principal(claims), float(claims["exp"]) + CLOCK_SKEW_SECONDS

    async def _key(self, identifier: str) -> jwt.PyJWK:
        if identifier not in self._keys or (self._is_stale() and not self._fetching.locked()):
            # one fetch for all who wait; an unknown kid waits for the one under way
            async with self._fetching:
                if (identifier not in self._keys or self._is_stale()) and self._may_fetch():
                    await self._refresh()
        if identifier in self._keys:
            return self._keys[identifier]
        if self._fetched_at is None:
            raise KeysUnavailable
        raise _Refused("no published key has this kid")

    def _is_stale(self) -> bool:
        return self._fetched_at is None or self._seconds() - self._fetched_at > KEYS_FRESH_SECONDS

    def _may_fetch(self) -> bool:
        return self._tried_at is None or self._seconds() - self._tried_at >= FETCH_INTERVAL_SECONDS

    async def _refresh(self) -> None:
        self._tried_at = self._seconds()
        try:
            keys = _usable_keys(await self._fetch())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RecursionError) as error:
            # an outage of the provider must not lock everybody out: the keys already held go on serving
            log.warning("issuer keys not read", reason=f"{type(error).__name__}: {error}"[:200])
            return
        if not self._keys.keys() <= keys.keys():
            self._remembered.clear()  # a key was withdrawn, and what it signed with it
        self._keys = keys
        self._fetched_at = self._seconds()


def _usable_keys(document: Any) -> dict[str, jwt.PyJWK]:
    """The signature keys of a JWKS by kid; those of other uses, kinds or too short are left out."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("The key set is not a JWKS document.")  # noqa: TRY004  (wrong data, not a wrong call)
    keys: dict[str, jwt.PyJWK] = {}
    for entry in document["keys"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
            continue
        if entry.get("use", "sig") != "sig" or entry.get("kty") not in ALGORITHMS.values():
            continue
        try:
            key = jwt.PyJWK(entry)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if key.key_type == "RSA" and key.key.key_size < RSA_MIN_BITS:
            continue
        keys[entry["kid"]] = key
    return keys


def _principal(claims: Mapping[str, Any]) -> Principal:
    subject = claims["sub"]
    if (
        not isinstance(subject, str)
        or not subject.isprintable()
        or not 0 < len(subject) <= SUBJECT_MAX_CHARACTERS
        or subject == ANONYMOUS_SUBJECT
        or subject.startswith("system:")
    ):
        raise _Refused("sub is not an acceptable identifier")
    named = claims.get("roles", [])
    if not isinstance(named, list):
        raise _Refused("roles is not a list")
    roles = frozenset(str(role) for role in named) & frozenset(Role)
    scope = claims.get("scope", "")
    scopes = frozenset(word for word in str(scope).split() if ":" in word)
    sponsor = claims.get("sponsor")
    return Principal(
        subject=subject,
        name=str(claims.get("name") or subject)[:SUBJECT_MAX_CHARACTERS],
        roles=frozenset(str(role) for role in roles),
        scopes=scopes,
        # RFC 9068 2.2: a token obtained by client credentials has the client as its subject
        is_service=claims["client_id"] == subject or Role.SERVICE in roles,
        sponsor=sponsor if isinstance(sponsor, str) else None,
    )
