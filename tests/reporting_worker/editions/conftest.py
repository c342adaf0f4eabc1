"""Fixtures of the tests of editions: a small portfolio, and a desk at which editions are drafted over the API."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.reporting_worker.worker import create_worker
from shared.settings import Settings
from tests.facts.conftest import builder
from tests.reporting_worker.figures.conftest import reads

__all__ = ["builder", "desk", "reads"]

Clients = Callable[..., Awaitable[httpx.AsyncClient]]

MECHANISMS = ["QIP", "TF", "FP"]
AMOUNTS = {"QIP": "qip.budget", "TF": "tf.project_cost", "FP": "fp.budget"}
EVERY_PICTURE: list[dict[str, Any]] = [
    {"section": "overview", "kind": "map", "parameters": {"mechanisms": MECHANISMS}},
    {"section": "overview", "kind": "sector_lists", "parameters": {"mechanisms": MECHANISMS}},
    *(
        {"section": "qip", "kind": "chart", "parameters": {"figure": figure, "by": by}}
        for figure in AMOUNTS.values()
        for by in ("area", "sector")
    ),
    *(
        {"section": "key-figures", "kind": "figure_box", "parameters": {"mechanism": code, "figures": [figure]}}
        for code, figure in AMOUNTS.items()
    ),
]
"""Every kind of item that is drawn from figures."""


class Desk:
    """Editions over the API, by their author and their approver, and the worker that freezes them."""

    def __init__(self, settings: Settings, author: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
        self.settings, self.author, self.approver = settings, author, approver

    async def draft(self, *items: dict[str, Any], slug: str = "2022-02", **changed: Any) -> dict[str, Any]:
        """A new draft of February and March 2022."""
        edition = {
            "slug": slug,
            "number": slug,
            "title": {"fr": "Bulletin", "en": "Bulletin"},
            "period_start": "2022-02-01",
            "period_end": "2022-03-31",
            "as_of": "2022-03-31",
            "items": list(items),
            **changed,
        }
        answer = await self.author.post("/v1/editions", json=edition)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, slug: str = "2022-02") -> dict[str, Any]:
        answer = await self.author.get(f"/v1/editions/{slug}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def edit(self, slug: str = "2022-02", **changed: Any) -> httpx.Response:
        edition = await self.read(slug)
        headers = {"If-Match": edition["etag"]}
        return await self.author.patch(f"/v1/editions/{edition['id']}", json=changed, headers=headers)

    async def step(
        self, step: str, json: Any = None, *, by: httpx.AsyncClient | None = None, slug: str = "2022-02"
    ) -> httpx.Response:
        edition = await self.read(slug)
        return await (by or self.author).post(
            f"/v1/editions/{edition['id']}/{step}", json=json, headers={"If-Match": edition["etag"]}
        )

    async def controls(self, slug: str = "2022-02") -> dict[str, Any]:
        """The controls, run now, by key."""
        answer = await self.step("controls", slug=slug)
        assert answer.status_code == 200, answer.text
        return {one["key"]: one for one in answer.json()["items"]}

    async def preview(self, language: str = "fr", format_: str = "pdf", slug: str = "2022-02") -> httpx.Response:
        params = {"language": language, "format": format_}
        return await self.author.get(f"/v1/editions/{slug}/preview", params=params)

    async def approved(self, slug: str = "2022-02") -> None:
        """Controls run and accepted, handed in, approved."""
        for key, control in (await self.controls(slug)).items():
            if control["outcome"] == "failed":
                reason = {"reason": {"en": "The file says so."}}
                answer = await self.step(f"controls/{key}/acceptance", reason, slug=slug)
                assert answer.status_code == 200, answer.text
        for step, person in (("submission", self.author), ("approval", self.approver)):
            answer = await self.step(step, by=person, slug=slug)
            assert answer.status_code == 200, answer.text

    async def freeze(self, slug: str = "2022-02") -> dict[str, Any]:
        """Ask for the freezing and let the worker do it; the edition afterwards."""
        answer = await self.step("freezing", slug=slug)
        assert answer.status_code == 202, answer.text
        async with create_worker(self.settings) as worker:
            while await worker.run_due():
                pass
        return await self.read(slug)


@pytest.fixture
async def desk(settings: Settings, clients: Clients) -> Desk:
    author = await clients("reporting", "reporting_officer", "awa")
    approver = await clients("reporting", "approver", "moussa")
    return Desk(settings, author, approver)
