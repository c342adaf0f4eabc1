"""Log files that do not grow for ever: a full one is copied aside and emptied, as logrotate's `copytruncate` does.

The processes append (O_APPEND) to the file that they were started with, so each goes on at the beginning.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

LIMIT = 10 * 2**20
"""Bytes of a log; one full copy is kept beside it."""


def rotate(folders: Iterable[Path], limit: int = LIMIT) -> None:
    """Put aside every `*.log` in the folders that has grown beyond `limit`."""
    for folder in folders:
        for log in folder.glob("*.log"):
            with suppress(OSError):  # a full disk must not end the supervisor; emptying needs no space
                if log.stat().st_size > limit:
                    _put_aside(log)


def _put_aside(log: Path) -> None:
    copy = log.with_suffix(".old")
    try:
        shutil.copyfile(log, copy)
        copy.chmod(0o600)
    finally:
        os.truncate(log, 0)
