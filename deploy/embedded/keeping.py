"""Processes that are started again when they end by themselves: at once at first, then after longer and longer pauses."""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.embedded.host import CannotStart
from deploy.embedded.language import said

STEADY_SECONDS = 60.0
"""A process that lived this long has not failed to start."""
AT_ONCE = 5
"""So many failures in a row are answered at once: a worker killed by hand is back in a moment."""
LONGEST_PAUSE = 60.0
"""Seconds between two starts of what keeps failing: the reason may pass (a full disk, a lost network)."""


def pause(failures: int) -> float:
    """Seconds before the start that follows so many failures in a row.

    >>> [pause(failures) for failures in (1, 5, 6, 7, 11, 12, 5000)]
    [0.0, 0.0, 2.0, 4.0, 60.0, 60.0, 60.0]
    """
    return 0.0 if failures <= AT_ONCE else min(LONGEST_PAUSE, 2.0 ** min(failures - AT_ONCE, 6))


@dataclass
class Kept:
    """One process that is kept running; what befalls it never reaches the others."""

    name: str
    is_running: Callable[[], bool]
    launch: Callable[[], None]
    """Start it, or raise CannotStart or OSError."""
    log: str
    """Where it says why it ended."""
    started: float
    failures: int = 0
    due: float | None = None
    """When it is started again; None while it runs."""

    def check(self, now: float) -> str | None:
        """Start it if it has ended and its pause is over; what there is to tell about it."""
        if self.is_running():
            return None
        if self.due is None:
            self.failures = self.failures + 1 if now - self.started < STEADY_SECONDS else 1
            self.due = now + pause(self.failures)
            if self.due > now:
                return self._waits(self.due - now)
        if now < self.due:
            return None
        self.due, self.started = None, now
        try:
            self.launch()
        except (CannotStart, OSError) as error:
            return f"{self.name}: {error}"
        return said(
            f"Le processus `{self.name}` s'est arrêté ; il est relancé.",
            f"The process `{self.name}` has ended; starting it again.",
        )

    def state(self) -> dict[str, str | int]:
        """What `djoliba doctor` tells about a process that waits."""
        return {"name": self.name, "failures": self.failures, "log": self.log}

    def _waits(self, seconds: float) -> str:
        return said(
            f"Le processus `{self.name}` s'est arrêté {self.failures} fois de suite ; prochain essai dans "
            f"{seconds:.0f} s, les autres continuent. Son journal dit pourquoi : {self.log}",
            f"The process `{self.name}` has ended {self.failures} times in a row; next try in {seconds:.0f} s, "
            f"the others go on. Its log says why: {self.log}",
        )
