"""The desk as a process of its own: what it is told, when it is ready, and how its contracts are kept fresh."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography.fernet import Fernet
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from deploy.desk.api import Api, Refused
from deploy.desk.contracts import FRESH_SECONDS, Contracts
from deploy.desk.process import create_app
from deploy.desk.settings import DeskSettings
from deploy.embedded.cli import app as console
from deploy.embedded.origin import create_origin
from shared.egress import LOOPBACK
from shared.settings import Settings
from shared.web.contract import contract_route
from tests.desk.authorization import CLIENT, SECRET
from tests.desk.conftest import words
from tests.desk.provider import Served
from tests.projects_api.conftest import build_register
from tests.serving import until_ready

pytestmark = pytest.mark.whole
"""Whole programs as they are started."""


def told(folder: Path, **changed: Any) -> dict[str, Any]:
    """The settings of a desk whose files are in `folder`."""
    (folder / "keys").write_bytes(Fernet.generate_key() + b"\n")
    (folder / "secret").write_text(f"{SECRET}\n")
    return {
        "environment": "test",
        "public_url": "https://desk.example.org",
        "issuer": "https://login.example.org",
        "desk_api_url": "https://api.example.org",
        "desk_client_id": CLIENT,
        "desk_client_secret_file": str(folder / "secret"),
        "desk_keys_file": str(folder / "keys"),
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"environment": "production", "public_url": "http://desk.example.org"}, "DJOLIBA_PUBLIC_URL is an https"),
        ({"environment": "production", "issuer": "http://login.example.org"}, "DJOLIBA_ISSUER is an https"),
        ({"desk_scopes": "profile"}, "contains openid"),
        ({"desk_keys_file": "/nowhere"}, "djoliba desk key"),
        ({"desk_keys_file": "/dev/null"}, "djoliba desk key"),
        ({"desk_client_secret_file": "/nowhere"}, "DJOLIBA_DESK_CLIENT_SECRET_FILE"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        DeskSettings(**told(tmp_path, **changed))


def test_a_start_without_settings_names_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DJOLIBA_")]:
        monkeypatch.delenv(name)
    printed = CliRunner().invoke(console, ["desk"])
    assert printed.exit_code == 1
    for name in ("PUBLIC_URL", "ISSUER", "DESK_API_URL", "DESK_CLIENT_ID", "DESK_KEYS_FILE"):
        assert f"DJOLIBA_{name}" in str(printed.exception)


def test_a_key_is_made_by_a_command() -> None:
    Fernet(CliRunner().invoke(console, ["desk", "key"]).stdout.strip())


class Line(httpx.AsyncBaseTransport):
    """A line to an API of one version, with the contract's own route; it can be cut, and tells what it carried."""

    def __init__(self) -> None:
        self.is_cut = False
        self.asked: list[tuple[str, int]] = []
        self.install("1")

    def install(self, version: str) -> None:
        """Another version of the API takes the place of this one."""

        async def enumerations(_: Request) -> Response:
            return JSONResponse({"items": []})

        contract = contract_route(lambda: {"paths": {}, "info": {"version": version}})
        api = Starlette(routes=[contract, Route("/v1/enumerations", enumerations)])
        self._api = httpx.ASGITransport(api)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("cut")
        answer = await self._api.handle_async_request(request)
        self.asked.append((request.url.path, answer.status_code))
        return answer


async def test_it_is_ready_when_the_api_and_the_provider_have_answered(tmp_path: Path) -> None:
    served, line = Served("https://desk.example.org"), Line()
    settings = DeskSettings(**told(tmp_path, issuer=served.provider.issuer))
    async with httpx.AsyncHTTPTransport() as network:
        desk = httpx.ASGITransport(create_app(settings, api=line, identity=network))
        async with httpx.AsyncClient(transport=desk, base_url="https://desk.example.org") as probe:
            line.is_cut = True
            assert (await probe.get("/livez")).status_code == 200
            missing = await probe.get("/readyz")
            assert (missing.status_code, missing.json()["missing"]) == (503, ["api"])
            line.is_cut = False
            assert (await probe.get("/readyz")).status_code == 200
            await served.stop()
            assert (await probe.get("/readyz")).status_code == 200, "who has signed in works on"
        stranger = httpx.ASGITransport(create_app(settings, api=line, identity=network))
        async with httpx.AsyncClient(transport=stranger, base_url="https://desk.example.org") as probe:
            assert (await probe.get("/readyz")).json()["missing"] == ["provider"]


async def test_what_is_not_the_api_is_not_taken_for_it() -> None:
    stranger = Starlette(routes=[Route("/openapi.json", lambda _: Response("<html>", media_type="text/html"))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stranger), base_url="http://api") as client:
        with pytest.raises(Refused, match="503"):
            await Contracts().warm(Api(client, None, "en"), "en")


async def test_a_contract_is_read_before_it_is_needed_and_again_when_it_has_changed() -> None:
    line, now = Line(), [0.0]
    contracts = Contracts(lambda: now[0])
    async with httpx.AsyncClient(transport=line, base_url="http://api") as client:
        api = Api(client, "token", "en")
        await contracts.warm(api, "en")
        first = await contracts.of(api, "en")
        assert await contracts.of(api, "en") is first
        assert line.asked == [("/openapi.json", 200), ("/openapi.json", 304), ("/v1/enumerations", 200)]

        async def a_while_later() -> None:
            now[0] += FRESH_SECONDS + 1
            assert await contracts.of(api, "en") is held, "nobody waits for it"
            assert contracts.renewal is not None
            await contracts.renewal

        held = first
        await a_while_later()
        assert await contracts.of(api, "en") is first, "it has not changed"
        line.install("2")
        await a_while_later()
        held = await contracts.of(api, "en")
        assert held is not first
        line.is_cut = True
        await a_while_later()
        assert await contracts.of(api, "en") is held
        with pytest.raises(Refused):
            await contracts.of(Api(client, "token", "fr"), "fr")
        await contracts.close()


@pytest.fixture
async def surroundings(
    settings_for: Callable[..., Settings], database_url: str, redis_url: str
) -> AsyncIterator[tuple[Served, str, socket.socket]]:
    """A provider, the address of an API that takes its tokens, and the socket of a desk."""
    await build_register(database_url)
    with socket.create_server(("127.0.0.1", 0)) as own, socket.create_server(("127.0.0.1", 0)) as listener:
        served = Served(f"http://127.0.0.1:{own.getsockname()[1]}")
        issuer = served.provider.issuer
        settings = settings_for(
            database_url, redis_url, jwks_url=f"{issuer}/keys", issuer=issuer, identity_networks=LOOPBACK,
            development_keys=None,
        )  # fmt: skip
        server = uvicorn.Server(uvicorn.Config(create_origin(settings), lifespan="on", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield served, f"http://127.0.0.1:{listener.getsockname()[1]}", own
        server.should_exit = True
        await serving
        await served.stop()


def start(own: socket.socket, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The desk on a socket."""
    os.set_inheritable(own.fileno(), True)
    command = [sys.executable, "-m", "deploy.embedded.cli", "desk", "--fd", str(own.fileno())]
    with log.open("wb") as output:
        return subprocess.Popen(command, env=environment, stderr=output, pass_fds=(own.fileno(),))


@pytest.mark.whole
async def test_the_process_serves_until_it_is_told_to_stop(
    surroundings: tuple[Served, str, socket.socket], tmp_path: Path
) -> None:
    served, api, own = surroundings
    address = f"http://127.0.0.1:{own.getsockname()[1]}"
    settings = told(tmp_path, public_url=address, issuer=served.provider.issuer, desk_api_url=api)
    environment = {**os.environ, **{f"DJOLIBA_{name.upper()}": value for name, value in settings.items()}}
    log = tmp_path / "desk.log"
    process = start(own, environment, log)
    try:
        await asyncio.to_thread(until_ready, address, process, log)
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as browser:
            form = await browser.get("/desk/sign-in/start?resume=/desk/offices", follow_redirects=True)
            page = await browser.post(form.url, data={"subject": "moussa"}, follow_redirects=True)
            assert page.url == f"{address}/desk/offices", words(page.text)
            assert page.status_code == 200, words(page.text)
            assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    finally:
        process.send_signal(signal.SIGTERM)
        ended = await asyncio.to_thread(process.wait, 20)
    said = log.read_text()
    assert ended in {0, -signal.SIGTERM}, said
    assert '"path": "/desk/offices"' in said
    for secret in ("eyJ", "refresh-", SECRET, "gAAAA", "code="):
        assert secret not in said
