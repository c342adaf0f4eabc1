"""What these tests ask of the machine's process table."""

import os
import time
from pathlib import Path


def alive(pid):
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def mentioning(folder):
    """The processes whose environment, arguments or working directory name `folder`, other than ours."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            text += os.fsencode((process / "cwd").readlink())
        except OSError:
            continue
        if os.fsencode(folder) in text and alive(process.name) and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


PATIENCE_SECONDS = 90
"""Only what hangs takes so long: no outcome depends on how busy the machine is, and a hang is told before pytest's limit."""


def wait_until(condition):
    """Wait for `condition`, asking often; fail when it hangs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it hangs"
        time.sleep(0.02)
