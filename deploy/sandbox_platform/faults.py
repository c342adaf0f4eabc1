"""Faults for drills, switched through a control file: answers lost after the effect, 500, 429, slow, down.

Only with `--faults FILE`. The file holds a list of rules and is read at each request, so that a drill changes it while
the platform runs: `[{"id": "r1", "method": "POST", "path": "/wp-json/wp/v2/posts", "action": "lose_reply",
"count": 1, "seconds": 0}]`. The first rule that matches and has `count` left is used; a new id starts counting anew.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.sandbox_platform.manners import MANNERS

ACTIONS = (
    "lose_reply",  # the effect happens, then the connection is cut without an answer
    "error_after",  # the effect happens, then 500
    "throttle",  # no effect: 429 with Retry-After
    "unavailable",  # no effect: 503
    *MANNERS,
    "say",  # no effect: any `status`, `body` and `headers`
    "close_before",  # no effect: the connection is cut after the request was read
    "slow_before",  # the effect happens after so many seconds, even when the caller has gone
    "slow_after",  # the effect happens at once, the answer comes after so many seconds
)


class Faults:
    """ASGI middleware around the whole platform; does nothing while no rule matches."""

    def __init__(self, app: ASGIApp, control: Path) -> None:
        self.app, self.control = app, control
        self._used: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the fault that a rule asks for."""
        rule = self._rule(scope) if scope["type"] == "http" else None
        if rule is None:
            await self.app(scope, receive, send)
        elif rule["action"] in MANNERS:
            await MANNERS[rule["action"]](self.app, scope, receive, send, rule)
        else:
            await self._fail(rule, scope, receive, send)

    async def _fail(self, rule: dict[str, Any], scope: Scope, receive: Receive, send: Send) -> None:
        action, seconds = rule["action"], float(rule.get("seconds", 0))
        if action in ("throttle", "unavailable", "say", "close_before"):
            await _arrived(receive)
        if action == "throttle":
            headers = {"Retry-After": str(int(seconds))}
            await JSONResponse({"code": "too_many", "message": "Slow down."}, 429, headers)(scope, receive, send)
        elif action == "unavailable":
            await JSONResponse({"code": "maintenance", "message": "Maintenance."}, 503)(scope, receive, send)
        elif action == "say":
            answer = Response(rule.get("body", ""), rule["status"], rule.get("headers"))
            await answer(scope, receive, send)
        elif action == "close_before":
            await _cut(receive)
        elif action == "lose_reply":
            await self.app(scope, receive, _nowhere)
            await _cut(receive)
        elif action == "error_after":
            await self.app(scope, receive, _nowhere)
            await JSONResponse({"code": "internal", "message": "Broken."}, 500)(scope, receive, send)
        elif action == "slow_before":
            arrived = await _arrived(receive)
            await asyncio.sleep(seconds)
            await self.app(scope, arrived, send)
        else:
            await self.app(scope, receive, _Late(send, seconds))

    def _rule(self, scope: Scope) -> dict[str, Any] | None:
        try:
            rules = json.loads(self.control.read_text())
        except (FileNotFoundError, ValueError):  # not written yet, or being written just now
            return None
        for rule in rules:
            matches = rule.get("method") in (None, scope["method"]) and scope["path"].startswith(rule.get("path", "/"))
            if matches and self._used.get(rule["id"], 0) < rule.get("count", 10**9):
                if rule["action"] not in ACTIONS:
                    raise ValueError(f"{rule['action']!r} is no fault; these are: {', '.join(ACTIONS)}.")
                self._used[rule["id"]] = self._used.get(rule["id"], 0) + 1
                found: dict[str, Any] = rule
                return found
        return None


class _Late:
    """A `send` whose first message waits."""

    def __init__(self, send: Send, seconds: float) -> None:
        self.send, self.seconds = send, seconds

    async def __call__(self, message: Message) -> None:
        await asyncio.sleep(self.seconds)
        self.seconds = 0
        await self.send(message)


async def _nowhere(_: Message) -> None:
    """A `send` that loses the answer."""


async def _arrived(receive: Receive) -> Receive:
    """Wait for the whole request, and give it again to whoever answers: its caller may be gone by then."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


async def _cut(receive: Receive) -> None:
    """Abort the connection of the request: ASGI has no word for it, so the server's own cycle is asked."""
    cycle = getattr(receive, "__self__", None)
    if cycle is None:
        raise RuntimeError("This server does not let an application cut a connection; drills run under uvicorn.")
    cycle.transport.abort()
    while not cycle.disconnected:  # noqa: ASYNC110  (uvicorn sets it in a callback and offers nothing to wait on)
        await asyncio.sleep(0)
