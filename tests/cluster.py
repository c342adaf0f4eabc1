"""The Postgres and Valkey of one pytest run: a keeper process that holds them, and what a worker does with them.

The keeper lives as long as the pipe to its parent: however pytest ends, the pipe closes, and the keeper stops the
servers and removes their files. It starts beside the collection of tests, so it costs little when none needs it.
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from deploy.embedded.migrate import create_database, migrate
from deploy.embedded.postgres import SUPERUSER, EmbeddedPostgres
from deploy.embedded.valkey import EmbeddedValkey
from tests.kept import KeptDatabase, Sessions

ROOMY = 4 * 2**30
"""Free bytes of memory with which the test databases may live there."""
TEMPLATE = "template_djoliba"
HOME = "DJOLIBA_TEST_CLUSTER"
"""Environment variable by which the workers find what the controller's keeper holds."""


KEPT = 4
"""So many databases each worker keeps at once."""


OWNER = f"postgresql://{SUPERUSER}@/"


def as_services(url: str) -> str:
    """A test's database as the services reach it: each logs in as itself."""
    return url.replace(OWNER, "postgresql:///", 1)


def as_owner(url: str) -> str:
    """The same database as the owner of its tables reaches it."""
    return url.replace("postgresql:///", OWNER, 1)


def in_thread(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end without touching the event loop that pytest-asyncio manages here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass
class Cluster:
    """What tests may ask of the shared servers."""

    home: Path
    worker: int
    sessions: Sessions = field(default_factory=Sessions)
    numbers: count = field(default_factory=count)
    _used: dict[str, KeptDatabase] = field(default_factory=dict)
    _free: dict[str, KeptDatabase] = field(default_factory=dict)
    """By template, the one used last first to go."""
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _connection: Any = None

    def described(self) -> dict[str, str]:
        """The servers' addresses, once the keeper has them ready."""
        deadline = time.monotonic() + 90
        while not (self.home / "ready.json").exists():
            if (failure := self.home / "failed.txt").exists():
                raise RuntimeError(f"The test servers did not start.\n{failure.read_text()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"The test servers are not ready after 90 s; see {self.home}.")
            time.sleep(0.02)
        return json.loads((self.home / "ready.json").read_text())

    def url(self, database: str) -> str:
        return self.described()["postgres"].replace("/postgres?", f"/{database}?")

    @property
    def redis_url(self) -> str:
        """This worker's own database of the shared Valkey."""
        return self.described()["valkey"].replace("db=0", f"db={self.worker}")

    def clone(self, template: str = TEMPLATE, *, kept: bool = True) -> str:
        """A database like the template: one that a test before used and that was put back, or a fresh copy; its name.

        `kept=False` is for those who touch what no putting back reaches, as a server's sessions.
        """
        held = self._free.pop(template, None) if kept else None
        if held is None:
            name = f"test_{self.worker}_{next(self.numbers)}"
            self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
            if not kept:
                return name
            held = self._run(KeptDatabase.prepared(name, template, self.url(name)))
            self.sessions.kept.add(name)
        self._used[held.name] = held
        return held.name

    def drop(self, name: str) -> None:
        """Give a database back; it is kept for the next test if it can be put back as it was."""
        held = self._used.pop(name, None)
        if held is not None and self.sessions.rest(name) and self._run(held.put_back()):
            self._free[held.template] = held
            if len(self._free) <= KEPT:
                return
            held = self._free.pop(next(iter(self._free)))
        if held is not None:
            self._run(held.end())
            name = held.name
        self.sessions.end(name)
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, name: str, build: Callable[[str], Awaitable[None]]) -> str:
        """A template of that name, made once per run by `build(url)` from the empty schema, whoever comes first."""
        with (self.home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = self.home / f"{name}.made"
            if not made.exists():
                self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY file_copy')
                in_thread(build(self.url(name)))
                made.touch()
        return name

    def _administer(self, statement: str) -> None:
        """Run a statement on the one connection that this worker keeps for it, in a thread with a loop of its own."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
            self._connection = self._run(asyncpg.connect(self.url("postgres")))
        self._run(self._connection.execute(statement))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Close all connections."""
        for held in self._free.values():
            self._run(held.end())
        self.sessions.end_all()
        if self._loop is not None and self._thread is not None:
            self._run(self._connection.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


def _in_memory() -> Path | None:
    """Memory, where there is plenty: a clone takes 9 ms there and 30 ms on a disk; None for the usual place."""
    memory = Path("/dev/shm")
    try:
        is_roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY
    except OSError:
        return None
    return memory if is_roomy else None


def start_keeper() -> tuple[subprocess.Popen[bytes], Path]:
    """Start the keeper and return at once."""
    home = Path(tempfile.mkdtemp(prefix="djoliba-tests-", dir=_in_memory()))
    home.chmod(0o711)  # root's servers run as nobody
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster", str(home)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd=Path(__file__).parent.parent,
    )
    os.environ[HOME] = str(home)
    return keeper, home


def stop_keeper(keeper: subprocess.Popen[bytes], home: Path) -> None:
    """Close the pipe and wait for the servers to be gone."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        keeper.wait(20)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
    shutil.rmtree(home, ignore_errors=True)


def keep(home: Path) -> None:
    """Hold the servers until standard input ends."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    try:
        with EmbeddedPostgres(home / "servers", durable=False) as postgres, EmbeddedValkey(home / "servers") as valkey:
            asyncio.run(create_database(postgres.url("postgres"), TEMPLATE))
            migrate(postgres.url(TEMPLATE))
            ready = home / "ready.new"
            ready.write_text(json.dumps({"postgres": postgres.url("postgres"), "valkey": valkey.url(0)}))
            ready.rename(home / "ready.json")
            sys.stdin.buffer.read()
    except Exception as error:
        (home / "failed.txt").write_text(repr(error) if not str(error) else str(error))
        raise
    finally:
        if not (home / "failed.txt").exists():
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
