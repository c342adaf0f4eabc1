"""Conditional reads (RFC 9110 13.1.2): the validator is that of the bytes, so that it moves with all they depend on."""

import hashlib

from fastapi import Request
from fastapi.responses import Response

JSON_TYPE = "application/json"


def conditional(request: Request, body: bytes, media_type: str = JSON_TYPE, *, version: int | None = None) -> Response:
    """The representation with its ETag, or 304 without a body when If-None-Match names it.

    The ETag holds the row's `version`, which is all that If-Match compares, and a hash of the representation: a total
    that another row moved, another `as_of`, `known_at` or role give another one. `private, no-cache`: what a caller
    may see depends on its token, and is always asked anew.
    """
    digest = hashlib.sha256(body).hexdigest()
    etag = f'"{digest}"' if version is None else f'"{version}.{digest}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept"}
    if is_held(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def is_held(request: Request, etag: str) -> bool:
    """Whether If-None-Match says that the caller holds this representation."""
    given = request.headers.get("if-none-match", "")
    held = {part.strip().removeprefix("W/") for part in given.split(",")}
    return "*" in held or etag in held
