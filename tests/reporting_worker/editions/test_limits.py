"""An edition is no larger than a bulletin may be, and nobody's previews hold up the others."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ValidationError

from services.reporting_worker.desk.schemas import EditionCreate, EditionUpdate
from services.reporting_worker.imports.schemas import EditionRow
from services.reporting_worker.main import create_app
from services.reporting_worker.press.turns import ALL, EACH
from services.reporting_worker.prose import extent
from shared.settings import Settings
from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Desk

HEAD = {
    "slug": "2022-02",
    "series": "bulletin",
    "number": "2022-02",
    "title": both("Bulletin"),
    "period_start": "2022-02-01",
    "period_end": "2022-03-31",
    "as_of": "2022-03-31",
    "languages": ["fr", "en"],
}
TEXT = {"section": "foreword", "kind": "text", "text": both("Un mot.")}
LINK = {"label": both("Un lien"), "url": "https://example.org"}
TOO_MUCH = {
    "items": [TEXT] * (extent.MOST_ITEMS + 1),
    "highlights": [
        {
            "section": "highlights",
            "kind": "highlights",
            "parameters": {
                "groups": [{"place": "gao", "entries": [{"text": both("Oui")}] * (extent.MOST_ENTRIES + 1)}]
            },
        }
    ],
    "links": [{"section": "links", "kind": "links", "parameters": {"links": [LINK] * (extent.MOST_LINKS + 1)}}],
    "characters": [{**TEXT, "text": both("mot " * 4_900)}] * 6,
}


@pytest.mark.parametrize("what", TOO_MUCH)
@pytest.mark.parametrize(
    ("model", "given"), [(EditionCreate, HEAD), (EditionUpdate, {}), (EditionRow, HEAD | {"type": "edition"})]
)
def test_more_than_a_bulletin_holds_is_refused_wherever_it_comes_from(
    model: type[BaseModel], given: dict[str, Any], what: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(given | {"items": TOO_MUCH[what]})
    assert [one["loc"] for one in refused.value.errors()] == [("items",)]


async def test_what_activities_and_standing_texts_add_is_counted_where_it_is_printed(
    builder: Builder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.draft(TEXT)
    assert (await desk.controls())["texts.length"]["outcome"] == "passed"
    for module in ("prose.extent", "press.previewing"):
        monkeypatch.setattr(f"services.reporting_worker.{module}.MOST_PRINTED", 5)
    assert (await desk.controls())["texts.length"]["outcome"] == "failed"
    answer = await desk.step("controls/texts.length/acceptance", {"reason": {"en": "We want it long."}})
    assert answer.json()["type"].endswith("control-must-be-mended")
    preview = await desk.preview()
    assert (preview.status_code, preview.json()["type"].rpartition(":")[2]) == (422, "edition-too-long")


@pytest.fixture
async def app(settings: Settings, serve: Callable[[FastAPI], Awaitable[httpx.AsyncClient]]) -> FastAPI:
    made = create_app(settings)
    await serve(made)
    return made


@pytest.fixture
def reader(app: FastAPI, token_for: Callable[..., str]) -> Callable[[str], httpx.AsyncClient]:
    """A client of the one application, as a viewer of that name."""

    def client(name: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token_for('viewer', name)}"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://origin", headers=headers)

    return client


PREVIEW = "/v1/editions/2022-02/preview"


async def test_a_third_preview_of_one_reader_is_refused_while_another_reader_gets_theirs(
    builder: Builder, desk: Desk, app: FastAPI, reader: Callable[[str], httpx.AsyncClient]
) -> None:
    await desk.draft(TEXT)
    async with reader("awa") as awa, reader("moussa") as moussa:
        with ExitStack() as under_way:
            for _ in range(EACH):
                under_way.enter_context(app.state.previews.taken("awa"))
            refused = await awa.get(PREVIEW)
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
            assert refused.json()["type"].endswith("too-many-previews")
            assert (await moussa.get(PREVIEW)).status_code == 200
        assert (await awa.get(PREVIEW)).status_code == 200


async def test_the_queue_of_all_is_bounded(
    builder: Builder, desk: Desk, app: FastAPI, reader: Callable[[str], httpx.AsyncClient]
) -> None:
    await desk.draft(TEXT)
    async with reader("awa") as awa:
        with ExitStack() as under_way:
            for number in range(ALL):
                under_way.enter_context(app.state.previews.taken(f"reader {number}"))
            assert (await awa.get(PREVIEW)).status_code == 429


async def test_a_refused_preview_gives_its_turn_back(desk: Desk, reader: Callable[[str], httpx.AsyncClient]) -> None:
    async with reader("awa") as awa:
        statuses = [(await awa.get("/v1/editions/none/preview")).status_code for _ in range(EACH + 1)]
    assert set(statuses) == {404}
