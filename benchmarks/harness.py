"""What every measurement uses: real servers, processes that answer HTTP, a client that costs little, ratios."""

import asyncio
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploy.embedded.migrate import migrate
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.processes import start
from deploy.embedded.valkey import EmbeddedValkey


@dataclass(frozen=True)
class Ratio:
    """One line of the report; `goal` is the least ratio ours/theirs, or, without `theirs`, the limit of `ours`."""

    work: str
    ours: float
    unit: str
    goal: float
    against: str = ""
    theirs: float | None = None
    is_limit: bool = False
    """Whether `ours` must stay below `goal` (a time, an amount of memory) rather than above."""

    @property
    def value(self) -> float:
        return self.ours if self.theirs is None else self.ours / self.theirs

    @property
    def holds(self) -> bool:
        return self.value <= self.goal if self.is_limit else self.value >= self.goal

    def __str__(self) -> str:
        sign = "<=" if self.is_limit else ">="
        other = f" | {self.against} {self.theirs:,.1f}" if self.theirs is not None else ""
        return (
            f"{'ok  ' if self.holds else 'MISS'} {self.work:<44} {self.ours:,.1f} {self.unit}{other}"
            f" | {self.value:.2f} (goal {sign} {self.goal:g})"
        )


@dataclass
class Bench:
    """The servers of one run, and what the measurements share."""

    home: Path
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    environment: Mapping[str, str]
    shared: dict[str, object] = field(default_factory=dict)
    """Databases and the like that one measurement leaves for the next."""

    @contextmanager
    def served(self, module: str, **environment: str) -> Iterator[str]:
        """Run `python -m module --fd N` and give its base URL once it answers."""
        with ExitStack() as stack:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            child = start(
                module,
                [sys.executable, "-m", module, "--fd", str(listener.fileno())],
                log=self.home / f"{module}.log",
                environment={**self.environment, **environment},
                keep_open=[listener.fileno()],
            )
            stack.callback(child.stop)
            port = listener.getsockname()[1]
            yield f"http://127.0.0.1:{port}"


@contextmanager
def bench() -> Iterator[Bench]:
    """Durable servers on a fresh, migrated database, removed afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="djoliba-bench-", ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        home = Path(folder)
        home.chmod(0o711)  # root's servers run as nobody
        postgres = stack.enter_context(EmbeddedPostgres(home / "servers"))
        valkey = stack.enter_context(EmbeddedValkey(home / "servers"))
        migrate(postgres.url())
        environment = {
            "DATABASE_URL": postgres.url(),
            "REDIS_URL": valkey.url(),
            "DJOLIBA_OBJECT_STORE": str(home / "objects"),
            "DJOLIBA_DEVELOPMENT_KEYS": str(home / "keys"),
            "DJOLIBA_LOG_LEVEL": "WARNING",
        }
        os.environ.update(environment)  # so that `Settings()` names these servers here too
        yield Bench(home, postgres, valkey, environment)


async def in_turns(
    ours: Callable[[], Awaitable[float]], theirs: Callable[[], Awaitable[float]], rounds: int = 5
) -> tuple[float, float]:
    """Medians of both, measured alternately, so that a noisy neighbour hits both."""
    pairs = [(await ours(), await theirs()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


async def requests_per_second(
    url: str, headers: Mapping[str, str] | None = None, *, connections: int = 16, seconds: float = 2.0
) -> float:
    """GET `url` on kept connections; every answer must be 200."""
    parts = urlsplit(url)
    lines = [f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    assert parts.hostname is not None
    assert parts.port is not None
    begin = time.monotonic()
    counts = await asyncio.gather(
        *(_keep_asking(parts.hostname, parts.port, request, begin + seconds) for _ in range(connections))
    )
    return sum(counts) / (time.monotonic() - begin)


async def _keep_asking(host: str, port: int, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    count = 0
    while time.monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{request.decode()} answered {head.decode()}")
        length = next(
            int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        await reader.readexactly(length)
        count += 1
    writer.close()
    await writer.wait_closed()
    return count
