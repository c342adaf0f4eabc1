"""What no request may hold, found before anything is parsed: NUL characters, and JSON that is nested too deep."""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Fault, InvalidInput
from shared.web.language import language_of
from shared.web.problems import respond

JSON_MAX_DEPTH = 32
"""Deeper than any model here; a parser that recurses must never see more."""

# a string without its end matches too: else each of its quotes would be tried to the end of the body
_JSON_PART = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class UnstorableCharacter(InvalidInput):
    """The request holds a NUL character, which no text column can."""

    kind = "unstorable-character"


class TooDeep(InvalidInput):
    """The JSON is nested deeper than any model."""

    kind = "json-too-deep"


class AddressCheck:
    """Refuses a NUL character in an address, wherever it leads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or not _holds_nul(scope):
            await self._app(scope, receive, send)
            return
        problem = UnstorableCharacter(
            {
                "fr": "L'adresse contient le caractère NUL (%00) ; retirez-le.",
                "en": "The address holds the NUL character (%00); remove it.",
            }
        )
        language = language_of(Headers(scope=scope).get("accept-language"))
        await respond(problem, language)(scope, receive, send)


def _holds_nul(scope: Scope) -> bool:
    return "\x00" in scope["path"] or b"%00" in scope["query_string"]


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
