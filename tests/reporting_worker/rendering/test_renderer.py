"""The renderer process: same bytes in any process, limited, and gone when it should be."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest

from services.reporting_worker.rendering.fingerprint import fingerprint
from services.reporting_worker.rendering.renderer import ROOT, Renderer, RenderingFailed
from tests.reporting_worker.rendering.conftest import read_snapshot

pytestmark = pytest.mark.whole


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    renderer = Renderer()
    yield renderer
    await renderer.close()


def small(source: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with its foreword alone: quick to print."""
    source["sections"] = [section for section in source["sections"] if section["key"] == "foreword"]
    return source


async def gone(pid: int) -> None:
    """Wait until the process has ended; the test's own time limit guards it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        await asyncio.to_thread(psutil.Process(pid).wait)


@pytest.mark.whole
async def test_other_processes_give_the_same_bytes(
    renderer: Renderer, page: bytes, print_: bytes, language: str
) -> None:
    source = read_snapshot(language)
    first = await renderer.render(source)
    first_pid = renderer.pid
    await renderer.close()
    second = await renderer.render(source)
    assert renderer.pid != first_pid
    assert first == second
    assert first.html == page
    assert first.pdf == print_
    assert first.fingerprint == fingerprint()


async def test_one_process_serves_many_snapshots_and_refusals(renderer: Renderer, source: dict[str, Any]) -> None:
    small(source)
    first = await renderer.render(source)
    pid = renderer.pid
    with pytest.raises(RenderingFailed, match="snapshot_version"):
        await renderer.render({"language": "fr"})
    faulty = {**source, "sections": [{"key": "s", "title": "fin \U0001f600", "blocks": []}]}
    with pytest.raises(RenderingFailed, match="edition cannot be rendered"):
        await renderer.render(faulty)
    assert await renderer.render(source) == first
    assert renderer.pid == pid


async def test_concurrent_snapshots_get_their_own_answers(renderer: Renderer, source: dict[str, Any]) -> None:
    small(source)
    snapshots = [{**source, "figures_sha256": f"digest-{number}"} for number in range(3)]
    pages = await asyncio.gather(*(renderer.render(snapshot) for snapshot in snapshots))
    for number, rendering in enumerate(pages):
        assert f"digest-{number}".encode() in rendering.html


async def test_process_above_its_memory_is_replaced(source: dict[str, Any]) -> None:
    renderer = Renderer(memory_bytes=1)
    await renderer.render(small(source))
    assert renderer.pid is None
    await renderer.render(source)
    await renderer.close()


async def test_idle_process_ends(source: dict[str, Any]) -> None:
    renderer = Renderer(idle_seconds=0.05)
    await renderer.render(small(source))
    pid = renderer.pid
    if pid is not None:
        await gone(pid)
    await renderer.close()
    assert renderer.pid is None


async def test_process_killed_while_waiting_is_replaced_unnoticed(renderer: Renderer, source: dict[str, Any]) -> None:
    small(source)
    first = await renderer.render(source)
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await gone(pid)
    assert await renderer.render(source) == first
    assert renderer.pid != pid


async def test_snapshot_over_its_time_is_given_up_and_the_process_killed(source: dict[str, Any]) -> None:
    renderer = Renderer(time_limit=0.01)
    with pytest.raises(RenderingFailed, match=r"longer than 0\.01 seconds"):
        await renderer.render(small(source))
    assert renderer.pid is None


async def test_cancelled_snapshot_does_not_answer_for_the_next(renderer: Renderer, source: dict[str, Any]) -> None:
    small(source)
    await renderer.render(source)
    task = asyncio.create_task(renderer.render({**source, "figures_sha256": "first"}))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert b"second" in (await renderer.render({**source, "figures_sha256": "second"})).html


CHILD = """
import asyncio, json, sys
from services.reporting_worker.rendering.renderer import Renderer

async def main():
    renderer = Renderer()
    await renderer.render(json.load(sys.stdin))
    print(renderer.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_process_dies_with_its_parent(source: dict[str, Any]) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(json.dumps(small(source)).encode())
    parent.stdin.close()
    pid = int(await parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.kill()
    await parent.communicate()
    await gone(pid)


NETWORK = """
import socket
from services.reporting_worker.rendering.isolation import close_network
assert close_network()
socket.socketpair()[0].close()
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
    try:
        socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM)
    except PermissionError:
        continue
    raise SystemExit(f"{family} is open")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the filter is Linux's")
async def test_process_has_no_network() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", NETWORK, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await child.communicate()
    assert child.returncode == 0, complaint.decode()
