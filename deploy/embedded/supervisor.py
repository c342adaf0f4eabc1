"""Starts what Djoliba consists of, in order, keeps it running, and stops all of it however it is asked to.

It imports nothing heavy: `djoliba up` becomes this process, which then lives as long as the installation runs.
"""

import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy.embedded.host import Account, CannotStart, application_account
from deploy.embedded.instance import Instance
from deploy.embedded.keeping import Kept
from deploy.embedded.log_files import rotate
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.processes import Child, start
from deploy.embedded.valkey import EmbeddedValkey

PORT = 8000
PLATFORM_PORT = 8090
HOST = "127.0.0.1"

READY_PATIENCE = 60.0
"""Seconds for the applications to answer /readyz after their start."""

DRAIN_PATIENCE = 6.0
"""Seconds that processes get to finish requests and jobs after a stop."""


class Stopped(BaseException):
    """Ctrl-C, a closed terminal or a stop signal: unwinds everything, like KeyboardInterrupt."""


def say(sentence: str) -> None:
    """One line of progress."""
    print(sentence, flush=True)


@dataclass
class Supervisor:
    """The running installation. Use as a context manager: leaving it stops every process it started."""

    instance: Instance
    port: int = PORT
    port_is_wish: bool = True
    """Whether the next free port will do when `port` is taken."""
    environment: dict[str, str] = field(default_factory=dict)
    url: str = ""
    account: Account = field(default_factory=application_account)
    _owner_url: str = ""
    """The embedded database as its owner: for migrations, and for nothing that serves."""
    _listener: socket.socket | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _told: ExitStack = field(default_factory=ExitStack)
    """What commands find of this installation, once it is up."""
    _kept: list[Kept] = field(default_factory=list)
    _children: dict[str, Child] = field(default_factory=dict)
    """The running process of each name that is kept."""
    _steps: list[Child] = field(default_factory=list)

    def __enter__(self) -> "Supervisor":  # noqa: PYI034 -- one class, no subclasses
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all: processes first, so that they can finish on living servers; then Valkey and Postgres."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._told.close()
        children = [*self._steps, *self._children.values()]
        for child in children:
            if child.running:
                child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + DRAIN_PATIENCE
        for child in children:
            child.stop(patience=max(0.1, deadline - time.monotonic()))
        self._stack.close()

    def start_servers(self) -> None:
        """Postgres and Valkey, unless the environment names some; then roles, schema and grants."""
        self._stack.enter_context(self.instance.locked())
        self._listener = self._listen()
        self.url = f"http://{HOST}:{self.port}"
        database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if database_url is None:
            say("Starting Postgres 18 ...")
            postgres = self._stack.enter_context(EmbeddedPostgres(self.instance.home))
            self._watch("postgres", postgres)
            database_url, self._owner_url = postgres.services_url(), postgres.url()
        if redis_url is None:
            say("Starting Valkey ...")
            valkey = self._stack.enter_context(EmbeddedValkey(self.instance.home))
            self._watch("valkey", valkey)
            redis_url = valkey.url()
        self.environment = {**os.environ, **self.instance.environment(database_url, redis_url, self.url)}
        self._migrate()

    def _migrate(self) -> None:
        """Run `djoliba migrate`, unless this very code did so on this very data directory."""
        done, wanted = self.instance.home / "migrated", _schema_fingerprint(self.instance.home / "postgres")
        if "DATABASE_URL" not in os.environ and done.exists() and done.read_text() == wanted:
            return
        say("Bringing roles, schema and grants up to date ...")
        owner = {"DATABASE_URL": self._owner_url} if self._owner_url else {}
        self.run("migrate", ["-m", "deploy.embedded.migrate"], environment=owner)
        done.write_text(wanted)

    def start_applications(self) -> None:
        """The API and the workers; returns when /readyz answers 200."""
        say("Starting the applications and the workers ...")
        assert self._listener is not None, "start_servers comes first"
        self.keep("api", ["-m", "deploy.embedded.origin", "--fd", str(self._listener.fileno())])
        self.keep("worker", ["-m", "deploy.embedded.workers"])
        self.wait_for(self.port, "/readyz", "The applications")
        self._told.enter_context(self.instance.described(self.environment, self.url, self._owner_url))

    def keep(self, name: str, arguments: Sequence[str | Path]) -> None:
        """Start a Python process and start it again whenever it ends by itself."""
        command = [sys.executable, *arguments]

        def launch() -> None:
            self._children[name] = self._start(name, command)

        launch()
        log = str(self.instance.logs / f"{name}.log")
        self._kept.append(Kept(name, lambda: self._children[name].running, launch, log, started=time.monotonic()))

    def _watch(self, name: str, server: EmbeddedPostgres | EmbeddedValkey) -> None:
        """Start a server again whenever it ends by itself."""
        log = str(self.instance.home / f"{name}.log")
        self._kept.append(Kept(name, lambda: server.running, server.start, log, started=time.monotonic()))

    def run(
        self,
        name: str,
        arguments: Sequence[str | Path],
        *,
        show: Callable[[str], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run a Python process to its end; `show` gets each line it prints. Its failure ends the start."""
        child = self._start(name, [sys.executable, *arguments], keep_log=False, environment=environment)
        self._steps.append(child)
        log = self.instance.logs / f"{name}.log"
        with log.open(errors="replace") as lines:
            while child.running:
                _follow(lines.readlines(), show)
                time.sleep(0.05)
            _follow(lines.readlines(), show)
        self._steps.remove(child)
        if child.process.returncode:
            raise CannotStart(f"The step `{name}` failed:\n{_last_lines(log)}Its log is {log}.")

    def wait_for(self, port: int, path: str, who: str) -> None:
        """Wait until `path` on this machine's `port` answers 200."""
        deadline = time.monotonic() + READY_PATIENCE
        while not answers(port, path):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{who} did not become ready; the logs are in {self.instance.logs}. The last one says:\n"
                    + _last_lines(self.instance.logs / "api.log")
                )
            self.check()
            time.sleep(0.1)

    def watch(self) -> NoReturn:
        """Keep everything running until a stop signal."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Start again what has ended by itself; what keeps ending waits, and ends nothing else."""
        rotate((self.instance.home, self.instance.logs))
        told = [sentence for kept in self._kept if (sentence := kept.check(time.monotonic())) is not None]
        for sentence in told:
            say(sentence)
        if told:
            self.instance.tell_waiting([kept.state() for kept in self._kept if kept.due is not None])

    def _start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        keep_log: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> Child:
        log = self.instance.logs / f"{name}.log"
        if log.exists() and not keep_log:
            log.rename(log.with_suffix(".old"))
        changed = {"DJOLIBA_HOME": str(self.instance.home), "PYTHONUNBUFFERED": "1"}
        if self.account.uid is not None:
            changed["HOME"] = str(self.instance.home)  # root's own is closed to this account
        return start(
            name,
            command,
            log=log,
            account=self.account,
            environment={**self.environment, **changed, **(environment or {})},
            keep_open=[self._listener.fileno()] if self._listener is not None and name == "api" else [],
        )

    def _listen(self) -> socket.socket:
        """The applications' socket, bound here so that no other process can take it between two restarts."""
        wanted = self.port
        while True:
            listener = self._stack.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, self.port))
            except OSError as error:
                if not self.port_is_wish:
                    raise CannotStart(
                        f"Port {wanted} cannot be used ({error.strerror}): choose another with --port, "
                        "or leave --port out to get the next free one."
                    ) from error
                if self.port >= wanted + 100:
                    raise CannotStart(f"No port from {wanted} to {self.port} is free; name one with --port.") from error
                self.port += 1
                continue
            if self.port != wanted:
                say(f"Port {wanted} is taken; using {self.port}.")
            listener.listen(128)
            return listener


def _schema_fingerprint(data: Path) -> str:
    """Of everything that roles, schema and grants follow from, and of the data directory that they were made in."""
    code = Path(__file__).parents[2]
    files = [
        *code.glob("migrations/**/*.py"),
        *code.glob("shared/models/*.py"),
        *Path(__file__).parent.glob("*grants.py"),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    made = (data / "PG_VERSION").stat() if (data / "PG_VERSION").exists() else None
    return f"{digest.hexdigest()} {made.st_ino if made else 0} {made.st_mtime_ns if made else 0}"


def free_port(wanted: int) -> int:
    """The first port from `wanted` on that nobody listens on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise CannotStart(f"No port from {wanted} to {wanted + 99} is free.")


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    return "".join(f"    {line}\n" for line in lines)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def _follow(lines: Sequence[str], show: Callable[[str], None] | None) -> None:
    for line in lines:
        if show is not None and line.strip():
            show(line.rstrip())


def answers(port: int, path: str) -> bool:
    """Whether `path` on this machine's `port` answers 200."""
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
