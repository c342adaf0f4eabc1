"""The development issuer: a key pair in a private folder, signing tokens for anyone; it never runs in production."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from uuid_utils.compat import uuid7

from shared.identity import KEYS_FILE, MisconfiguredIdentity, Role

PRIVATE_KEY_FILE = "private.pem"
ALGORITHM = "ES256"
CLIENT = "djoliba-development"


class IssuerSettings(Protocol):
    """What the issuer has to know; `Settings` say it, and so does an installation to its console."""

    @property
    def environment(self) -> str:
        """`production` has no development issuer."""

    @property
    def development_keys(self) -> Path | None:
        """Folder of the key pair."""

    @property
    def issuer(self) -> str:
        """Who signs."""

    @property
    def audience(self) -> str:
        """Whom the tokens are for."""


class DevelopmentIssuer:
    """Signs access tokens that the same settings' `Verifier` accepts."""

    def __init__(self, folder: Path, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._key = _key_pair(folder)
        self._kid = _public(self._key)["kid"]

    @classmethod
    def from_settings(cls, settings: IssuerSettings) -> "DevelopmentIssuer":
        """The issuer whose folder the settings name, made on first use (mode 0700).

        Raises:
            MisconfiguredIdentity: in production, or when no folder is named.
        """
        if settings.environment == "production":
            raise MisconfiguredIdentity(
                "The development issuer does not start when DJOLIBA_ENVIRONMENT is production: anyone who reads "
                "its folder could sign any token. Use the organisation's identity provider."
            )
        if settings.development_keys is None:
            raise MisconfiguredIdentity("Set DJOLIBA_DEVELOPMENT_KEYS to the folder of the development issuer.")
        return cls(settings.development_keys, settings.issuer, settings.audience)

    def token(
        self,
        role: Role | str | Iterable[Role | str],
        subject: str = "dev",
        *,
        name: str | None = None,
        sponsor: str | None = None,
        scopes: Iterable[str] = (),
        lifetime: timedelta = timedelta(hours=8),
    ) -> str:
        """A signed access token for one role or several; `sponsor` is the slug of a sponsor editor's section."""
        roles = sorted({Role(role)} if isinstance(role, str) else {Role(one) for one in role})
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "client_id": subject if Role.SERVICE in roles else CLIENT,
            "iat": now,
            "exp": now + lifetime,
            "jti": str(uuid7()),
            "name": name or subject,
            "roles": [str(one) for one in roles],
        }
        if sponsor is not None:
            claims["sponsor"] = sponsor
        if listed := " ".join(sorted(scopes)):
            claims["scope"] = listed
        return self.sign(claims)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Exactly these claims, signed; `header` replaces members of the usual one."""
        usual = {"typ": "at+jwt", "kid": self._kid}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={**usual, **header})


def _key_pair(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The folder's private key, made by the first process that asks and published beside it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    secret = folder / PRIVATE_KEY_FILE
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not secret.exists():
            made = ec.generate_private_key(ec.SECP256R1())
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            _write(secret, pem)
        key = load_pem_private_key(secret.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise MisconfiguredIdentity(f"{secret} is not an elliptic-curve key; delete it to have one made.")
        published = json.dumps({"keys": [_public(key)]}).encode()
        target = folder / KEYS_FILE
        if not target.exists() or target.read_bytes() != published:
            _write(target, published)
    return key


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all, and never readable by others: a reader must not see half a key."""
    new = target.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    new.replace(target)


def _public(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The public key as a JWK (RFC 7517); its kid is the thumbprint of RFC 7638."""
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    thumbprint = jwt.utils.base64url_encode(
        hashlib.sha256(
            json.dumps({member: jwk[member] for member in ("crv", "kty", "x", "y")}, separators=(",", ":")).encode()
        ).digest()
    ).decode()
    return {**jwk, "kid": thumbprint, "use": "sig", "alg": ALGORITHM}
