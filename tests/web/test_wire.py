"""What the server does with bytes that are no decent request, seen at the socket: limits come before everything."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import uvicorn

from deploy.embedded.origin import create_origin
from shared.settings import Settings
from shared.web.body import BODY_MAX_BYTES
from shared.web.protocol import HEAD_MAX_BYTES
from shared.web.server import configuration
from tests.web.conftest import GOOD

pytestmark = pytest.mark.whole

ORGANISATION = {
    "slug": "denmark",
    "kind": "state",
    "names": [{"name": {"fr": "Danemark", "en": "Denmark"}, "valid_from": "2000-01-01"}],
}


@dataclass(frozen=True)
class Answer:
    """One response as it came."""

    status: int
    headers: str
    body: bytes


@dataclass
class Wire:
    """The origin's port, and what to say to it."""

    port: int
    token: str

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    def post(self, *headers: str, token: bool = True, path: str = "/v1/organisations") -> bytes:
        lines = [f"POST {path} HTTP/1.1", "Host: origin", "Content-Type: application/json", *headers]
        if token:
            lines.append(f"Authorization: Bearer {self.token}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def ask(self, *parts: bytes) -> Answer:
        reader, writer = await self.open()
        try:
            for part in parts:
                writer.write(part)
            return await answer(reader)
        finally:
            writer.close()


async def answer(reader: asyncio.StreamReader) -> Answer:
    """The first response, whole; a connection that is cut without one fails the test."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0)
    return Answer(int(head.split()[1]), head, await reader.readexactly(length))


@asynccontextmanager
async def served(settings: Settings, token: str) -> AsyncIterator[Wire]:
    """The origin as `make demo` serves it."""
    server = uvicorn.Server(configuration(create_origin(settings), settings))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield Wire(listener.getsockname()[1], token)
        finally:
            server.should_exit = True
            await serving


@pytest.fixture
async def wire(settings: Settings, token_for: Callable[..., str]) -> AsyncIterator[Wire]:
    async with served(settings, token_for("programme_officer", "awa")) as found:
        yield found


@pytest.fixture
async def hasty(settings: Settings, token_for: Callable[..., str]) -> AsyncIterator[Wire]:
    """A twentieth of the usual patience: for those who never end."""
    short = settings.model_copy(update={"head_seconds": 0.5, "body_seconds": 1.0})
    async with served(short, token_for("programme_officer", "awa")) as found:
        yield found


async def test_a_head_too_long_is_431_in_one_header_in_many_and_in_the_address(wire: Wire) -> None:
    long = b"a" * HEAD_MAX_BYTES
    for parts in (
        [b"GET /livez HTTP/1.1\r\nHost: origin\r\nX: ", long, long],
        [b"GET /livez HTTP/1.1\r\n", b"X: y\r\n" * (HEAD_MAX_BYTES // 6 + 1)],
        [b"GET /livez HTTP/1.1\r\n", b"X: y\r\n" * 200_000, b"\r\n"],
        [b"GET /", long, b" HTTP/1.1\r\nHost: origin\r\n\r\n"],
        [b"GET /" + long + b" HTTP/1.1\r\nHost: origin\r\n\r\n"],
    ):
        found = await wire.ask(*parts)
        assert found.status == 431
        assert json.loads(found.body)["type"] == "urn:djoliba:problem:headers-too-large"


async def test_a_head_as_long_as_may_be_is_served(wire: Wire) -> None:
    start = b"GET /livez HTTP/1.1\r\nHost: origin\r\nX: "
    assert (await wire.ask(start + b"a" * (HEAD_MAX_BYTES - 100) + b"\r\n\r\n")).status == 200


async def test_a_body_is_not_read_before_the_caller_and_the_address_are_known(wire: Wire) -> None:
    declared = f"Content-Length: {64 * 2**20}"
    expecting = "Expect: 100-continue"
    for headers, status in (
        (wire.post(declared, expecting, token=False), 401),
        (wire.post(declared, expecting, path="/v1/nothing"), 404),
        (wire.post(declared, expecting, path="/v1/projects/totals"), 405),
        (wire.post(declared, expecting), 413),
    ):
        assert (await wire.ask(headers)).status == status  # and not 100: nobody asked for the body


async def test_a_streamed_body_is_cut_at_the_limit(wire: Wire) -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    parts = [chunk] * (BODY_MAX_BYTES // 65536 + 1)
    assert (await wire.ask(wire.post("Transfer-Encoding: chunked"), *parts)).status == 413


async def test_trailers_are_no_headers(wire: Wire) -> None:
    body = json.dumps(ORGANISATION).encode()
    chunked = b"%x\r\n%s\r\n0\r\n" % (len(body), body)
    trailer = f"Authorization: Bearer {wire.token}\r\n\r\n".encode()
    headers = wire.post("Transfer-Encoding: chunked", "Trailer: Authorization", token=False)
    assert (await wire.ask(headers, chunked, trailer)).status == 401
    trailer = b"X-Request-Id: from-the-trailer\r\n\r\n"
    created = await wire.ask(wire.post("Transfer-Encoding: chunked"), chunked, trailer)
    assert created.status == 201
    assert "from-the-trailer" not in created.headers


async def test_a_head_that_never_ends_is_408(hasty: Wire) -> None:
    found = await hasty.ask(b"GET /livez HTTP/1.1\r\nX: ")
    assert found.status == 408
    assert json.loads(found.body)["type"] == "urn:djoliba:problem:request-timeout"


async def test_a_body_that_never_ends_is_408(hasty: Wire) -> None:
    found = await hasty.ask(hasty.post("Content-Length: 1000"), b'{"slug": ')
    assert found.status == 408
    assert "same idempotency-key" in json.loads(found.body)["detail"].lower()


async def dripped(wire: Wire, start: bytes) -> Answer:
    """The answer to a sender who, after `start`, goes on sending one byte at a time until it is told off."""
    reader, writer = await wire.open()
    writer.write(start)

    async def drip() -> None:
        while True:
            writer.write(b"a")
            await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    try:
        return await answer(reader)
    finally:
        dripping.cancel()
        writer.close()


async def test_one_byte_at_a_time_is_no_progress(hasty: Wire) -> None:
    assert (await dripped(hasty, b"GET /livez HTTP/1.1\r\nX: ")).status == 408
    assert (await dripped(hasty, hasty.post("Content-Length: 1000000"))).status == 408


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the server closes the connection."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def test_a_connection_that_asks_nothing_is_closed(hasty: Wire) -> None:
    reader, writer = await hasty.open()
    assert await ended(reader) == b""
    writer.close()
    reader, writer = await hasty.open()
    writer.write(b"\r\n\r\n")
    await ended(reader)
    writer.close()


async def test_an_unread_body_that_never_ends_is_cut_after_its_answer(hasty: Wire) -> None:
    reader, writer = await hasty.open()
    writer.write(hasty.post("Content-Length: 1000", token=False))
    assert (await answer(reader)).status == 401
    writer.write(b" ")
    assert await ended(reader) == b""
    writer.close()


async def test_a_connection_serves_again_after_an_unread_body(wire: Wire) -> None:
    reader, writer = await wire.open()
    for _ in range(2):
        writer.write(wire.post("Content-Length: 1000", token=False) + b" " * 1000)
        assert (await answer(reader)).status == 401
    writer.write(b"GET /livez HTTP/1.1\r\nHost: origin\r\n\r\n" * 3)
    for _ in range(3):
        assert (await answer(reader)).status == 200
    writer.close()


async def test_what_is_no_http_is_a_problem_too(wire: Wire) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /v1/projects HTTP/1.1\r\nContent-Length: one\r\n\r\n",
    ):
        found = await wire.ask(nonsense)
        assert found.status == 400
        assert json.loads(found.body)["type"] == "urn:djoliba:problem:bad-request"


async def test_a_sender_who_leaves_in_the_middle_harms_nobody(wire: Wire) -> None:
    _, writer = await wire.open()
    writer.write(wire.post("Content-Length: 1000") + json.dumps(GOOD).encode())
    await writer.drain()
    writer.transport.abort()
    assert (await wire.ask(b"GET /livez HTTP/1.1\r\nHost: origin\r\n\r\n")).status == 200
