"""What the database's own errors mean to a caller, by SQLSTATE, in one place for the engine and the read pools."""

import traceback

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.errors import Conflict, InvalidInput, Problem, Unavailable
from shared.refusal import Refusal

_AWAY = ("08", "57P")
"""Classes: connection exception; operator intervention (shutdown, crash, restart)."""
_BUSY = ("40", "53", "55P", "57014", "25P", "58")
"""Rolled back for another (deadlock, serialization), insufficient resources (disk full, memory, connections), a lock
or a time limit, and errors outside Postgres (a disk that fails)."""
_TRANSIENT = frozenset({"40001", "40P01"})
_VALUES = ("22", "54")
"""Data exception (overflow, a character that no text holds, a date outside the calendar), program limit exceeded."""
_RULES = ("23",)
"""Integrity constraint violation that the code did not foresee."""

_LOST = ("connection is closed", "connection was closed", "pool is clos")
"""How asyncpg says that the connection under a transaction is gone."""


class DatabaseUnavailable(Refusal, Unavailable):
    """Postgres does not answer, or cut the connection; nothing was committed."""

    kind, header = "database-unavailable", ("Retry-After", "2")
    fr = "La base de données ne répond pas ; renvoyez la demande dans quelques secondes, avec la même Idempotency-Key."
    en = "The database does not answer; send the request again in a few seconds, with the same Idempotency-Key."


class DatabaseBusy(Refusal, Unavailable):
    """Postgres answers and cannot do the work now: disk, memory, locks or connections are used up."""

    kind, header = "database-busy", ("Retry-After", "5")
    fr = "La base de données n'a pas pu faire ce travail à temps ; rien n'a été enregistré, renvoyez la demande dans quelques secondes, avec la même Idempotency-Key."
    en = "The database could not do this work in time; nothing was recorded, send the request again in a few seconds, with the same Idempotency-Key."


class DatabaseReadOnly(Refusal, Unavailable):
    """Postgres takes no writes for the moment: a standby being promoted, or an operator's work."""

    kind, header = "database-read-only", ("Retry-After", "10")
    fr = "La base de données n'admet que des lectures pour le moment ; rien n'a été enregistré, réessayez plus tard."
    en = "The database takes reads only for the moment; nothing was recorded, try again later."


class ValueOutOfRange(Refusal, InvalidInput):
    """A value, or what follows from it, is beyond what the database keeps."""

    kind = "value-out-of-range"
    fr = "Une valeur de la demande, ou ce qui s'en calcule, dépasse ce qui peut être enregistré ; rien ne l'a été. Vérifiez les nombres, les dates et la longueur des listes."
    en = "A value of the request, or what follows from it, is beyond what can be stored; nothing was. Check the numbers, the dates and the length of lists."


class TakenMeanwhile(Refusal, Conflict):
    """A constraint of the database refused the rows: another request has changed what they refer to."""

    kind = "taken-meanwhile"
    fr = "Une autre demande a changé entre-temps ce dont celle-ci dépend ; rien n'a été enregistré, relisez et recommencez."
    en = "Another request has changed meanwhile what this one depends on; nothing was recorded, read again and start anew."


def problem_of(error: BaseException) -> Problem | None:
    """The answer to an error that comes from the database; None for every other.

    A request that is answered 503 may be sent again with its `Idempotency-Key`: it has one effect.
    """
    state = sqlstate_of(error)
    if state == "25006":
        return DatabaseReadOnly()
    if isinstance(error, PoolTimeout | TimeoutError) or state.startswith(_BUSY):
        return DatabaseBusy()
    if state.startswith(_AWAY) or _is_connection_lost(error):
        return DatabaseUnavailable()
    if state.startswith(_VALUES) or _is_refused_by_driver(error):
        return ValueOutOfRange()
    if state.startswith(_RULES):
        return TakenMeanwhile()
    return None


def is_transient(error: BaseException) -> bool:
    """Whether Postgres rolled the transaction back in favour of another, and the same work may simply be done again."""
    return sqlstate_of(error) in _TRANSIENT


def sqlstate_of(error: BaseException) -> str:
    """The SQLSTATE that Postgres gave, or an empty text."""
    if isinstance(error, DBAPIError):
        error = (error.orig and error.orig.__cause__) or error
    return str(getattr(error, "sqlstate", None) or "")


def _is_connection_lost(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        cause = error.orig and error.orig.__cause__
        return error.connection_invalidated or (cause is not None and _is_connection_lost(cause))
    if isinstance(error, asyncpg.InterfaceError):  # the driver's own word, when a cut connection is left
        return any(words in str(error) for words in _LOST)
    return isinstance(error, ConnectionError) or (isinstance(error, OSError) and _is_raised_while_connecting(error))


def _is_raised_while_connecting(error: OSError) -> bool:
    """A socket that is not there is a FileNotFoundError like that of any file; only the frames tell."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "asyncpg.connect_utils" for frame, _ in frames)


def _is_refused_by_driver(error: BaseException) -> bool:
    """Whether asyncpg could not even write the value, or so many of them, into a message to Postgres."""
    if isinstance(error, DBAPIError):
        error = (error.orig and error.orig.__cause__) or error
    return isinstance(error, asyncpg.DataError) or (
        isinstance(error, asyncpg.InterfaceError) and "query arguments" in str(error)
    )
