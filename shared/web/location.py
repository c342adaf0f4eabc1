"""Where what a write created is read: the header Location (RFC 9110 10.2.2), which every 201 and 202 of ours bears."""

import json
from collections.abc import Iterator

from fastapi import Request, Response

from shared.web.methods import allowed_methods

CREATING = {201, 202}


def locate(request: Request, response: Response) -> None:
    """Give an answer that created something its Location, unless the endpoint has said it.

    A row of its own is read below the address that was written to; a fact of a row in the list of such facts, or else
    with its row.
    """
    if response.status_code not in CREATING or "location" in response.headers:
        return
    for address in _places(request.url.path, bytes(response.body)):
        if "GET" in allowed_methods({**request.scope, "path": address}).split(", "):
            response.headers["Location"] = address
            return
    raise RuntimeError(f"{request.url.path}: what this write creates is read nowhere; set its Location.")


def _places(written_to: str, body: bytes) -> Iterator[str]:
    answer = json.loads(body)
    if isinstance(answer, dict) and "id" in answer:
        yield f"{written_to}/{answer['id']}"
    yield written_to
    yield written_to.rpartition("/")[0]
