"""The workers of a drill: real processes, born from the zygote, killed and stopped for real."""

import asyncio
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.settings import Settings
from tests.reporting_worker.platforms.sandbox import ROOT

TIMES = (
    "lease_seconds",
    "renew_seconds",
    "sweep_seconds",
    "quarantine_seconds",
    "send_deadline_seconds",
    "backoff_seconds",
)


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "DJOLIBA_ENVIRONMENT": "test",
        "DJOLIBA_DATABASE_URL": settings.database_url.get_secret_value(),
        "DJOLIBA_REDIS_URL": settings.redis_url.get_secret_value(),
        "DJOLIBA_OBJECT_STORE": str(settings.object_store),
        "DJOLIBA_SECRETS_FOLDER": str(settings.secrets_folder),
        "DJOLIBA_ALLOW_LOOPBACK_PLATFORMS": "true",
        **{f"DJOLIBA_{name.upper()}": str(getattr(settings, name)) for name in TIMES},
    }


class Zygote:
    """The parent of all workers of a test run; a thread hears what it tells."""

    def __init__(self, log: Path) -> None:
        with log.open("ab") as lines:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.zygote"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=lines,
            )
        self.born: queue.Queue[int] = queue.Queue()
        self.died: dict[int, tuple[int, datetime]] = {}
        """By which signal each worker ended, and when."""
        assert b"ready" in self.process.stdout.readline(), f"the zygote did not start; see {log}"
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            told = json.loads(line)
            if "born" in told:
                self.born.put(told["born"])
            else:
                self.died[told["died"]] = (told["signal"], datetime.now(UTC))

    def bear(self, order: dict) -> int:
        self.process.stdin.write((json.dumps(order) + "\n").encode())
        self.process.stdin.flush()
        while self.process.poll() is None:
            with suppress(queue.Empty):
                return self.born.get(timeout=1)
        raise AssertionError("the zygote has ended")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self._listener.join()
        self.process.stdout.close()


@dataclass
class Crew:
    """One drill's workers: `spawn`, `kill`, wait for their `end_of` or `stop_of`."""

    zygote: Zygote
    environment: dict[str, str]
    pids: set[int]

    async def spawn(self, **order: object) -> int:
        pid = await asyncio.to_thread(self.zygote.bear, {"environment": self.environment, **order})
        self.pids.add(pid)
        return pid

    @property
    def has_living(self) -> bool:
        return any(self.is_alive(pid) for pid in self.pids)

    def is_alive(self, pid: int) -> bool:
        return pid not in self.zygote.died

    def killed_at(self, pid: int) -> datetime | None:
        """When it died of SIGKILL, if it did."""
        sign, instant = self.zygote.died.get(pid, (0, None))
        return instant if sign == signal.SIGKILL else None

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def go_on(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    async def end_of(self, pid: int) -> None:
        """Wait until this worker is gone."""
        while self.is_alive(pid):  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.01)

    async def stop_of(self, pid: int) -> None:
        """Wait until this worker is stopped (SIGSTOP), or gone."""
        while self.is_alive(pid) and _state(pid) != "T":  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        for pid in self.pids:
            if self.is_alive(pid):
                self.kill(pid)
                await self.end_of(pid)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "-"
