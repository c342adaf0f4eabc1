"""Makes worker processes in milliseconds: everything is imported once, each worker is a fork that may be killed.

Reads one JSON object a line: {"environment", "mutant", "crash_at", "stop_at"}; writes {"born": pid} for it, and
{"died": pid, "signal": n} when a worker has ended. All workers die with it.
"""

import asyncio
import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys

from sqlalchemy import text
from sqlalchemy.orm import configure_mappers

import shared.jobs
from services.reporting_worker.platforms.adapter import Absent
from services.reporting_worker.platforms.transfer import Transfer
from services.reporting_worker.platforms.wordpress.adapter import WordPress
from services.reporting_worker.publications import execution
from services.reporting_worker.publications.jobs import deliver
from shared.crash_points import VARIABLE
from shared.database import write_engine
from shared.egress import guarded_client
from shared.settings import Settings
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext

PR_SET_PDEATHSIG = 1


def no_probe() -> None:
    """The mutant that never looks: what it cannot remember, it sends again."""

    async def find(*_: object) -> Absent:
        return Absent()

    WordPress.find = find


def no_fence() -> None:
    """The mutant whose write-backs are accepted from whoever comes."""

    async def guard(*_: object) -> None:
        return None

    shared.jobs.Claim.guard = guard
    unfenced = shared.jobs._FINISH.text.replace("AND fence = :fence AND state = 'leased'", "")
    shared.jobs._FINISH = text(unfenced)


def no_deadline() -> None:
    """The mutant that sends however late it is."""
    Transfer.remaining = lambda _: 60.0


MUTANTS = {"no_probe": no_probe, "no_fence": no_fence, "no_deadline": no_deadline}


class Sleep:
    """Makes this worker stop, as if its machine slept, at the n-th passing of a point: `name:n`."""

    def __init__(self, point: str) -> None:
        self.name, _, count = point.partition(":")
        self.left = int(count)

    def reach(self, passed: str) -> None:
        if passed == self.name:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGSTOP)


async def work(sleep: Sleep | None) -> None:
    """Work until killed; a worker that is to sleep ends with the claim in which it slept."""
    settings = Settings()
    engine, wake = write_engine(settings, "reporting"), ArqWake(settings)
    async with engine.connect():
        pass  # the first connection takes long, and the first claim's time runs from before its query
    worker = Worker("reporting", (deliver,), WorkerContext(settings, engine, wake))
    if sleep is None:
        await worker.run()
        return
    execution.reach = sleep.reach
    while sleep.left > 0:
        if not await worker.run_due():
            await asyncio.sleep(0.02)
    await wake.aclose()
    await engine.dispose()


def become_worker(order: dict, parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(2, 1)  # log lines go where the zygote's go
    os.environ.update(order["environment"])
    if order.get("mutant"):
        MUTANTS[order["mutant"]]()
    if order.get("crash_at"):
        os.environ[VARIABLE] = order["crash_at"]
    asyncio.run(work(Sleep(order["stop_at"]) if order.get("stop_at") else None))
    os._exit(0)


def tell(**words: int) -> None:
    os.write(1, (json.dumps(words) + "\n").encode())


def reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell(died=pid, signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


async def warm() -> None:
    """Let what is done at the first use be done once, before each fork does so anew."""
    await guarded_client(timeout_seconds=1).aclose()


def main() -> None:
    asyncio.run(warm())
    configure_mappers()
    gc.freeze()  # a collection in a fork would copy the pages of all that was imported
    wakened, waker = socket.socketpair()
    for end in (wakened, waker):
        end.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watched = selectors.DefaultSelector()
    watched.register(0, selectors.EVENT_READ)
    watched.register(wakened, selectors.EVENT_READ)
    tell(ready=os.getpid())
    buffered = b""
    while True:
        for key, _ in watched.select():
            if key.fileobj is wakened:
                wakened.recv(4096)
                reap()
                continue
            read = os.read(0, 65536)
            if not read:
                return
            *lines, buffered = (buffered + read).split(b"\n")
            for line in lines:
                parent, pid = os.getpid(), os.fork()
                if pid == 0:
                    become_worker(json.loads(line), parent)
                tell(born=pid)


if __name__ == "__main__":
    sys.exit(main())
