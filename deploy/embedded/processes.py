"""Child processes that never outlive their parent and are stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.host import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    """A running process of ours."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def stop(self, patience: float = 6.0) -> None:
        """Ask it to end, wait `patience` seconds, then kill what is left of its group."""
        if self.running:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        # what it started itself (a renderer, say) is in its group and must not stay either
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill(self) -> None:
        """End it as a power cut would (drills)."""
        self.process.kill()
        self.process.wait()


def _follow_parent(parent: int, last_signal: signal.Signals) -> Callable[[], None]:
    """What the child runs before exec: the kernel sends it `last_signal` when the parent dies, even by kill -9."""

    def follow() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    keep_open: Sequence[int] = (),
) -> Child:
    """Start `command` in a session of its own, its output appended to `log`.

    A session of its own, because Ctrl-C goes to the whole foreground group: Postgres must not end before the
    workers have drained. Call it from the main thread: the kernel counts the thread that forks as the parent.
    """
    drop = account if account is not None and account.uid is not None else Account(None, None)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            start_new_session=True,
            user=drop.uid,
            group=drop.gid,
            extra_groups=[] if drop.uid is not None else None,
            preexec_fn=_follow_parent(os.getpid(), stop_signal),  # noqa: PLW1509 -- after setuid, which clears it
            pass_fds=tuple(keep_open),
        )
    return Child(name, process, stop_signal)
