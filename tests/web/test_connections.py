"""How many connections a process keeps, seen at the socket: who asks nothing makes place, a request never does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from shared.settings import Settings
from shared.web import protocol
from tests.web.test_wire import ORGANISATION, Answer, Wire, answer, ended, served

pytestmark = pytest.mark.whole

LIVE = b"GET /livez HTTP/1.1\r\nHost: origin\r\n\r\n"
FIGURES = b"GET /v1/figures HTTP/1.1\r\nHost: origin\r\n\r\n"
CONNECTIONS = 4


@pytest.fixture
async def small(settings: Settings, token_for: Callable[..., str]) -> AsyncIterator[Wire]:
    """A server with place for a few."""
    few = settings.model_copy(update={"connections": CONNECTIONS})
    async with served(few, token_for("programme_officer", "awa")) as found:
        yield found


async def _at_work(wire: Wire) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    """A connection whose request is in progress, and what it still has to say."""
    body = json.dumps(ORGANISATION).encode()
    reader, writer = await wire.open()
    writer.write(wire.post(f"Content-Length: {len(body)}", "Expect: 100-continue"))
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
    return reader, writer, body


async def _ask(wire: Wire, request: bytes) -> tuple[Answer, asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await wire.open()
    writer.write(request)
    return await answer(reader), reader, writer


async def test_who_asks_nothing_makes_place_the_longest_silent_first(small: Wire) -> None:
    silent = [await small.open() for _ in range(CONNECTIONS)]
    found, *_, writer = await _ask(small, LIVE)
    assert found.status == 200
    assert await ended(silent[0][0]) == b""
    silent[1][1].write(LIVE)
    assert (await answer(silent[1][0])).status == 200
    for _, each in [*silent, (None, writer)]:
        each.close()


async def test_thousands_of_silent_connections_keep_nobody_out(small: Wire) -> None:
    crowd = [await small.open() for _ in range(500)]
    for _, writer in crowd[::7]:
        writer.write(b"GET /livez HTTP/1.1\r\nX: ")
    for request, status in ((LIVE, 200), (FIGURES, 401)):
        assert (await small.ask(request)).status == status
    cut = await asyncio.gather(*(asyncio.wait_for(ended(reader), 10) for reader, _ in crowd[:-CONNECTIONS]))
    assert cut == [b""] * (500 - CONNECTIONS)
    for _, writer in crowd:
        writer.close()


async def test_when_all_are_at_work_a_newcomer_is_told_to_come_again_and_health_still_answers(small: Wire) -> None:
    working = [await _at_work(small) for _ in range(CONNECTIONS)]
    found, reader, writer = await _ask(small, FIGURES)
    assert found.status == 503
    assert json.loads(found.body)["type"] == "urn:djoliba:problem:unavailable"
    assert "\r\nretry-after: 2\r\n" in found.headers
    assert await ended(reader) == b""
    writer.close()
    for path in (b"/livez", b"/readyz", b"/metrics"):
        assert (await small.ask(LIVE.replace(b"/livez", path))).status == 200
    statuses = []
    for reader, writer, body in working:  # no request in progress was given up for them
        writer.write(body)
        statuses.append((await answer(reader)).status)
    assert sorted(statuses) == [201, 409, 409, 409]
    assert (await small.ask(FIGURES)).status == 401
    for _, writer, _ in working:
        writer.close()


async def test_a_newcomer_beyond_all_is_served_once_a_place_is_free(small: Wire) -> None:
    working = [await _at_work(small) for _ in range(CONNECTIONS)]
    reader, writer = await small.open()
    await small.ask(LIVE)  # by now the newcomer was let in
    done, its, body = working[0]
    its.write(body)
    assert (await answer(done)).status == 201
    writer.write(FIGURES)
    assert (await answer(reader)).status == 401
    for each in (writer, *(one[1] for one in working)):
        each.close()


async def test_a_client_that_never_reads_is_cut(small: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "UNREAD_SECONDS", 0.2)
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: origin\r\n\r\n"
    whole = await small.ask(asking)
    assert whole.status == 200
    times = 64 * 2**20 // len(whole.body) + 1  # more than the buffers between us hold
    reader, writer = await asyncio.open_connection("127.0.0.1", small.port, limit=1024)  # reads no more than that
    writer.write(asking * times)
    while not writer.is_closing():
        writer.write(b"\r\n")
        await asyncio.sleep(0.05)
    writer.close()
    assert not reader.at_eof()
