"""The body of a request: read after the caller is known, within bytes and time, and parsed strictly (RFC 8259)."""

import asyncio
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.requests import ClientDisconnect, Request

from shared.errors import Fault, InvalidInput, Texts
from shared.refusal import Refusal
from shared.web.limits import check_json

_MEBIBYTES = 2
BODY_MAX_BYTES = _MEBIBYTES * 1024 * 1024
"""More than any form of ours holds."""
BODY_BYTES_PER_SECOND = 500
"""A body may take `settings.body_seconds`, and a second more for so many bytes: what Apache's mod_reqtimeout allows,
enough for a satellite link and not for one byte a second for ever."""
LONG_BYTES = 64 * 1024
"""A longer body is parsed beside the event loop, so that others are served meanwhile."""
_CLOSE = ("Connection", "close")


class BodyTooLarge(Refusal):
    """The body is larger than any address takes; it was not read."""

    kind, status, header = "body-too-large", 413, _CLOSE
    title = {"fr": "Corps trop grand", "en": "Body too large"}  # noqa: RUF012  (as in the base class)
    fr = f"Le corps dépasse {_MEBIBYTES} Mio, la limite de toute adresse ; envoyez-le en plusieurs fois."
    en = f"The body exceeds {_MEBIBYTES} MiB, the limit of every address; send it in parts."


class BodyTooSlow(Refusal):
    """The body came in more slowly than any link that works."""

    kind, status, header = "request-timeout", 408, _CLOSE
    title = {"fr": "Requête trop lente", "en": "Request too slow"}  # noqa: RUF012
    fr = "Le corps de la requête n'est pas arrivé à temps ; renvoyez-le, avec la même Idempotency-Key."
    en = "The body of the request did not arrive in time; send it again, with the same Idempotency-Key."


class UnsupportedMediaType(Refusal):
    """The body is of another kind than this address reads."""

    kind, status = "unsupported-media-type", 415
    title = {"fr": "Type de corps non admis", "en": "Unsupported media type"}  # noqa: RUF012
    fr = "Le corps est du type « {given} » ; envoyez-le avec l'en-tête `Content-Type: {wanted}`."
    en = "The body is of the type '{given}'; send it with the header `Content-Type: {wanted}`."
    given: str
    wanted: str


class JsonInvalid(InvalidInput):
    """The body is not JSON, or JSON that two readers could understand differently."""


class CheckedRequest(Request):
    """A request whose body is read, and its JSON parsed: the framework finds both here."""

    def __init__(self, request: Request, body: bytes, content: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._bytes = body
        self._content = content

    async def body(self) -> bytes:
        """The body as it came."""
        return self._bytes

    async def json(self) -> Any:
        """The parsed body."""
        return self._content


def refuse_media_type(request: Request, body: bytes, wanted: str | None) -> None:
    """Raise `UnsupportedMediaType` for a body that is not of the type that an operation reads (None: it reads none)."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = given.endswith(("/json", "+json"))
    if wanted is None or not body or is_json == wanted.endswith("json"):
        return
    raise UnsupportedMediaType(given[:60] or "-", wanted)


async def checked(request: Request) -> CheckedRequest:
    """The request with its body read and, if it is JSON, parsed.

    Raises:
        BodyTooLarge, BodyTooSlow: it exceeds what every address takes.
        InvalidInput: its JSON is wrong, ambiguous, nested too deep, or holds what no text column can.
    """
    body = await _read(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body or not media_type.endswith("json"):
        return CheckedRequest(request, body, None)
    if len(body) > LONG_BYTES:
        return CheckedRequest(request, body, await asyncio.to_thread(parse, body))
    return CheckedRequest(request, body, parse(body))


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if int(declared[:20]) > BODY_MAX_BYTES:  # digits only: the server's parser refuses anything else
        raise BodyTooLarge
    body = bytearray()
    latest = asyncio.get_running_loop().time() + request.app.state.settings.body_seconds
    while True:
        try:
            async with asyncio.timeout_at(latest + len(body) / BODY_BYTES_PER_SECOND):
                message = await request.receive()
        except TimeoutError:
            raise BodyTooSlow from None
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > BODY_MAX_BYTES:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8, refusing what readers disagree on: a member twice, half a surrogate pair, NaN.

    Raises:
        InvalidInput: it is none, or is nested too deep, or holds a NUL.
    """
    check_json(body)
    try:
        content = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_members, parse_constant=_refuse_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        raise _invalid(
            f"L'octet {error.start} n'est pas de l'UTF-8.", f"Byte {error.start} is not UTF-8.", "not_utf8"
        ) from None
    except json.JSONDecodeError as error:
        raise _invalid(
            f"Le JSON est mal formé (ligne {error.lineno}, colonne {error.colno}).",
            f"The JSON is malformed (line {error.lineno}, column {error.colno}).",
            "json_invalid",
        ) from None
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise _invalid(
            "Un nombre a plus de chiffres que tout ce qui s'enregistre.",
            "A number has more digits than anything that is stored.",
            "number_too_long",
        ) from None
    if b"\\u" in body and (halves := list(_half_characters(content, ""))):
        raise JsonInvalid(_AMBIGUOUS, faults=[Fault(pointer, _HALF, "lone_surrogate") for pointer in halves])
    return content


def _half_characters(value: Any, pointer: str) -> Iterator[str]:
    """Where a text, or the name of a member, holds one half of a surrogate pair."""
    if isinstance(value, str):
        if not _is_whole(value):
            yield pointer
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _half_characters(one, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for name, one in value.items():
            if _is_whole(name):
                yield from _half_characters(one, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
            else:
                yield pointer


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _invalid(
            f"{text[:40]} dépasse tout ce qui s'enregistre.",
            f"{text[:40]} is beyond anything that is stored.",
            "number_too_large",
        )
    return number


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        shown = twice[:80].encode("utf-8", "replace").decode()
        raise _invalid(
            f"Le membre « {shown} » figure deux fois dans un objet ; gardez celui qui vaut.",
            f"The member '{shown}' stands twice in one object; keep the one that holds.",
            "duplicate_member",
        )
    return found


def _refuse_constant(name: str) -> Any:
    raise _invalid(f"{name} n'est pas du JSON.", f"{name} is not JSON.", "json_invalid")


def _invalid(french: str, english: str, code: str) -> JsonInvalid:
    return JsonInvalid(_AMBIGUOUS, faults=[Fault("", {"fr": french, "en": english}, code)])


_AMBIGUOUS: Texts = {
    "fr": "Le corps de la requête n'est pas du JSON sans équivoque ; rien n'a été enregistré.",
    "en": "The body of the request is not unambiguous JSON; nothing was recorded.",
}
_HALF: Texts = {
    "fr": "Le texte contient la moitié d'un caractère (\\ud800 à \\udfff sans son pendant).",
    "en": "The text holds half a character (\\ud800 to \\udfff without its other half).",
}
