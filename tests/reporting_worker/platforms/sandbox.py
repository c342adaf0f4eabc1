"""The sandbox platform as a process of a test's own, with its faults and its journal of effects."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import uvicorn

from deploy.sandbox_platform.__main__ import create_app

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Sandbox:
    """`start`, `kill`, `stop`; the data outlive the process, as a platform that was down and is back."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        known = json.loads((self.folder / "accounts.json").read_text())
        return {entry["role"]: {"user": login, "password": entry["password"]} for login, entry in known.items()}

    def start(self) -> "Sandbox":
        command = [sys.executable, "-m", "deploy.sandbox_platform", "--port", str(self.port)]
        command += ["--data", str(self.folder), "--faults", str(self.folder / "faults.json")]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, "the sandbox platform ended at once"
            assert time.monotonic() < deadline, "the sandbox platform does not answer"
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/wp-json/", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, sign: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def faults(self, *rules: dict) -> None:
        """Switch these faults on, and all others off."""
        draft = self.folder / "faults.new"
        draft.write_text(json.dumps(rules))
        draft.rename(self.folder / "faults.json")

    def effects(self, *kinds: str) -> list[dict]:
        """The journal's lines of these kinds, in the order in which the platform acted."""
        path = self.folder / "effects.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if not kinds or line["effect"] in kinds]


@dataclass
class ThreadedSandbox(Sandbox):
    """The same platform in a thread of the test's process: it starts in milliseconds, but cannot be killed."""

    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    def start(self) -> "Sandbox":
        app = create_app(self.folder, self.folder / "faults.json")
        config = uvicorn.Config(app, port=self.port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        deadline = time.monotonic() + 30
        while not self.server.started:
            assert self.thread.is_alive(), "the sandbox platform ended at once"
            assert time.monotonic() < deadline, "the sandbox platform does not answer"
            time.sleep(0.002)
        return self

    def stop(self, sign: signal.Signals = signal.SIGKILL) -> None:
        if self.server is not None:
            self.server.should_exit = self.server.force_exit = True
            self.thread.join(10)
            self.server = None
