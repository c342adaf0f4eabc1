"""What an unexpected error means for the person who typed the command, where that is known."""

import errno
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.exc import ArgumentError

from deploy.embedded.host import CannotStart, data_home, no_space

_NOT_MIGRATED = (
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedObjectError,
)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what is expected to go wrong with a database into a sentence; a bug of ours passes as it is.

    Raises:
        CannotStart: with what to do.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, CannotStart) or (sentence := sentence_for(error, data_home())) is None:
            raise
        raise CannotStart(sentence) from error


def sentence_for(error: BaseException, home: Path) -> str | None:
    """What to do about `error`, wherever in its chain of causes the reason stands; None where it is a bug of ours."""
    for cause in _causes(error):
        if isinstance(cause, asyncpg.DiskFullError) or getattr(cause, "errno", None) == errno.ENOSPC:
            return no_space(home, shutil.disk_usage(home).free // 2**20)
        missing_role = isinstance(cause, asyncpg.InvalidParameterValueError) and "role" in str(cause)
        if isinstance(cause, _NOT_MIGRATED) or missing_role:
            return f"The database is not at this version of Djoliba ({cause}): run `djoliba migrate`."
        if sentence := _unreachable(cause):
            return sentence
    return None


def _unreachable(cause: BaseException) -> str | None:
    """Why DATABASE_URL leads to no database."""
    if isinstance(cause, ArgumentError | asyncpg.ClientConfigurationError):
        return "DATABASE_URL is no address of a Postgres: postgresql://USER@HOST:PORT/DATABASE is expected."
    if isinstance(cause, asyncpg.InvalidAuthorizationSpecificationError):
        return f"The database does not let us in ({cause}): check user and password in DATABASE_URL."
    if isinstance(cause, socket.gaierror) and _is_connecting(cause):
        return f"The database's host is not known ({cause.strerror}): check DATABASE_URL."
    if isinstance(cause, ConnectionError | FileNotFoundError) and _is_connecting(cause):
        return f"The database does not answer ({cause}): check DATABASE_URL, or start Djoliba with `djoliba up`."
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_connecting(error: BaseException) -> bool:
    """Whether the error arose while asyncpg opened a connection, not in a file of ours."""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals.get("__name__", "").startswith("asyncpg.connect"):
            return True
        step = step.tb_next
    return False
