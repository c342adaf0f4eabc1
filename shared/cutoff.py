"""The cut-off: an instant before which nothing more can be recorded, so that what was known then is known for ever.

A unit of work reads its `recorded_at` after its transaction id exists. So once every transaction older than an id
taken after the clock has ended, no row with an earlier `recorded_at` can still appear (DESIGN 4).
"""

import asyncio
import time
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from shared.database import Reader
from shared.errors import Texts, Unavailable
from shared.refusal import Refusal
from shared.sentences import sentence

_POLL_SECONDS = 0.005
_LONGEST_POLL_SECONDS = 0.1

_BLOCKING = """
SELECT coalesce(
    (SELECT ARRAY['process', pid::text, datname] FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL ORDER BY age(backend_xid) DESC LIMIT 1),
    (SELECT ARRAY['prepared', gid, database] FROM pg_prepared_xacts ORDER BY age(transaction) DESC LIMIT 1),
    ARRAY['unknown', '', ''])
"""
_HELD_BY = {
    "process": (
        "Le processus « {name} » de la base de données « {database} » tient une transaction ouverte",
        "Process '{name}' of the database '{database}' has held a transaction open",
    ),
    "prepared": (
        "La transaction préparée « {name} » de la base de données « {database} » est ouverte",
        "The prepared transaction '{name}' of the database '{database}' has been open",
    ),
    "unknown": ("Une transaction est ouverte", "A transaction has been open"),
}


class CutOffBlocked(Refusal, Unavailable):
    """A transaction older than the cut-off has not ended in time; the detail names its process and database."""

    kind, header = "cut-off-blocked", ("Retry-After", "5")
    title: ClassVar[Texts] = {
        "fr": "Une transaction plus ancienne retient l'instant de référence",
        "en": "An older transaction holds back the cut-off",
    }
    fr = "{held} depuis plus de {seconds} s ; attendez sa fin ou terminez-la, puis réessayez."
    en = "{held} for more than {seconds} s; wait for its end or end it, then try again."
    held: Texts
    seconds: Decimal


async def cut_off(reader: Reader, wait_seconds: float) -> datetime:
    """An instant such that every figure at `known_at` = this instant gives the same answer for ever.

    Reads the clock, then takes a transaction id of its own, then waits for the transactions before it.

    Raises:
        CutOffBlocked: one of them was still in progress after `wait_seconds` (503).
    """
    instant: datetime = await reader.fetchval("SELECT clock_timestamp()")
    own = await reader.fetchval("SELECT pg_current_xact_id()::text")
    deadline = time.monotonic() + wait_seconds
    pause = _POLL_SECONDS
    while not await reader.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8", own):
        if time.monotonic() >= deadline:
            kind, name, database = await reader.fetchval(_BLOCKING)
            held = sentence(*_HELD_BY[kind], name=name, database=database)
            raise CutOffBlocked(held, Decimal(str(wait_seconds)))
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_POLL_SECONDS)
    return instant
