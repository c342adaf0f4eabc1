"""Conditional reads: an ETag from the row's version, 304 when the caller already holds it (RFC 9110 13.1.2)."""

from fastapi import Request
from fastapi.responses import Response


def etag_of(version: int | str) -> str:
    """The strong ETag of a resource at this version; writes compare it with If-Match."""
    return f'"{version}"'


def conditional(
    request: Request, etag: str, body: bytes | str, media_type: str = "application/json"
) -> Response:
    """The representation with its ETag, or 304 without a body when If-None-Match names it.

    `private, no-cache`: what a caller may see depends on its token, and is always asked anew.
    """
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    given = request.headers.get("if-none-match", "")
    held = {part.strip().removeprefix("W/") for part in given.split(",")}
    if "*" in held or etag.removeprefix("W/") in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
