"""A process that serves one application: uvicorn on a port or an inherited socket, until SIGTERM."""

import argparse
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import uvicorn

from shared.logging import configure_logging
from shared.settings import ProcessSettings, Settings, load_settings
from shared.web.protocol import BoundedProtocol, Room

GRACE_SECONDS = 5
"""What a stop leaves to requests in progress."""


def run_server(create: Callable[[Settings], Any], process: str) -> None:
    """Serve what `create` makes, as the words of the command line ask; `process` names it in the logs.

    `--fd` takes an inherited socket, so that a restart loses no connection; else `--host` and `--port`.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args()
    serve(create, load_settings(), process, fd=chosen.fd, host=chosen.host, port=chosen.port)


Told = TypeVar("Told", bound=ProcessSettings)


def serve(
    create: Callable[[Told], Any], settings: Told, process: str, *, fd: int | None, host: str, port: int
) -> None:  # fmt: skip
    """Serve what `create` makes of the settings, on an inherited socket or else on a port, until SIGTERM."""
    configure_logging(settings, process)
    listener = socket.create_server((host, port)) if fd is None else socket.socket(fileno=os.dup(fd))
    uvicorn.Server(configuration(create(settings), settings)).run(sockets=[listener])


def configuration(application: Any, settings: ProcessSettings) -> uvicorn.Config:
    """How uvicorn serves an application, in the demo and in production alike."""
    return uvicorn.Config(
        application,
        loop="uvloop",
        http=partial(  # type: ignore[arg-type]  # (only called)
            BoundedProtocol, head_seconds=settings.head_seconds, room=Room(settings.connections)
        ),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
