"""How partners' servers behave that are not as WordPress ships them: switches of the sandbox, by rule, like its faults."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Manner = Callable[[ASGIApp, Scope, Receive, Send, dict[str, Any]], Awaitable[None]]


async def compress(app: ASGIApp, scope: Scope, receive: Receive, send: Send, _: dict[str, Any]) -> None:
    """Answer compressed, whether or not that was asked for."""
    await _changed(app, scope, receive, send, gzip.compress, (b"content-encoding", b"gzip"))


async def move(_: ASGIApp, scope: Scope, receive: Receive, send: Send, rule: dict[str, Any]) -> None:
    """301 to the same path at the origin `to`, or with `slash` to the path with one at its end."""
    query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
    path = scope["path"] + ("/" if rule.get("slash") else "")
    await RedirectResponse(f"{rule.get('to', '')}{path}{query}", 301)(scope, receive, send)


async def drop_authorization(app: ASGIApp, scope: Scope, receive: Receive, send: Send, _: dict[str, Any]) -> None:
    """Lose the Authorization header on its way to WordPress, as Apache with FastCGI does."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    await app({**scope, "headers": headers}, receive, send)


async def plain_permalinks(app: ASGIApp, scope: Scope, receive: Receive, send: Send, rule: dict[str, Any]) -> None:
    """Know the API only as `/?rest_route=`, and announce it so: in a header, or with `in_page` in the page."""
    query = dict(parse_qsl(scope["query_string"].decode()))
    route = query.pop("rest_route", None)
    origin = f"http://{dict(scope['headers'])[b'host'].decode()}"
    root = f"{rule.get('to', origin)}/?rest_route=/"
    if scope["path"].startswith("/wp-json"):
        await HTMLResponse("<h1>Page introuvable</h1>", 404)(scope, receive, send)
    elif scope["path"] == "/" and route is None:
        link = f'<link rel="https://api.w.org/" href="{root}" />' if rule.get("in_page") else ""
        headers = {} if link else {"Link": f'<{root}>; rel="https://api.w.org/"'}
        await HTMLResponse(f"<head>{link}</head>", headers=headers)(scope, receive, send)
    elif route is None:
        await app(scope, receive, send)
    else:
        path = f"/wp-json{route}"
        changed = {"path": path, "raw_path": path.encode(), "query_string": urlencode(query).encode()}
        await app({**scope, **changed}, receive, send)


async def uploads_elsewhere(app: ASGIApp, scope: Scope, receive: Receive, send: Send, rule: dict[str, Any]) -> None:
    """Say that uploads are served from the origin `to`."""
    here = f"http://{dict(scope['headers'])[b'host'].decode()}/wp-content".encode()

    def changed(body: bytes) -> bytes:
        return body.replace(here, f"{rule['to']}/wp-content".encode())

    await _changed(app, scope, receive, send, changed)


MANNERS: dict[str, Manner] = {
    "compress": compress,
    "move": move,
    "drop_authorization": drop_authorization,
    "plain_permalinks": plain_permalinks,
    "uploads_elsewhere": uploads_elsewhere,
}


async def _changed(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    change: Callable[[bytes], bytes],
    *added: tuple[bytes, bytes],
) -> None:
    """Let the application answer, and send its body changed."""
    start: Message = {}
    body = b""

    async def keep(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
        else:
            body += message.get("body", b"")

    await app(scope, receive, keep)
    body = change(body)
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    headers += [(b"content-length", str(len(body)).encode()), *added]
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})
