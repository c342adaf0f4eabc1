"""The wire below ASGI: what uvicorn's own reader of HTTP does not bound (docs/decisions/0013)."""

import asyncio
import http
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.web.problems import respond_status

HEAD_MAX_BYTES = 64 * 1024
"""Request line and headers together; the longest token takes a quarter of it."""

UNREAD_SECONDS = 120.0
"""How long a client may read nothing of its answer: a buffer's worth over a satellite link takes less."""

RESERVE = 32
"""Connections beyond the limit that may still ask how the process is, and are else told to come again."""

HEALTH = frozenset({b"/livez", b"/readyz", b"/metrics"})
RETRY_AFTER = {"Retry-After": "2"}


class Room:
    """The connections that a process keeps: when all are taken, who asks nothing makes place for who comes."""

    def __init__(self, connections: int) -> None:
        self.connections = connections
        self._idle: dict[BoundedProtocol, None] = {}
        """Those for which no application is at work, the longest silent first."""

    def note(self, connection: "BoundedProtocol", *, is_idle: bool) -> None:
        """Say whether a connection asks for something; one that goes on saying nothing keeps its turn."""
        if is_idle:
            self._idle.setdefault(connection)
        else:
            self._idle.pop(connection, None)

    def admit(self, newcomer: "BoundedProtocol", *, taken: int) -> bool:
        """Whether a connection is within the limit, if need be in the place of the longest silent one.

        Never in the place of a request: a client that opens thousands and asks nothing keeps nobody out.
        """
        if taken <= self.connections:
            return True
        silent = next((one for one in self._idle if not one.is_beyond and one is not newcomer), None)
        if silent is not None:
            silent.give_way()
            return True
        if taken > self.connections + RESERVE:
            next(iter(self._idle)).give_way()
        return False


class BoundedProtocol(HttpToolsProtocol):
    """One connection: 431 and 408 for a head too long in bytes or time, trailers dropped, unread bodies cut off.

    `head_seconds` bounds each wait in which no application is at work: for a head, for the first word on an idle
    connection, and for the rest of a body that nobody reads any more. `room` bounds how many there are: 503.
    """

    def __init__(self, *, head_seconds: float, room: Room, **options: Any) -> None:
        super().__init__(**options)
        self._room = room
        self.is_beyond = False
        """Whether it came when every other connection was at work: it may ask for the health only."""
        self._stalled: asyncio.TimerHandle | None = None
        self._head_seconds = head_seconds
        self._head_bytes = 0
        self._is_head_open = True
        self._is_refused = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # (as in uvicorn)
        """A connection that never says anything is cut like one that never ends its head."""
        super().connection_made(transport)
        self._arm(self._head_seconds, self._head_is_late)
        self._room.note(self, is_idle=True)
        self.is_beyond = not self._room.admit(self, taken=len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer has gone, or we have cut the connection."""
        self._disarm()
        self.resume_writing()
        self._room.note(self, is_idle=False)
        super().connection_lost(exc)

    def give_way(self) -> None:
        """Make place for another connection, at once."""
        self._room.note(self, is_idle=False)
        self.transport.abort()

    def pause_writing(self) -> None:
        """The client does not read: its answer waits, and so does its connection, but not for ever."""
        super().pause_writing()
        self._stalled = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head before they are parsed: a header in many pieces costs the square of its length."""
        if self._is_refused:
            return
        if self._is_head_open:
            if self._deadline is None:
                self._arm(self._head_seconds, self._head_is_late)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_head_open and self._head_bytes > HEAD_MAX_BYTES:
            self._refuse(http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; a trailer, which comes after the body, is none and could claim what the head did not."""
        if self._is_head_open:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: hand the request on, unless all of it came in one piece and is too long."""
        self._is_head_open = False
        self._disarm()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_MAX_BYTES:
            self._refuse(http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self.is_beyond and self.url.partition(b"?")[0] not in HEALTH:
            self.is_beyond = not self._room.admit(self, taken=len(self.connections))
            if self.is_beyond:
                self._refuse(http.HTTPStatus.SERVICE_UNAVAILABLE, RETRY_AFTER)
        if not self._is_refused:
            self._room.note(self, is_idle=False)
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; what follows is the next one's head."""
        self._is_head_open = True
        self._head_bytes = 0
        self._disarm()
        if self._is_refused:
            return
        super().on_message_complete()
        if self.cycle.response_complete:  # what was left of an unread body has come: now the connection is idle
            self._arm(self._head_seconds, self._head_is_late)
            self._room.note(self, is_idle=True)

    def on_response_complete(self) -> None:
        """The answer is out: what is left of an unread body gets a little time, so that no reset destroys the answer."""
        is_body_open = not self._is_head_open
        super().on_response_complete()
        self._room.note(self, is_idle=self.cycle.response_complete)  # else another request waits on it
        if is_body_open and not self.transport.is_closing():
            self._arm(self._head_seconds, self.transport.close)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (as in uvicorn)
        """What is no HTTP gets a problem document as everything else does."""
        self._refuse(http.HTTPStatus.BAD_REQUEST)

    def _head_is_late(self) -> None:
        self._deadline = None
        if self._head_bytes:
            self._refuse(http.HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()  # nothing was asked, so nothing is answered

    def _arm(self, seconds: float, then: Any) -> None:
        self._disarm()
        self._deadline = self.loop.call_later(seconds, then)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: http.HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        """Answer without an application, and close; a request in progress on this connection is given up."""
        self._is_refused = True
        self._disarm()
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
            return
        answer = respond_status(status, "en", headers)
        lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode())]
        lines += [name + b": " + value for name, value in answer.raw_headers]
        lines += [b"connection: close", b"", bytes(answer.body)]
        self.transport.write(b"\r\n".join(lines))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._arm(self._head_seconds, self.transport.close)
