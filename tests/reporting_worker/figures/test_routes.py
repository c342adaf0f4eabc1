"""Figures over HTTP: definition, value, rows that add up, and every wrong question answered with what to do."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.reporting_worker.figures.schemas import FigureList, FigureRows, FigureValue, FigureValues
from shared.domain.lifecycle import State
from shared.models import Mechanism, Sector
from tests.facts.builder import Builder


@pytest.fixture
async def client(builder: Builder, clients: Callable[..., Awaitable[httpx.AsyncClient]]) -> httpx.AsyncClient:
    for number in range(1, 6):
        await builder.project(f"QIP-{number}", ("approved", "2022-02-01"), usd=f"{number}0.25")
    return await clients("reporting", "viewer")


AS_OF = {"as_of": "2022-03-31"}


async def test_all_figures_are_as_their_schema_says(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/figures", params=AS_OF)
    assert answer.status_code == 200
    figures = {figure.key: figure for figure in FigureList.model_validate_json(answer.content).items}
    assert figures["qip.budget"].value == "151.25"
    only = await client.get("/v1/figures", params={**AS_OF, "mechanism": "FP"})
    assert {item["mechanism"] for item in only.json()["items"]} == {"FP"}


async def test_a_figure_links_to_rows_that_add_up_to_it(client: httpx.AsyncClient) -> None:
    figure = FigureValue.model_validate_json((await client.get("/v1/figures/qip.budget", params=AS_OF)).content)
    assert figure.formula["en"].startswith("Sum over the projects")
    assert (figure.since, figure.known_at) == (2013, None)
    rows = FigureRows.model_validate_json((await client.get(figure.links.rows, params={"include": "total"})).content)
    assert sum(Decimal(row.value) for row in rows.items) == figure.number == Decimal(rows.total.value)


async def test_pages_follow_a_cursor_to_the_end(client: httpx.AsyncClient) -> None:
    seen, cursor = [], {}
    while True:
        page = (await client.get("/v1/figures/qip.total/rows", params={**AS_OF, "limit": 2, **cursor})).json()
        seen += [row["reference"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"QIP-{number}" for number in range(1, 6)]
    assert page["total"] is None


async def test_known_at_now_gives_an_instant_that_can_be_asked_again(
    client: httpx.AsyncClient, builder: Builder
) -> None:
    first = (await client.get("/v1/figures/qip.total", params={**AS_OF, "known_at": "now"})).json()
    await builder.project("QIP-9", ("approved", "2022-02-01"), recorded_at=_after(first["known_at"]))
    again = (await client.get(first["links"]["self"])).json()
    assert again["value"] == first["value"] == "5"
    assert again["known_at"] == first["known_at"]


def _after(instant: str) -> Any:
    return datetime.fromisoformat(instant) + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"as_of": "2022-02-30"}, "as_of"),
        ({"as_of": "2199-01-01"}, "as_of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"known_at": "2022-04-04T09:00:00"}, "known_at"),
        ({"known_at": "2199-01-01T00:00:00Z"}, "known_at"),
        ({"as_of": "2022-03-31", "since": "2022-04-01"}, "since"),
        ({"mechanism": "CVR"}, "mechanism"),
        ({"asof": "2022-03-31"}, "asof"),
        ({"audience": "press"}, "audience"),
    ],
)
async def test_a_wrong_question_is_named(client: httpx.AsyncClient, parameters: dict[str, str], pointer: str) -> None:
    answer = await client.get("/v1/figures", params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in answer.text


async def test_an_unknown_figure_names_the_nearest(client: httpx.AsyncClient) -> None:
    for path in ("/v1/figures/qip.budjet", "/v1/figures/qip.budjet/rows"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert "qip.budget" in answer.json()["detail"]


async def test_a_cursor_of_another_list_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/figures/qip.total/rows", params={"cursor": "nonsense"})
    assert answer.status_code == 422


async def test_without_a_token_nothing_is_told(clients: Callable[..., Awaitable[httpx.AsyncClient]]) -> None:
    assert (await (await clients("reporting")).get("/v1/figures")).status_code == 401


async def test_the_public_audience_is_not_shown_what_is_internal(client: httpx.AsyncClient, builder: Builder) -> None:
    for number in (7, 8, 9):
        await builder.project(f"QIP-{number}", ("approved", "2022-02-01"), usd="1", protection="internal")
    figure = (await client.get("/v1/figures/qip.total", params={**AS_OF, "audience": "public"})).json()
    assert (figure["value"], figure["not_shown"]) == ("8", {"count": 3, "value": "3"})
    assert "audience=public" in figure["links"]["rows"]
    rows = (await client.get(figure["links"]["rows"])).json()["items"]
    assert "QIP-8" not in {row["reference"] for row in rows}
    shown = sum(Decimal(row["value"]) for row in rows)
    assert shown + Decimal(figure["not_shown"]["value"]) == Decimal(figure["value"])
    assert date.fromisoformat(figure["as_of"]) == date(2022, 3, 31)


async def test_the_values_alone_are_those_of_the_figures(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/v1/figures", params={"as_of": "2022-03-31"})).json()["items"]
    answer = await client.get("/v1/figures/values", params={"as_of": "2022-03-31"})
    values = FigureValues.model_validate_json(answer.content)
    assert {one.key: (one.unit, one.value) for one in values.items} == {
        one["key"]: (one["unit"], one["value"]) for one in whole
    }


async def test_a_mechanism_that_is_data_has_its_figures_at_once(client: httpx.AsyncClient, builder: Builder) -> None:
    await builder.insert(
        Mechanism, code="PBF", name={"fr": "Consolidation de la paix", "en": "Peacebuilding"}, since=2015
    )
    water = {"slug": "pbf-water", "mechanism_code": "PBF", "name": {"fr": "Eau"}}
    builder.ids["pbf-water"] = await builder.insert(Sector, **water)
    await builder.bucket("PBF", "ongoing", [State.APPROVED, State.IN_PROGRESS])
    await builder.bucket("PBF", "total", [State.APPROVED, State.IN_PROGRESS, State.COMPLETED])
    await builder.project("PBF-1", ("in_progress", "2022-02-01"), usd="2000000", places=["gao"])
    await builder.project("PBF-2", ("completed", "2022-02-01"), usd="106353", places=["kidal"])
    figures = (await client.get("/v1/figures", params={**AS_OF, "mechanism": "PBF"})).json()["items"]
    assert {one["title"]["en"]: one["value"] for one in figures} == {
        "Projects under way (Peacebuilding)": "1",
        "Projects in all (Peacebuilding)": "2",
        "Cost of projects in all (Peacebuilding)": "2106353",
        "Projects newly approved (Peacebuilding)": "0",
    }
    asked = {"measure": "amounts", "mechanism": "PBF", "bucket": "total", "place": "kidal"}
    [one] = (await client.get("/v1/figures", params={**AS_OF, **asked})).json()["items"]
    assert (one["value"], one["count"]) == ("106353", 1)
    rows = (await client.get(one["links"]["rows"])).json()["items"]
    assert [row["reference"] for row in rows] == ["PBF-2"]
    every = {"measure": "projects", "place": "gao,kidal"}
    [one] = (await client.get("/v1/figures", params={**AS_OF, **every})).json()["items"]
    assert one["title"]["fr"] == "Projets au total (PBF, QIP, FP ; lieu : gao, kidal)", "TF has no bucket of that name"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"measure": "projects", "mechanism": "XYZ"}, 422),
        ({"measure": "projects", "place": "gaoo"}, 422),
        ({"measure": "receipts", "place": "gao"}, 422),
        ({"measure": "cakes"}, 422),
        ({"place": "gao"}, 422),
        ({"mechanism": "XYZ"}, 422),
    ],
)
async def test_what_makes_no_figure_is_refused_and_is_no_zero(
    client: httpx.AsyncClient, asked: dict[str, str], status: int
) -> None:
    answer = await client.get("/v1/figures", params={**AS_OF, **asked})
    assert answer.status_code == status, answer.text


async def test_a_figure_that_somebody_named_is_a_figure(
    client: httpx.AsyncClient, clients: Callable[..., Awaitable[httpx.AsyncClient]]
) -> None:
    officer = await clients("reporting", "reporting_officer")
    content = {"slug": "qip-in-all", "measure": "projects", "mechanism": "QIP", "bucket": "total"}
    made = await officer.post("/v1/named-figures", json=content)
    assert made.status_code == 201, made.text
    own = (await client.get("/v1/figures/qip.total", params=AS_OF)).json()
    one = (await client.get("/v1/figures/qip-in-all", params=AS_OF)).json()
    assert (one["key"], one["value"], one["breakdowns"]) == ("qip-in-all", own["value"], own["breakdowns"])
    assert (await client.get("/v1/figures/qip-in-none", params=AS_OF)).status_code == 404
    wrong = await officer.post("/v1/named-figures", json={**content, "slug": "x", "places": ["gaoo"]})
    assert (wrong.status_code, wrong.json()["type"].rpartition(":")[2]) == (422, "unknown-reference")
    wrong = await officer.post("/v1/named-figures", json={"slug": "x", "measure": "receipts", "people": ["women"]})
    assert wrong.status_code == 422
