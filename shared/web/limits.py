"""What no request may be, checked before anything is parsed: too large, nested too deep, holding NUL characters."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Fault, InvalidInput, Problem
from shared.web.language import language_of
from shared.web.problems import respond

BODY_MAX_BYTES = 2 * 1024 * 1024
BODY_MAX_BYTES_UNDER: Mapping[str, int] = {"/v1/imports": 64 * 1024 * 1024}
"""A portfolio file is larger than any form."""
JSON_MAX_DEPTH = 32
"""Deeper than any model here; a parser that recurses must never see more."""

# a string without its end matches too: else each of its quotes would be tried to the end of the body
_JSON_PART = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class BodyTooLarge(Problem):
    """The body is larger than this address takes; it was not read."""

    kind = "body-too-large"
    status = 413
    title = {"fr": "Corps trop grand", "en": "Body too large"}  # noqa: RUF012  (as in the base class)


class UnstorableCharacter(InvalidInput):
    """The request holds a NUL character, which no text column can."""

    kind = "unstorable-character"


class TooDeep(InvalidInput):
    """The JSON is nested deeper than any model."""

    kind = "json-too-deep"


class RequestLimits:
    """Refuses, before anything is parsed: bodies that are too large or too deep, and NUL characters anywhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            _refuse_nul_in_address(scope)
            if "content-length" in headers or "transfer-encoding" in headers:
                receive = await _checked_body(scope["path"], headers, receive)
        except Problem as problem:
            await respond(problem, language_of(headers.get("accept-language")))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _refuse_nul_in_address(scope: Scope) -> None:
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        raise UnstorableCharacter(
            {
                "fr": "L'adresse contient le caractère NUL (%00) ; retirez-le.",
                "en": "The address holds the NUL character (%00); remove it.",
            }
        )


async def _checked_body(path: str, headers: Headers, receive: Receive) -> Receive:
    """Read the whole body, check it, and give a `receive` that hands it on in one message."""
    limit = next(
        (size for prefix, size in BODY_MAX_BYTES_UNDER.items() if path.startswith(prefix)), BODY_MAX_BYTES
    )
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return _replay(message, receive)  # the caller has gone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            break
    body = b"".join(parts)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type.endswith("json"):
        check_json(body)
    return _replay({"type": "http.request", "body": body, "more_body": False}, receive)


def check_json(body: bytes) -> None:
    """Refuse JSON that is nested too deep or holds a NUL, without parsing it.

    Raises:
        TooDeep: deeper than `JSON_MAX_DEPTH`.
        UnstorableCharacter: a NUL, raw or as an escape.
    """
    if b"\x00" in body or (b"\\u0000" in body and _NUL.search(body)):
        raise UnstorableCharacter(
            {
                "fr": "Le corps contient le caractère NUL ; retirez-le.",
                "en": "The body holds the NUL character; remove it.",
            },
            faults=[Fault("", _NUL_AT, "nul_character")],
        )
    if body.count(b"[") + body.count(b"{") <= JSON_MAX_DEPTH:
        return
    depth = 0
    for part in _JSON_PART.finditer(body):
        match part[0]:
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
        if depth > JSON_MAX_DEPTH:
            at = part.start() + 1
            raise TooDeep(
                {
                    "fr": f"Le JSON est imbriqué sur plus de {JSON_MAX_DEPTH} niveaux ; aucun modèle n'en demande "
                    "autant.",
                    "en": f"The JSON is nested deeper than {JSON_MAX_DEPTH} levels; no model asks for that.",
                },
                faults=[
                    Fault(
                        "",
                        {"fr": f"Trop profond à partir de l'octet {at}.", "en": f"Too deep from byte {at}."},
                        "too_deep",
                    )
                ],
            )


_NUL_AT = {"fr": "Un caractère NUL ne peut pas être enregistré.", "en": "A NUL character cannot be stored."}


def _too_large(limit: int) -> BodyTooLarge:
    size = limit // (1024 * 1024)
    return BodyTooLarge(
        {
            "fr": f"Le corps dépasse {size} Mio, la limite de cette adresse.",
            "en": f"The body exceeds {size} MiB, the limit of this address.",
        },
        headers={"Connection": "close"},
    )


def _replay(first: Message, receive: Receive) -> Receive:
    handed_on = False

    async def replay() -> Message:
        nonlocal handed_on
        if handed_on:
            return await receive()
        handed_on = True
        return first

    return replay
