"""What HTTP promises at every address: HEAD beside GET, OPTIONS with Allow, and 406 for what nobody here can write."""

from collections.abc import Iterable, Sequence

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.refusal import Refusal
from shared.web.language import language_of
from shared.web.methods import allowed_methods
from shared.web.problems import respond

JSON_TYPE = "application/json"


class NotAcceptable(Refusal):
    """The address has no representation that `Accept` names (RFC 9110 15.5.7)."""

    kind, status = "not-acceptable", 406
    title = {"fr": "Format non servi", "en": "Not acceptable"}  # noqa: RUF012  (as in the base class)
    fr = "Cette adresse sert {served}, que l'en-tête Accept n'admet pas ; ajoutez-le, ou retirez Accept."
    en = "This address serves {served}, which the header Accept does not admit; add it, or drop Accept."
    served: str


class Negotiation:
    """Answers OPTIONS from the routes, HEAD as GET without its body, and refuses what the caller cannot read.

    A read is judged by the type of its answer, whatever route it came from; a write before anything is recorded: all
    of them answer JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        accept, language = headers.get("accept", ""), language_of(headers.get("accept-language"))
        if scope["method"] == "OPTIONS" and (allowed := allowed_methods(scope)):
            await Response(status_code=204, headers={"Allow": allowed})(scope, receive, send)
        elif scope["method"] == "GET":
            await self._app(scope, receive, _Read(scope, receive, send, accept, language))
        elif scope["method"] == "HEAD":
            read = {**scope, "method": "GET"}
            await self._app(read, receive, _Read(scope, receive, send, accept, language))
            scope["route"] = read.get("route")  # for the log and the counters
        elif admits(accept, JSON_TYPE):
            await self._app(scope, receive, send)
        else:
            await respond(NotAcceptable(JSON_TYPE), language)(scope, receive, send)


class _Read:
    """The way out of a read: without a body for HEAD, and 406 instead of a type that the caller does not admit."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, accept: str, language: str) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._accept, self._language = accept, language
        self._is_refused = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            served = Headers(raw=message["headers"]).get("content-type", "").partition(";")[0]
            if message["status"] < 300 and served and not admits(self._accept, served):
                self._is_refused = True
                refusal = respond(NotAcceptable(served), self._language)
                await refusal(self._scope, self._receive, self._without_body)
                return
        if not self._is_refused:
            await self._without_body(message)

    async def _without_body(self, message: Message) -> None:
        if self._scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def admits(accept: str, media_type: str) -> bool:
    """Whether an Accept header admits a media type: the most specific range that names it decides (RFC 9110 12.5.1)."""
    return not accept.strip() or weight_of(accept, media_type) > 0


def weight_of(accept: str, media_type: str) -> float:
    """How much an Accept header wants a media type, from 0 to 1."""
    kind = media_type.partition("/")[0]
    weights = dict(_ranges(accept))
    return next((weights[name] for name in (media_type, f"{kind}/*", "*/*") if name in weights), 0.0)


def preferred_of(accept: str, offered: Sequence[str]) -> str:
    """Of what an address offers, what an Accept header wants most; the first where it wants several alike, or none."""
    return offered[0] if not accept.strip() else max(offered, key=lambda one: weight_of(accept, one))


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        given = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            yield name, float(given)
        except ValueError:
            yield name, 1.0
