"""`/openapi.json`: the contract, made once in each language; what authors say of it in English is said in French too."""

import hashlib
import json
from asyncio import to_thread
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.web.examples import Document
from shared.web.language import language_of
from shared.web.words import translated

_SAID = frozenset({"summary", "description", "x-meaning", "x-label"})
"""Members of the document that people read."""


def contract_route(document: Callable[[], Document]) -> Route:
    """The route that answers the document in the language of `Accept-Language`, or 304 to who has it already."""
    made: dict[str, tuple[bytes, str]] = {}

    def written(language: str) -> tuple[bytes, str]:
        content = json.dumps(in_language(document(), language), ensure_ascii=False).encode()
        return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'

    async def describe(request: Request) -> Response:
        language = language_of(request.headers.get("accept-language"))
        if language not in made:
            made[language] = await to_thread(written, language)
        content, etag = made[language]
        headers = {"Content-Language": language, "Vary": "Accept-Language", "ETag": etag}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return Route("/openapi.json", describe, include_in_schema=False)


def in_language(part: Any, language: str) -> Any:
    """A part of the document with its sentences in a language; all else is as it stands."""
    if language == "en":
        return part
    if isinstance(part, dict):
        return {
            name: translated(value, language)
            if name in _SAID and isinstance(value, str)
            else in_language(value, language)
            for name, value in part.items()
        }
    return [in_language(one, language) for one in part] if isinstance(part, list) else part
