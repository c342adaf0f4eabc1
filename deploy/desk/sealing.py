"""What is kept in the browser and nobody can read or change there: encrypted cookies, cut where they grow too long."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from starlette.responses import Response

from deploy.desk.session import HOURS, keep

PIECE_CHARACTERS = 3800
"""Browsers keep 4,096 bytes of a cookie, with its name and attributes (RFC 6265, 6.1)."""
PIECES = 4
"""The longest that is kept: 15 kB, where servers commonly take headers of 16 kB and more."""


class TooLong(Exception):
    """More than cookies hold."""


class Seal:
    """Encrypts and authenticates (Fernet: AES-128-CBC with HMAC-SHA256); several keys, of which the first one writes."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Keys as `Fernet.generate_key` makes them; ValueError: one is none, or there is none."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def closed(self, kind: str, value: Mapping[str, Any]) -> str:
        """The value, sealed; `kind` says what for, so that one cookie is not taken for another."""
        content = json.dumps([kind, value], separators=(",", ":")).encode()
        return self._fernet.encrypt(zlib.compress(content)).decode()

    def opened(self, kind: str, sealed: str, seconds: int) -> dict[str, Any] | None:
        """What was sealed for this kind at most `seconds` ago; None if it was not by us, or is something else."""
        try:
            found, value = json.loads(zlib.decompress(self._fernet.decrypt(sealed.encode(), ttl=seconds)))
        except InvalidToken:
            return None
        return value if found == kind else None


def joined(cookies: Mapping[str, str], name: str) -> str:
    """A long value from its cookies; the first one says how many there are."""
    count, _, first = cookies.get(name, "").partition(".")
    further = range(1, int(count)) if count.isascii() and count.isdigit() and int(count) <= PIECES else ()
    return first + "".join(cookies.get(f"{name}_{one}", "") for one in further)


def fits(value: str) -> bool:
    """Whether cookies hold it."""
    return len(value) <= PIECE_CHARACTERS * PIECES


def put(
    answer: Response, cookies: Mapping[str, str], name: str, value: str, *, is_secure: bool, seconds: int = HOURS * 3600
) -> None:
    """Set a long value as several cookies, and remove what an earlier, longer one left.

    Raises:
        TooLong: it is.
    """
    if not fits(value):
        raise TooLong
    pieces = [value[start : start + PIECE_CHARACTERS] for start in range(0, len(value), PIECE_CHARACTERS)]
    for place, piece in enumerate(pieces):
        one = piece if place else f"{len(pieces)}.{piece}"
        keep(answer, f"{name}_{place}" if place else name, one, is_secure=is_secure, seconds=seconds)
    _remove_from(answer, cookies, name, len(pieces))


def remove(answer: Response, cookies: Mapping[str, str], name: str) -> None:
    """Remove a long value."""
    answer.delete_cookie(name, path="/desk")
    _remove_from(answer, cookies, name, 1)


def _remove_from(answer: Response, cookies: Mapping[str, str], name: str, first: int) -> None:
    for place in range(first, PIECES):
        if f"{name}_{place}" in cookies:
            answer.delete_cookie(f"{name}_{place}", path="/desk")
