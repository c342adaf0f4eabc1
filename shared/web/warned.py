"""Answers with members more or less than their routes gave: warnings told in them, secrets kept out of what is stored."""

import json
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Fault
from shared.web.language import language_of
from shared.web.problems import shown


def warned(request: Request, response: Response, doubts: Sequence[Fault]) -> Response:
    """The answer, a JSON object, with the member `warnings` in the caller's language."""
    language = language_of(request.headers.get("accept-language"))
    told = json.dumps([shown(doubt, language) for doubt in doubts], ensure_ascii=False)
    content = bytes(response.body).rstrip()
    if not content.endswith(b"}"):
        raise TypeError(f"{request.url.path}: only an answer that is a JSON object can bear warnings.")
    start = content[:-1].rstrip()
    comma = b"" if start.endswith(b"{") else b","
    kept = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    body = start + comma + b'"warnings":' + told.encode() + b"}"
    return Response(body, response.status_code, {**kept, "Content-Language": language})


def without(response: Response, members: Sequence[str]) -> Response:
    """The answer as it may be kept and given again: secrets that are shown once are null in it."""
    if not members:
        return response
    body = json.loads(bytes(response.body)) | dict.fromkeys(members)
    kept = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    return Response(json.dumps(body, ensure_ascii=False).encode(), response.status_code, kept)
