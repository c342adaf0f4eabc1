"""Named points at which a drill may kill the process: `DJOLIBA_CRASH_AT=name:n` dies at the n-th passing.

The kill is a real SIGKILL: no cleanup, no rollback sent, no connection closed in order.
"""

import os
import signal
from collections import Counter

VARIABLE = "DJOLIBA_CRASH_AT"

_passed: Counter[str] = Counter()


def reach(name: str) -> None:
    """Pass a crash point; dies here when the environment names it and it has been passed often enough."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _passed[name] += 1
    if _passed[name] == int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
