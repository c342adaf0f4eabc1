"""One installation on this machine: its folders, the lock that keeps a second one away, and how to reach it."""

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import IO

from deploy.embedded.host import CannotStart, application_account, data_home, default_home, make_private, server_account
from deploy.embedded.language import said

CHECKOUT = Path(__file__).parents[2]
"""The folder of this code."""

TOLD = ("DJOLIBA_ENVIRONMENT", "DJOLIBA_ISSUER", "DJOLIBA_AUDIENCE")
"""Settings that a console has to share with the running processes, beside the addresses."""

LOCK_PATIENCE = 0.5
"""Seconds in which a command that only looks lets go of the lock again."""

LOOPBACK_PLATFORMS = "DJOLIBA_ALLOW_LOOPBACK_PLATFORMS"
"""The setting by which the demo's sandbox, on this machine, may be a partner platform."""


class AlreadyRunning(CannotStart):
    """Another Djoliba works on this data."""


@dataclass(frozen=True)
class Running:
    """What an installation writes down while it runs."""

    environment: Mapping[str, str]
    """Settings of its processes that a command needs."""
    origin: str
    """Where its applications answer on this machine."""
    checkout: str
    """The folder of the code that it runs."""
    owner_url: str = ""
    """Its own database as the owner of the tables; empty where the environment named one."""


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

    @property
    def exists(self) -> bool:
        """Whether Djoliba was ever started here."""
        return (self.home / "lock").exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this data for one process; the kernel lets go however that process ends.

        Raises:
            AlreadyRunning: another process holds it.
        """
        make_private(self.home, server_account())
        with (self.home / "lock").open("a+") as lock:
            deadline = time.monotonic() + LOCK_PATIENCE
            while not _try_lock(lock, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    lock.seek(0)
                    raise AlreadyRunning(_runs_already(self.home, lock.read().strip()))
                time.sleep(0.05)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for written in (self.description, self.waiting):
                written.unlink(missing_ok=True)  # of one that was killed
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

    @contextmanager
    def described(self, environment: Mapping[str, str], origin: str, owner_url: str = "") -> Iterator[None]:
        """Let commands find this installation while it runs: in its home, and among those of this user."""
        names = (*self.environment("", "", ""), *TOLD)
        told = {name: environment[name] for name in names if name in environment}
        draft = self.description.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(Running(told, origin, str(CHECKOUT), owner_url)), file)
        draft.rename(self.description)
        try:
            with _listed(self.home):
                yield
        finally:
            self.description.unlink(missing_ok=True)

    @property
    def waiting(self) -> Path:
        """Written while a process that keeps ending waits for its next start."""
        return self.home / "waiting.json"

    def tell_waiting(self, processes: Sequence[Mapping[str, str | int]]) -> None:
        """Let `djoliba doctor` see which processes wait for their next start, if any."""
        with suppress(OSError):  # a full disk must not end the supervisor
            if processes:
                self.waiting.write_text(json.dumps(processes))
            else:
                self.waiting.unlink(missing_ok=True)

    def running(self) -> Running | None:
        """The Djoliba that runs here now, or None."""
        if not self.description.exists():
            return None
        with (self.home / "lock").open("a+") as lock:
            if _try_lock(lock, fcntl.LOCK_SH):
                return None
        return Running(**json.loads(self.description.read_text()))

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
    """The installation that DJOLIBA_HOME names, else this user's own."""
    return Instance(data_home())


def running_instances() -> dict[Instance, Running]:
    """Every Djoliba that this user runs on this machine."""
    folder = _list_of_homes()
    links = sorted(folder.iterdir()) if _is_ours(folder) else []
    homes = [default_home(), *(link.readlink() for link in links if link.is_symlink())]
    found = {instance: instance.running() for instance in map(Instance, homes)}
    return {instance: running for instance, running in found.items() if running is not None}


def export_line(home: Path) -> str:
    """What to type in a terminal whose commands shall work on `home`."""
    return f"export DJOLIBA_HOME={home}"


@contextmanager
def _listed(home: Path) -> Iterator[None]:
    """List a running home by a link to it; links of homes that were killed lead to no running one and do no harm."""
    folder = _list_of_homes()
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_ours(folder):
        yield
        return
    link = folder / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    link.unlink(missing_ok=True)
    link.symlink_to(home)
    try:
        yield
    finally:
        link.unlink(missing_ok=True)


def _list_of_homes() -> Path:
    return Path(tempfile.gettempdir()) / f"djoliba-running-{os.geteuid()}"


def _is_ours(folder: Path) -> bool:
    """Whether a folder in a place where everybody may write was made by this user."""
    try:
        held = folder.lstat()
    except OSError:
        return False
    return S_ISDIR(held.st_mode) and held.st_uid == os.geteuid()


def _runs_already(home: Path, process: str) -> str:
    return said(
        f"Djoliba tourne déjà sur {home} (processus {process or 'inconnu'}). Arrêtez-le par Ctrl-C dans son "
        "terminal, ou donnez à DJOLIBA_HOME un autre dossier pour un second.",
        f"Djoliba already runs on {home} (process {process or 'unknown'}). "
        "Stop it with Ctrl-C in its terminal, or set DJOLIBA_HOME to another directory for a second one.",
    )


def _try_lock(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
