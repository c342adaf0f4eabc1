"""What time it is: the database's clock, since that is the one by which facts are recorded.

A process reads it now and then and counts on from there by its own monotonic clock, which nobody sets. So an
application whose clock is wrong neither refuses what has happened nor answers for what has not.
"""

import time
from datetime import UTC, date, datetime, timedelta

from shared.database import Reader

AGREES_SECONDS = 5.0
"""How long the last reading holds: a database that is replaced, or set right, is noticed within it."""


class _Clock:
    def __init__(self) -> None:
        self._read: tuple[datetime, float] | None = None

    async def agree(self, reads: Reader) -> None:
        if self._read is None or time.monotonic() - self._read[1] > AGREES_SECONDS:
            instant = await reads.fetchval("SELECT clock_timestamp()")
            self._read = (instant, time.monotonic())

    def now(self) -> datetime:
        if self._read is None:
            return datetime.now(UTC)
        instant, at = self._read
        return instant + timedelta(seconds=time.monotonic() - at)


_clock = _Clock()
agree = _clock.agree
"""Read the database's clock through an asyncpg pool, if the last reading is old: the first step of each request."""
now = _clock.now
"""The instant by the database's clock, behind it by at most the way there; this machine's where no database was asked."""


def today() -> date:
    """The date in Africa/Bamako, which is UTC all year."""
    return now().date()
