"""What wraps every request, as plain ASGI: its id, its log line and counters, and the answer of last resort."""

import re
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from shared.metrics import request_seconds, requests_total
from shared.web.failures import problem_of
from shared.web.language import language_of
from shared.web.problems import respond, respond_status

REQUEST_ID = "x-request-id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})

_SECRET_PART = re.compile(r"(/v1/calendars/)[^/]+/", re.ASCII)

log = structlog.get_logger(__name__)


def shown_path(path: str) -> str:
    """A path as logs may have it: without the secret of a calendar's address.

    >>> shown_path("/v1/calendars/abc/activities.ics")
    '/v1/calendars/.../activities.ics'
    """
    return _SECRET_PART.sub(r"\1.../", path)


class RequestContext:
    """Gives each request an id, binds it to the log, counts the answer, and turns the unexpected into a bare 500."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            except ClientDisconnect:
                pass  # nobody is left to answer
            except Exception as error:
                if answer.status is not None:
                    raise  # half an answer is out: the server must cut the connection
                await _last_resort(error, language_of(headers.get("accept-language")), scope, receive, answer)
            finally:
                self._account(scope, answer.status or 499, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        requests_total.labels(self._service, scope["method"], route, str(status)).inc()
        request_seconds.labels(self._service, scope["method"], route).observe(seconds)
        if scope["path"] not in _QUIET:
            principal = scope["state"].get("principal")
            log.info(
                "request",
                service=self._service,
                method=scope["method"],
                path=shown_path(scope["path"]),
                status=status,
                milliseconds=round(seconds * 1000, 2),
                actor=principal.subject if principal else None,
            )


class _Answer:
    """The way out: notes the status, adds the request's id."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID] = self._request_id
        await self._send(message)


async def _last_resort(error: Exception, language: str, scope: Scope, receive: Receive, send: Send) -> None:
    problem = problem_of(error)
    if problem is None:
        log.error("request failed", path=shown_path(scope["path"]), exc_info=error)
        await respond_status(500, language)(scope, receive, send)
        return
    if problem.status < 500:  # the caller's doing, and still a rule that some code of ours should have known
        log.error("refused by the database", path=shown_path(scope["path"]), exc_info=error)
    else:
        log.warning("database unavailable", kind=problem.kind, error=f"{type(error).__name__}: {error}"[:300])
    await respond(problem, language)(scope, receive, send)
