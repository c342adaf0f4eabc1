"""The desk as an application of its own, and whether it is alive and ready."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from deploy.desk.api import Refused
from deploy.desk.main import create_desk
from deploy.desk.provider import Client, Provider, ProviderDown
from deploy.desk.session import LANGUAGES
from deploy.desk.settings import DeskSettings
from deploy.desk.sign_in import ProviderReception

API_SECONDS = 60.0
"""How long an answer of the API may take: that of a long list."""
PROVIDER_SECONDS = 5.0
READY_SECONDS = 2.0
"""What takes longer than this is as good as gone."""
AGAIN_SECONDS = 2.0
"""When a start that found no API tries again."""

log = structlog.get_logger(__name__)


def create_app(
    settings: DeskSettings,
    api: httpx.AsyncBaseTransport | None = None,
    identity: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """The desk that the settings describe; `api` and `identity` carry the requests otherwise than over the network."""
    trusted = ssl.create_default_context()
    if settings.identity_authorities is not None:
        trusted.load_verify_locations(settings.identity_authorities)
    http = httpx.AsyncClient(verify=trusted, timeout=PROVIDER_SECONDS, transport=identity, trust_env=False)
    provider = Provider(
        Client(settings.issuer, settings.desk_client_id, settings.client_secret, settings.desk_scopes,
               settings.desk_resource),
        http,
    )  # fmt: skip

    def client() -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=settings.desk_api_url, timeout=API_SECONDS, transport=api, trust_env=False
        )  # fmt: skip

    reception = ProviderReception(client, provider, settings.seal, settings.public_url)

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm(reception))
        try:
            yield
        finally:
            warming.cancel()
            with suppress(asyncio.CancelledError):
                await warming
            await reception.close()
            await http.aclose()

    async def livez(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        missing = await _missing(reception, provider)
        if not missing:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "missing": missing}, status_code=503)

    async def root(_: Request) -> Response:
        return RedirectResponse("/desk", status_code=307)

    desk = create_desk(reception)
    return Starlette(
        routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/", root), Mount("/", desk)], lifespan=live
    )


async def _warm(reception: ProviderReception) -> None:
    """Have the API make its documents before an officer waits for them."""
    for language in LANGUAGES:
        while True:
            try:
                await reception.contracts.warm(reception.api(None, language), language)
                break
            except Refused as refusal:
                log.warning("contract not read yet", status=refusal.status, reason=refusal.detail[:200])
                await asyncio.sleep(AGAIN_SECONDS)


async def _missing(reception: ProviderReception, provider: Provider) -> list[str]:
    """What the desk needs and does not get; the provider's discovery document has to be read once only.

    Who has signed in works on while the provider is away: no balancer should take the desk from them.
    """

    async def answers_api() -> str | None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await reception.contracts.warm(reception.api(None, LANGUAGES[0]), LANGUAGES[0])
        except (Refused, TimeoutError):
            return "api"
        return None

    async def answers_provider() -> str | None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await provider.metadata()
        except (ProviderDown, TimeoutError):
            return "provider"
        return None

    found = await asyncio.gather(answers_api(), answers_provider())
    return [one for one in found if one is not None]
