"""What it takes to sign in in tests: a provider at a port, replicas of the desk, the real API behind them, and browsers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet

from deploy.desk.process import create_app
from deploy.desk.settings import DeskSettings
from deploy.embedded.origin import create_origin
from shared.egress import LOOPBACK
from shared.settings import Settings
from tests.desk.authorization import CLIENT, SECRET
from tests.desk.provider import IdentityProvider, Served
from tests.projects_api.conftest import build_register
from tests.web.test_origin import started

DESK = "https://desk.example.org"


@dataclass
class World:
    """A desk, its provider, its API; and browsers."""

    served: Served
    api: httpx.ASGITransport
    folder: Path
    stack: AsyncExitStack
    said: Callable[[], str]
    """What was logged."""
    pages: list[str] = field(default_factory=list)
    """Whatever browsers were given to show."""

    @property
    def provider(self) -> IdentityProvider:
        return self.served.provider

    def keys(self, *keys: bytes) -> None:
        (self.folder / "keys").write_bytes(b"\n".join(keys))

    async def desk(self) -> httpx.ASGITransport:
        """One replica of the desk."""
        (self.folder / "secret").write_text(SECRET)
        settings = DeskSettings(
            environment="test", public_url=DESK, issuer=self.provider.issuer, desk_api_url="http://origin",
            desk_client_id=CLIENT, desk_client_secret_file=self.folder / "secret", desk_keys_file=self.folder / "keys",
        )  # fmt: skip
        network = await self.stack.enter_async_context(httpx.AsyncHTTPTransport())
        return httpx.ASGITransport(create_app(settings, api=self.api, identity=network))

    async def browser(self, desk: httpx.ASGITransport) -> httpx.AsyncClient:
        async def shown(answer: httpx.Response) -> None:
            self.pages.append((await answer.aread()).decode())

        return await self.stack.enter_async_context(
            httpx.AsyncClient(
                base_url=DESK, mounts={DESK: desk}, headers={"Accept-Language": "en"}, trust_env=False,
                event_hooks={"response": [shown]},
            )
        )  # fmt: skip


@pytest.fixture
async def world(
    settings_for: Callable[..., Settings],
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> AsyncIterator[World]:
    await build_register(database_url)
    served = Served(DESK)
    settings = settings_for(
        database_url, redis_url, jwks_url=f"{served.provider.issuer}/keys", issuer=served.provider.issuer,
        identity_networks=LOOPBACK, development_keys=None,
    )  # fmt: skip
    origin = create_origin(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(served.stop)
        await stack.enter_async_context(started(origin))
        logged: list[str] = []

        def said() -> str:
            logged.extend(capfd.readouterr())
            return "".join(logged)

        world = World(served, httpx.ASGITransport(origin), tmp_path, stack, said)  # type: ignore[arg-type]
        world.keys(Fernet.generate_key())
        yield world


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    """A browser that has signed in nowhere."""
    return await world.browser(await world.desk())


async def signs_in(browser: httpx.AsyncClient, subject: str = "moussa", resume: str = "/desk/sign-in/done") -> Any:
    """What the browser shows after somebody has signed in."""
    form = await browser.get("/desk/sign-in/start", params={"resume": resume}, follow_redirects=True)
    return await browser.post(form.url, data={"subject": subject}, follow_redirects=True)


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return "You have signed in" in (await browser.get("/desk/sign-in/done")).text


async def asked_of_provider(browser: httpx.AsyncClient, **parameters: str) -> dict[str, str]:
    """What the desk asks of the provider for a sign-in that begins."""
    answer = await browser.get("/desk/sign-in/start", params=parameters)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
