"""The one warm renderer process of a worker, seen from the worker: started when needed, watched, restarted."""

import asyncio
import contextlib
import json
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final

from shared.errors import Texts
from shared.refusal import Refusal

LENGTH: Final = struct.Struct(">I")
MODULE: Final = "services.reporting_worker.rendering.process"
ROOT: Final = Path(__file__).resolve().parents[3]
ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""All that the process gets to know of our environment: no address, no secret."""


class RenderingFailed(Refusal):
    """The edition cannot be printed as it stands: the snapshot breaks a rule or the renderer gave up."""

    kind, status = "rendering-failed", 500
    title: ClassVar[Texts] = {"fr": "Mise en page impossible", "en": "Rendering failed"}


class NotRendered(RenderingFailed):
    """The process says why it made nothing of the snapshot."""

    fr = "L'édition ne peut être mise en page : {message}"
    en = "The edition cannot be rendered: {message}"
    message: str


class Unprintable(NotRendered):
    """What the edition says cannot be printed: a character without glyph, a text of a length that no page holds."""

    kind, status = "unprintable", 422


class RenderingInterrupted(RenderingFailed):
    """The process took too long or ended before it answered: the next try may succeed."""

    kind, status, header = "rendering-interrupted", 503, ("Retry-After", "30")


class RenderingTooLong(RenderingInterrupted):
    """The process took longer than it may."""

    fr = "La mise en page dépasse {limit} {limit:seconde|secondes}."
    en = "The rendering takes longer than {limit} {limit:second|seconds}."
    limit: Decimal


class RendererEnded(RenderingInterrupted):
    """The process ended, and so did the one that was started in its place."""

    fr = "Le processus de mise en page s'est arrêté, faute de mémoire ou de temps de calcul."
    en = "The renderer process ended, for want of memory or processor time."


@dataclass(frozen=True)
class Rendering:
    """Page and print of one language snapshot, and what they depend on."""

    html: bytes
    pdf: bytes
    fingerprint: dict[str, str]


class ProcessEnded(Exception):
    """The renderer process ended before it answered."""


INPUT_FAULTS: Final = frozenset({"snapshot", "print"})
"""What the process calls faults of what it was given, and not of itself."""


class Renderer:
    """Renders snapshots one at a time in a process of its own.

    The process starts with the first snapshot, ends after `idle_seconds` without one or above `memory_bytes` resident,
    is killed when a snapshot takes longer than `time_limit` seconds, and dies with this process.
    """

    def __init__(
        self, *, time_limit: float = 60.0, idle_seconds: float = 300.0, memory_bytes: int = 250_000_000
    ) -> None:
        self._time_limit = time_limit
        self._idle_seconds = idle_seconds
        self._memory_bytes = memory_bytes
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """Process id of the renderer while it runs."""
        return self._process.pid if self._process else None

    async def prepare(self) -> None:
        """Start the process, so that it gets ready while its snapshots are still being written."""
        async with self._turn:
            self._stop_idling()
            await self._started()
            self._start_idling()

    async def render(self, snapshot: dict[str, Any]) -> Rendering:
        """Page and print of a snapshot. Raises `RenderingFailed` with what is wrong."""
        request = json.dumps(snapshot, ensure_ascii=False, separators=(",", ":")).encode()
        async with self._turn:
            self._stop_idling()
            try:
                header, parts = await self._answer(request)
            finally:
                self._start_idling()
            if header["resident"] > self._memory_bytes:
                await self._end()
        if not header["ok"]:
            raise (Unprintable if header["error"] in INPUT_FAULTS else NotRendered)(header["message"])
        return Rendering(html=parts[0], pdf=parts[1], fingerprint=header["fingerprint"])

    async def close(self) -> None:
        """End the process, if it runs."""
        async with self._turn:
            self._stop_idling()
            await self._end()
        await asyncio.gather(*self._closing)

    async def _answer(self, request: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """Ask the process within the time limit; a process that had died while waiting is replaced once."""
        fresh = self._process is None or self._process.returncode is not None
        try:
            async with asyncio.timeout(self._time_limit):
                try:
                    return await self._exchange(request)
                except ProcessEnded:
                    if fresh:
                        raise
                    await self._end()
                    return await self._exchange(request)
        except TimeoutError:
            await self._end()
            raise RenderingTooLong(Decimal(f"{self._time_limit:g}")) from None
        except ProcessEnded:
            await self._end()
            raise RendererEnded from None
        except asyncio.CancelledError:
            # Its answer would be taken for the next one's.
            await self._end()
            raise

    async def _exchange(self, request: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """One question and its answer."""
        process = await self._started()
        writer, reader = process.stdin, process.stdout
        assert writer is not None
        assert reader is not None
        try:
            writer.write(LENGTH.pack(len(request)) + request)
            await writer.drain()
            (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            header: dict[str, Any] = json.loads(await reader.readexactly(size))
            parts = [await reader.readexactly(length) for length in header["sizes"]]
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ProcessEnded from error
        return header, parts

    async def _started(self) -> Process:
        """The running process, started now if there is none."""
        if self._process is None or self._process.returncode is not None:
            kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                MODULE,
                str(os.getpid()),
                stdin=PIPE,
                stdout=PIPE,
                cwd=ROOT,
                env=kept | {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2"},
            )
        return self._process

    async def _end(self) -> None:
        """Kill the process and wait for it; it holds nothing worth a farewell."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # Unread output would keep the pipe open.
            await process.communicate()

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _start_idling(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._end_when_idle)

    def _end_when_idle(self) -> None:
        if not self._turn.locked():
            task = asyncio.get_running_loop().create_task(self._end())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
