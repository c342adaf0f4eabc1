"""Keys and tokens for tests, good and bad, and a provider whose key set can change, fail and be counted."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://login.example.org"
AUDIENCE = "djoliba"


@cache
def key(kind: str, name: str = "first") -> Any:
    """A private key, made once per name."""
    if kind == "RS256":
        return rsa.generate_private_key(65537, 1024 if name == "short" else 2048)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ES256" else ed25519.Ed25519PrivateKey.generate()


def jwk(kind: str, kid: str, name: str = "first", **members: Any) -> dict[str, Any]:
    """The public half as a JWK."""
    algorithm = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[kind]
    return {**algorithm.to_jwk(key(kind, name).public_key(), as_dict=True), "kid": kid, "alg": kind, **members}


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a good token; None removes one."""
    now = int(time.time())
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "awa",
        "client_id": "portal",
        "iat": now,
        "exp": now + 600,
        "jti": "1",
        "roles": ["viewer"],
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def token(kind: str = "ES256", kid: str = "k1", name: str = "first", typ: str = "at+jwt", **changed: Any) -> str:
    """A signed access token."""
    return jwt.encode(claims(**changed), key(kind, name), kind, headers={"typ": typ, "kid": kid})


def part(value: Any) -> str:
    """One part of a compact token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def by_hand(header: Any, body: Any, signature: bytes = b"") -> str:
    """A token that no library would make."""
    return f"{part(header)}.{part(body)}.{part(signature)}"


def signed_with_public_key(secret: bytes) -> str:
    """The classic confusion: HMAC with the published key as its secret."""
    head = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'k1'})}.{part(claims())}"
    return f"{head}.{part(hmac.new(secret, head.encode(), hashlib.sha256).digest())}"


@dataclass
class Provider:
    """Publishes a key set."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk("ES256", "k1")])
    is_down: bool = False
    fetches: int = 0

    async def fetch(self) -> Any:
        self.fetches += 1
        if self.is_down:
            raise httpx.ConnectError("down")
        return {"keys": self.keys}
