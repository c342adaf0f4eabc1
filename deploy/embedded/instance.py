"""One installation on this machine: its folders, the lock that keeps a second one away, and how to reach it."""

import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.embedded.host import CannotStart, application_account, data_home, make_private, server_account
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.valkey import EmbeddedValkey

LOOPBACK_PLATFORMS = "DJOLIBA_ALLOW_LOOPBACK_PLATFORMS"
"""The setting by which the demo's sandbox, on this machine, may be a partner platform."""


class AlreadyRunning(CannotStart):
    """Another Djoliba works on this data."""


@dataclass(frozen=True)
class Instance:
    """The folders of one installation, all under `home`."""

    home: Path

    @property
    def objects(self) -> Path:
        """The object store."""
        return self.home / "objects"

    @property
    def keys(self) -> Path:
        """The development issuer's key pair."""
        return self.home / "keys"

    @property
    def platform(self) -> Path:
        """The sandbox partner platform's own records."""
        return self.home / "platform"

    @property
    def secrets(self) -> Path:
        """The partners' passwords, one file each."""
        return self.home / "secrets"

    @property
    def logs(self) -> Path:
        """What the processes print."""
        return self.home / "logs"

    @property
    def description(self) -> Path:
        """Written while it runs: the addresses of its servers."""
        return self.home / "running.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this data for one process; the kernel lets go however that process ends."""
        make_private(self.home, server_account())
        with (self.home / "lock").open("a+") as lock:
            if not _try_lock(lock):
                lock.seek(0)
                raise AlreadyRunning(
                    f"Djoliba already runs on {self.home} (process {lock.read().strip() or 'unknown'}). "
                    "Stop it with Ctrl-C in its terminal, or set DJOLIBA_HOME to another directory for a second one."
                )
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for folder in (self.objects, self.keys, self.platform, self.secrets, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
            self.give()
            yield

    def give(self) -> None:
        """Let the applications' account have what root's commands have written here."""
        account = application_account()
        for folder in (self.objects, self.keys, self.platform, self.secrets):
            if folder.exists():
                account.own_tree(folder)

    def running(self) -> dict[str, str] | None:
        """The environment of the Djoliba that runs here now, or None."""
        if not self.description.exists():
            return None
        with (self.home / "lock").open("a+") as lock:
            if _try_lock(lock):
                return None
        described: dict[str, str] = json.loads(self.description.read_text())
        return described

    def environment(self, database_url: str, redis_url: str, public_url: str) -> dict[str, str]:
        """The settings of a process that belongs to this installation; what the caller has set stays."""
        own = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DJOLIBA_OBJECT_STORE": str(self.objects),
            "DJOLIBA_DEVELOPMENT_KEYS": str(self.keys),
            "DJOLIBA_SECRETS_FOLDER": str(self.secrets),
            LOOPBACK_PLATFORMS: "false",
            "DJOLIBA_PUBLIC_URL": public_url,
        }
        return {**own, **{name: value for name, value in os.environ.items() if name in own}}


def this_instance() -> Instance:
    """The installation of the user who runs this."""
    return Instance(data_home())


@contextmanager
def servers(instance: Instance) -> Iterator[Mapping[str, str]]:
    """The environment to work in: the one given, else that of a running Djoliba, else servers started for now.

    Commands such as `djoliba migrate` and `djoliba load` work in each of the three.
    """
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        yield instance.environment("", "", os.environ.get("DJOLIBA_PUBLIC_URL", "http://127.0.0.1:8000"))
    elif (described := instance.running()) is not None:
        yield described
    else:
        with ExitStack() as stack:
            # a stop signal has to unwind this stack, or the servers would outlive the command by a moment
            before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            stack.callback(signal.signal, signal.SIGTERM, before)
            stack.enter_context(instance.locked())
            database_url = os.environ.get("DATABASE_URL")
            if database_url is None:
                database_url = stack.enter_context(EmbeddedPostgres(instance.home)).url()
            redis_url = os.environ.get("REDIS_URL")
            if redis_url is None:
                redis_url = stack.enter_context(EmbeddedValkey(instance.home)).url()
            yield instance.environment(database_url, redis_url, "http://127.0.0.1:8000")


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
