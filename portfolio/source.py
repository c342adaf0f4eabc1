"""Where the lines of a portfolio file come from."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portfolio.file import LineFault, SourceLine, lines_of
from shared.errors import InvalidInput
from shared.refusal import Refusal


class NoPortfolio(Refusal, InvalidInput):
    """The file does not exist, cannot be read or holds no row."""

    kind = "no-portfolio"


class Unreadable(NoPortfolio):
    """The file does not exist, or cannot be read to its end."""

    fr = "Le fichier {source} ne peut pas être lu ({reason})."
    en = "The file {source} cannot be read ({reason})."
    source: str
    reason: str | None


class WithoutRows(NoPortfolio):
    """The file holds no row."""

    fr = "Le fichier {source} ne contient aucune ligne."
    en = "The file {source} holds no row."
    source: str


def lines_at(source: str) -> Iterator[SourceLine | LineFault]:
    """The lines of a file or a pipe.

    Raises:
        NoPortfolio: there is no such file, it cannot be read to its end, or it holds no row.
    """
    path = Path(source)
    is_empty = True
    try:
        with _opened(path) as file:
            for line in lines_of(path.name if path.is_file() else source, file):
                is_empty = False
                yield line
    except OSError as error:
        raise Unreadable(source, error.strerror) from error
    if is_empty:
        raise WithoutRows(source)


def _opened(path: Path) -> BinaryIO:
    """A file or a pipe; a device is refused, since `/dev/zero` has no end."""
    file = path.open("rb")
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "neither a file nor a pipe")
