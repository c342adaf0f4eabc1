"""The machine we were started on: which user runs the servers, where data lives, whether there is room for it."""

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = 65534
"""`nobody`: has a passwd entry everywhere, which initdb insists on."""

SPACE_NEEDED_MB = 300
"""A new Postgres data directory, its write-ahead log and the reference edition."""

SOCKET_PATH_LIMIT = 107
"""Longest path of a unix socket (sun_path, less its terminator)."""


class CannotStart(Exception):
    """A condition of this machine that the user has to change; the message says what and how."""


@dataclass(frozen=True)
class Account:
    """The user and group that the servers run as; None keeps the caller's own."""

    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        """Give `path` to this account, if it is another one than the caller's."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, folder: Path) -> None:
        """Give a folder and all it holds to this account."""
        if self.uid is not None:
            for path in (folder, *folder.rglob("*")):
                with suppress(FileNotFoundError):  # a running process may have moved it meanwhile
                    self.own(path)


def server_account() -> Account:
    """Postgres refuses to run as root, so root's servers run as nobody; everyone else's run as themselves."""
    return Account(UNPRIVILEGED, UNPRIVILEGED) if os.geteuid() == 0 else Account(None, None)


def data_home() -> Path:
    """Where data is kept: in `DJOLIBA_HOME`, else in this user's usual place."""
    chosen = os.environ.get("DJOLIBA_HOME")
    return Path(chosen).absolute() if chosen else default_home()


def default_home() -> Path:
    """Where a user's data lies unless they say otherwise: in the XDG data home, or /var/lib/djoliba/<hash> for root.

    Root's home cannot be traversed by the servers' account, hence the directory outside it, one per HOME.
    """
    home = os.environ.get("HOME") or str(Path.home())
    if os.geteuid() == 0:
        return Path("/var/lib/djoliba") / hashlib.sha256(home.encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_DATA_HOME") or Path(home) / ".local" / "share") / "djoliba"


def make_private(directory: Path, account: Account) -> Path:
    """Create `directory`, readable by nobody but the servers' account (and root)."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        account.own(directory)
    except OSError as error:
        raise CannotStart(
            f"Djoliba cannot keep its data in {directory} ({error.strerror}). "
            "Set DJOLIBA_HOME to a directory that you may write to."
        ) from error
    if not reachable(directory.parent, account):
        raise CannotStart(
            f"Root's servers run under an account without rights (user id {account.uid}), which cannot reach "
            f"{directory.parent}. Set DJOLIBA_HOME to a directory that everyone may traverse."
        )
    return directory


def require_space(directory: Path, megabytes: int = SPACE_NEEDED_MB) -> None:
    """Refuse to begin on a disk that would fill up half-way."""
    free = shutil.disk_usage(directory).free // 2**20
    if free < megabytes:
        raise CannotStart(no_space(directory, free, megabytes))


def no_space(directory: Path, free: int, megabytes: int = SPACE_NEEDED_MB) -> str:
    """The sentence for a full disk."""
    return (
        f"Only {free} MB are free where {directory} lies, and Djoliba needs about {megabytes} MB there. "
        "Free some space, or set DJOLIBA_HOME to a directory on another disk."
    )


def socket_directory(home: Path, name: str, account: Account) -> Path:
    """An empty private directory for one server's unix socket: under `home`, or elsewhere if that path is too long.

    What a killed server left there goes: its lock file names a process number that may be a stranger's by now.
    """
    directory = home / f"{name}.socket"
    if len(os.fsencode(directory / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(mode=0o700)
    else:
        directory = Path(tempfile.mkdtemp(prefix="djoliba-", dir="/tmp"))
    account.own(directory)
    return directory


def application_account() -> Account:
    """Root's applications run as the servers do, unless that account cannot read the code (a clone under /root)."""
    account = server_account()
    # the interpreter that a virtual environment links to may lie under /root too
    code = [Path(sys.executable), Path(sys.executable).resolve(), Path(os.__file__), Path(__file__)]
    if (library := importlib.util.find_spec("fastapi")) is not None and library.origin is not None:
        code.append(Path(library.origin))
    is_open = all(reachable(file.parent, account) and file.stat().st_mode & 0o004 for file in code)
    return account if is_open else Account(None, None)


def reachable(path: Path, account: Account) -> bool:
    """Whether the account can traverse to `path`, and execute it or enter it."""
    if account.uid is None:
        return os.access(path, os.X_OK)
    return all(
        step.stat().st_mode & (0o100 if step.stat().st_uid == account.uid else 0o001) for step in (path, *path.parents)
    )
