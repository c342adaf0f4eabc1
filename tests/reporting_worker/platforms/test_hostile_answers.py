"""A platform that lies, floods, redirects or drips: each answer gets an outcome, none gets our trust or our memory."""

import asyncio
import gzip
import json
import time
from contextlib import asynccontextmanager, suppress
from itertools import cycle

import pytest

from services.reporting_worker.platforms.adapter import PlatformFailure
from services.reporting_worker.platforms.wordpress.adapter import WordPress
from shared.domain.delivery import Outcome
from shared.egress import LOOPBACK
from tests.reporting_worker.platforms.contract import publication


@asynccontextmanager
async def answering(*chunks, drip=0.0, endless=False, seconds=60):
    """A WordPress adapter on a server that answers every request with these bytes, over and over if `endless`.

    The time to send is long: only where it is meant to run out may the machine's speed have a say in the outcome.
    """

    handlers = set()

    async def serve(reader, writer):
        handlers.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            for chunk in cycle(chunks) if endless else chunks:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(drip)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    deadline = time.monotonic() + seconds
    wordpress = WordPress(f"http://127.0.0.1:{port}", "a", "b", deadline=deadline, inner=LOOPBACK)
    yield wordpress
    await wordpress.aclose()
    server.close()
    for handler in handlers:
        handler.cancel()
    await asyncio.gather(*handlers, return_exceptions=True)


def whole(status, body=b"", **headers):
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{named}\r\n"
    return head.encode() + body


def said(value):
    return json.dumps(value).encode()


ENDLESS = (b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 200)

SENDINGS = {
    "a created file without an id": ((whole(201, said({"slug": "x"})),), Outcome.UNCLEAR),
    "an id that is no number": ((whole(201, said({"id": "1", "slug": "x", "source_url": "x"})),), Outcome.UNCLEAR),
    "success that is no JSON": ((whole(200, b"<html>welcome</html>"),), Outcome.UNCLEAR),
    "JSON deeper than any parser": ((whole(201, b"[" * 100_000),), Outcome.UNCLEAR),
    "no content": ((whole(204),), Outcome.UNCLEAR),
    "an endless body": (ENDLESS, Outcome.UNCLEAR),
    "a body that is not compressed as it says": ((whole(201, b"x", Content_Encoding="gzip"),), Outcome.UNCLEAR),
    "a body compressed in a way of its own": ((whole(201, b"x", Content_Encoding="br"),), Outcome.UNCLEAR),
    "a small body that becomes endless": (
        (whole(201, gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip"),),
        Outcome.UNCLEAR,
    ),
    "half an answer": ((b"HTTP/1.1 201 X\r\nContent-Length: 999\r\n\r\n{",), Outcome.UNCLEAR),
    "nonsense": ((b"nonsense\r\n\r\n",), Outcome.UNCLEAR),
    "silence": ((), Outcome.UNCLEAR),
    "a redirection": ((whole(302, Location="http://127.0.0.1:1/"),), Outcome.REJECTED),
    "a permanent redirection": ((whole(308, Location="https://example.org/"),), Outcome.REJECTED),
    "too large": ((whole(413),), Outcome.REJECTED),
    "gone": ((whole(410),), Outcome.UNAUTHORISED),
    "too many": ((whole(429, Retry_After="120"),), Outcome.UNCLEAR),
    "broken": ((whole(502),), Outcome.UNCLEAR),
}


@pytest.mark.parametrize(("chunks", "outcome"), SENDINGS.values(), ids=SENDINGS)
async def test_what_a_sending_concludes_from(chunks, outcome):
    async with answering(*chunks) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.send("media", publication(), media=None, outdated=None)
    assert failed.value.outcome is outcome


PROBES = {
    "an object for a list": ((whole(200, said({"id": 1})),), Outcome.REFUSED),
    "entries without ids": ((whole(200, said([{"slug": "x"}])),), Outcome.REFUSED),
    "no WordPress": ((whole(404, b"not here"),), Outcome.REFUSED),
    "a page": ((whole(200, b"<html>"),), Outcome.REFUSED),
    "a redirection": ((whole(301, Location="/login"),), Outcome.REFUSED),
    "forbidden": ((whole(403),), Outcome.UNAUTHORISED),
    "broken": ((whole(500),), Outcome.REFUSED),
    "silence": ((), Outcome.REFUSED),
}


@pytest.mark.parametrize(("chunks", "outcome"), PROBES.values(), ids=PROBES)
async def test_what_a_probe_concludes_from(chunks, outcome):
    async with answering(*chunks) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.find("post", publication())
    assert failed.value.outcome is outcome


async def test_a_platform_that_drips_does_not_hold_a_worker_beyond_its_time():
    """It would drip for ever; on a machine too busy to begin in time, nothing was sent."""
    async with answering(b"H", drip=0.05, endless=True, seconds=1) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.send("media", publication(), media=None, outdated=None)
    assert failed.value.outcome in {Outcome.UNCLEAR, Outcome.LATE}


@pytest.mark.parametrize(
    ("value", "seconds"), [("120", 120), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", None), ("-5", None)]
)
async def test_a_wish_to_wait_is_read_as_seconds_or_as_a_date(value, seconds):
    async with answering(whole(503, Retry_After=value)) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.send("media", publication(), media=None, outdated=None)
    assert failed.value.retry_after == seconds
