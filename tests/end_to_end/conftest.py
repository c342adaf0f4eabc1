"""The reference bulletin as its author and approver handle it; drafted for some tests, frozen once for the others."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.reporting_worker.main import create_app
from services.reporting_worker.worker import create_worker
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings
from tests.cluster import Cluster
from tests.portfolio.reference import load_reference

Clients = Callable[..., Awaitable[httpx.AsyncClient]]
SLUG = "2022-02"


class Bulletin:
    """The reference edition over the API, by its author and its approver."""

    def __init__(self, settings: Settings, author: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
        self.settings, self.author, self.approver = settings, author, approver

    async def read(self, slug: str = SLUG) -> dict[str, Any]:
        answer = await self.author.get(f"/v1/editions/{slug}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def step(
        self, step: str, json: Any = None, *, by: httpx.AsyncClient | None = None, slug: str = SLUG
    ) -> httpx.Response:
        edition = await self.read(slug)
        return await (by or self.author).post(
            f"/v1/editions/{edition['id']}/{step}", json=json, headers={"If-Match": edition["etag"]}
        )

    async def approved(self, slug: str = SLUG) -> None:
        answer = await self.step("controls", slug=slug)
        assert answer.status_code == 200, answer.text
        for control in (await self.read(slug))["controls"]:
            if control["outcome"] == "failed":
                reason = {"reason": {"en": "The original bulletin printed it so."}}
                answer = await self.step(f"controls/{control['key']}/acceptance", reason, slug=slug)
                assert answer.status_code == 200, answer.text
        assert (await self.step("submission", slug=slug)).status_code == 200
        approval = await self.step("approval", by=self.approver, slug=slug)
        assert approval.status_code == 200, approval.text

    async def freeze(self, slug: str = SLUG) -> dict[str, Any]:
        await self.approved(slug)
        assert (await self.step("freezing", slug=slug)).status_code == 202
        async with create_worker(self.settings) as worker:
            assert await worker.run_due()
        edition = await self.read(slug)
        assert edition["state"] == "frozen"
        return edition

    async def file(self, edition: dict[str, Any], language: str, format_: str) -> bytes:
        answer = await self.author.get(f"/v1/editions/{edition['id']}/artefacts/{language}/{format_}")
        assert answer.status_code == 200, answer.text
        return answer.content


def frozen_database(cluster: Cluster) -> tuple[str, Path]:
    """A fresh database with the frozen reference bulletin, and the folder of its files; drop the database."""
    objects = cluster.home / "frozen-objects"

    async def build(url: str) -> None:
        await load_reference(url)
        settings = Settings(
            environment="test",
            DATABASE_URL=url,
            REDIS_URL=cluster.redis_url,
            object_store=objects,
            development_keys=cluster.home / "frozen-keys",
        )
        app = create_app(settings)
        token = DevelopmentIssuer.from_settings(settings).token

        def person(role: str, subject: str) -> httpx.AsyncClient:
            headers = {"Authorization": f"Bearer {token(role, subject)}"}
            transport = httpx.ASGITransport(app=app)
            return httpx.AsyncClient(transport=transport, base_url="http://origin", headers=headers)

        async with (
            app.router.lifespan_context(app),
            person("reporting_officer", "awa") as author,
            person("approver", "moussa") as approver,
        ):
            await Bulletin(settings, author, approver).freeze()

    return cluster.clone(cluster.template("frozen", build)), objects


@pytest.fixture
async def bulletin(settings: Settings, clients: Clients) -> Bulletin:
    author = await clients("reporting", "reporting_officer", "awa")
    approver = await clients("reporting", "approver", "moussa")
    return Bulletin(settings, author, approver)
