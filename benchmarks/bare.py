"""The limit: a bare ASGI application that answers the very SQL of the list and the detail, and does nothing else."""

import argparse
import socket
from typing import Any

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from shared.database import read_pool, role_of
from shared.facts import NOW
from shared.pagination import LIMIT_DEFAULT
from shared.reading.statements import Shape, detail_statement, list_statement
from shared.resources.projects import PROJECTS
from shared.settings import load_settings
from shared.web.moment import today


class Bare:
    """`/list` and `/detail/<reference>` from a bare asyncpg pool."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._list = list_statement(PROJECTS, Shape(frozenset(), PROJECTS.default_order, False, False))
        self._detail = detail_statement(PROJECTS, by_reference=True)
        self._values = {"known_at": NOW, "can": "[]", "can_own": "[]", "section": None}

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        values = {**self._values, "as_of": today()}
        if scope["path"] == "/list":
            arguments = self._list.arguments(limit=LIMIT_DEFAULT, **values)
            body = (await self._pool.fetchrow(self._list.sql, *arguments))["items"]
        else:
            wanted = scope["path"].removeprefix("/detail/")
            arguments = self._detail.arguments(wanted=wanted, **values)
            body = (await self._pool.fetchrow(self._detail.sql, *arguments))["body"]
        content = body.encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


async def serve(listener: socket.socket) -> None:
    """Answer on `listener` until SIGTERM."""
    pool = await read_pool(load_settings(), role_of("projects"))
    options: dict[str, Any] = {"http": "httptools", "log_config": None, "access_log": False, "lifespan": "off"}
    await uvicorn.Server(uvicorn.Config(Bare(pool), **options)).serve(sockets=[listener])
    await pool.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    uvloop.run(serve(socket.socket(fileno=parser.parse_args().fd)))
