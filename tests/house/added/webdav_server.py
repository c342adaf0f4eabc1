"""A small WebDAV server (RFC 4918, class 1) over a directory: readers read, accounts list, one of them writes.

A write into no folder is refused (409), what someone edits is `locked` (423), conditions are judged (RFC 9110, 13.1). On
command it shuts readers out, loses an answer after the effect, or answers something else than a list.
"""

import base64
import hashlib
import shutil
import threading
import time
from pathlib import Path
from urllib.parse import quote, unquote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.reporting_worker.platforms.sandbox import free_port

METHODS = ["OPTIONS", "GET", "HEAD", "PUT", "DELETE", "MKCOL", "PROPFIND"]
READS = ("GET", "HEAD")


class WebDAVServer:
    """`start` and `stop`; what it holds lies in `folder`, below the path `/share`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder.resolve(), free_port()
        self.accounts = {
            "author": {"user": "djoliba", "password": "one two three"},
            "contributor": {"user": "guest", "password": "four five six"},
        }
        self.locked: set[str] = set()
        self.is_shut = False
        """Whether readers get a page to sign in, which says 200."""
        self.loses: list[str] = []
        """Methods whose next answer is lost after the effect."""
        self.meddled: set[str] = set()
        """Files that somebody changes as soon as an account has read them."""
        self.is_weak = False
        """Whether its entity tags are weak."""
        self.lists: bytes | None = None
        """What is answered instead of a list."""
        folder.mkdir(parents=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/share"

    def start(self) -> "WebDAVServer":
        app = Starlette(routes=[Route("/share/{path:path}", self._answer, methods=METHODS)])
        config = uvicorn.Config(app, port=self.port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        until = time.monotonic() + 30
        while not self._server.started:
            assert self._thread.is_alive(), "the WebDAV server ended at once"
            assert time.monotonic() < until, "the WebDAV server does not answer"
            time.sleep(0.002)
        return self

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)

    async def _answer(self, request: Request) -> Response:
        path = unquote(request.path_params["path"])
        target = (self.folder / path).resolve()
        if not target.is_relative_to(self.folder):
            return Response(status_code=403)
        refused = self._refused(request)
        if refused is not None:
            return refused
        answer = await self._done(request, target)
        if request.method in self.loses:
            self.loses.remove(request.method)
            return Response(status_code=502)
        return answer

    async def _done(self, request: Request, target: Path) -> Response:
        match request.method:
            case "GET" | "HEAD":
                return self._get(request, target)
            case "PUT":
                return self._put(request, target, await request.body())
            case "DELETE":
                return self._delete(target)
            case "MKCOL":
                return self._mkcol(target)
            case "PROPFIND":
                return self._propfind(request, target)
            case _:
                return Response(headers={"DAV": "1", "Allow": ", ".join(METHODS)})

    def _refused(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        known = {
            "Basic " + base64.b64encode(f"{one['user']}:{one['password']}".encode()).decode(): role
            for role, one in self.accounts.items()
        }
        if not given and request.method in READS:
            return Response("<p>Sign in</p>", media_type="text/html") if self.is_shut else None
        if given not in known:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="share"'})
        writes = request.method in ("PUT", "DELETE", "MKCOL")
        return Response(status_code=403) if writes and known[given] != "author" else None

    def _get(self, request: Request, target: Path) -> Response:
        if not target.is_file():
            return Response(status_code=405 if target.is_dir() else 404)
        read = target.read_bytes()
        answer = Response(read, headers={"ETag": self._tag(target)}, media_type=kind_of(target))
        if target.name in self.meddled and "authorization" in request.headers:
            self.meddled.remove(target.name)
            target.write_bytes(read + b"<p>Entre-temps.</p>")
        return answer

    def _put(self, request: Request, target: Path, content: bytes) -> Response:
        if not target.parent.is_dir():
            return Response(status_code=409)
        if target.name in self.locked:
            return Response(status_code=423)
        is_new = not target.exists()
        if request.headers.get("if-none-match") == "*" and not is_new:
            return Response(status_code=412)
        wanted = request.headers.get("if-match")
        if wanted is not None and (
            is_new or (self.is_weak and wanted != "*") or wanted not in ("*", self._tag(target))
        ):
            return Response(status_code=412)
        target.write_bytes(content)
        return Response(status_code=201 if is_new else 204)

    def _delete(self, target: Path) -> Response:
        if not target.exists():
            return Response(status_code=404)
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        return Response(status_code=204)

    def _mkcol(self, target: Path) -> Response:
        if target.exists():
            return Response(status_code=405)
        if not target.parent.is_dir():
            return Response(status_code=409)
        target.mkdir()
        return Response(status_code=201)

    def _propfind(self, request: Request, target: Path) -> Response:
        if request.headers.get("depth", "infinity") == "infinity":
            return Response(status_code=403)
        if not target.exists():
            return Response(status_code=404)
        members = target.iterdir() if target.is_dir() and request.headers["depth"] == "1" else ()
        responses = "".join(self._described(one) for one in (target, *sorted(members)))
        body = f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{responses}</D:multistatus>'.encode()
        body = body if self.lists is None else self.lists
        return Response(body, status_code=207, media_type="application/xml")

    def _described(self, one: Path) -> str:
        name = "" if one == self.folder else quote(str(one.relative_to(self.folder)))
        href = f"/share/{name}{'/' if one.is_dir() and name else ''}"
        kind = "<D:collection/>" if one.is_dir() else ""
        properties = f"<D:prop><D:resourcetype>{kind}</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status>"
        return f"<D:response><D:href>{href}</D:href><D:propstat>{properties}</D:propstat></D:response>"

    def _tag(self, file: Path) -> str:
        tag = f'"{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"'
        return f"W/{tag}" if self.is_weak else tag


def kind_of(file: Path) -> str:
    """The media type of a file."""
    return {".pdf": "application/pdf", ".html": "text/html"}.get(file.suffix, "application/octet-stream")
