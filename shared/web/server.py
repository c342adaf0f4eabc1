"""A process that serves one application: uvicorn on a port or an inherited socket, until SIGTERM."""

import argparse
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn

from shared.logging import configure_logging
from shared.settings import Settings, load_settings
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
    settings = load_settings()
    configure_logging(settings, process)
    if chosen.fd is not None:
        listener = socket.socket(fileno=os.dup(chosen.fd))
    else:
        listener = socket.create_server((chosen.host, chosen.port))
    uvicorn.Server(configuration(create(settings), settings)).run(sockets=[listener])


def configuration(application: Any, settings: Settings) -> uvicorn.Config:
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
