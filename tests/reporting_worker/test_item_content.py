"""An item holds what its kind prints, or is refused; what it names and nobody knows is named, never a server fault."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

Clients = Callable[..., Awaitable[httpx.AsyncClient]]

DRAFT = {
    "slug": "2022-02",
    "number": "2022-02",
    "title": {"fr": "Bulletin", "en": "Bulletin"},
    "period_start": "2022-02-01",
    "period_end": "2022-03-31",
    "as_of": "2022-03-31",
}
ITEM = {"section": "qip"}


@pytest.mark.parametrize(
    ("item", "named"),
    [
        ({"kind": "activity"}, "activity"),
        ({"kind": "text"}, "text"),
        ({"kind": "figure_box"}, "parameters/mechanism"),
        ({"kind": "figure_box", "parameters": {"mechanism": "QIP", "figures": ["qip.totl"]}}, "qip.totl"),
        ({"kind": "chart", "parameters": {"figure": "qip.total", "by": "area"}}, "no figure in USD"),
        ({"kind": "highlights"}, "parameters/groups"),
        ({"kind": "map", "parameters": {"mechanisms": ["CVR"]}}, "parameters/mechanisms/0"),
        ({"kind": "links", "parameters": {"links": [{"label": {"fr": "x"}, "url": "javascript:x"}]}}, "url"),
    ],
)
async def test_an_item_without_what_it_prints_is_refused_when_it_is_sent(
    clients: Clients, item: dict[str, object], named: str
) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    answer = await client.post("/v1/editions", json={**DRAFT, "items": [{**ITEM, **item}]})
    assert answer.status_code == 422
    assert named in answer.text


async def test_an_item_that_names_an_unknown_activity_is_named_by_the_preview_and_by_the_controls(
    clients: Clients,
) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    items = [{**ITEM, "kind": "activity", "activity": "ACT-2099-001"}]
    created = await client.post("/v1/editions", json={**DRAFT, "items": items})
    assert created.status_code == 201, created.text
    path = f"/v1/editions/{created.json()['id']}"
    preview = await client.get(f"{path}/preview")
    assert preview.status_code == 422
    assert "ACT-2099-001" in preview.text
    run = await client.post(f"{path}/controls", headers={"If-Match": created.headers["etag"]})
    assert run.status_code == 200, run.text
    tokens = next(one for one in run.json()["items"] if one["key"] == "texts.tokens")
    assert tokens["outcome"] == "failed"
    assert "ACT-2099-001" in tokens["message"]["en"]


async def test_what_names_nothing_is_told_with_the_names_that_it_resembles(clients: Clients) -> None:
    officer = await clients("projects", "programme_officer", "moussa")
    place = {"slug": "tombouctou", "kind": "region", "name": {"fr": "Tombouctou", "en": "Timbuktu"}}
    assert (await officer.post("/v1/places", json=place)).status_code == 201
    client = await clients("reporting", "reporting_officer", "awa")
    text = {"fr": "{figure:budget des QIP}", "en": "{figure:qip.totl} {bogus:x}"}
    groups = [{"place": "Timbuktoo", "entries": [{"text": {"fr": "Une école.", "en": "A school."}}]}]
    items = [{**ITEM, "kind": "text", "text": text}, {**ITEM, "kind": "highlights", "parameters": {"groups": groups}}]
    created = await client.post("/v1/editions", json={**DRAFT, "items": items})
    assert created.status_code == 201, created.text
    path = f"/v1/editions/{created.json()['id']}"
    run = await client.post(f"{path}/controls", headers={"If-Match": created.headers["etag"]})
    told = next(one for one in run.json()["items"] if one["key"] == "texts.tokens")["message"]
    assert "{figure:budget des QIP}: nothing is known by that name (did you mean: qip.budget" in told["en"]
    assert "{figure:qip.totl}\u00a0: rien de connu sous ce nom (vouliez-vous dire\u00a0: qip.total" in told["fr"]
    assert "(did you mean: tombouctou?)" in told["en"]
    preview = await client.get(f"{path}/preview?language=fr", headers={"Accept-Language": "fr"})
    assert "vouliez-vous dire\u00a0: qip.budget" in preview.json()["errors"][0]["detail"]


async def test_parameters_are_refused_in_the_reader_s_language(clients: Clients) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    box = {**ITEM, "kind": "figure_box", "parameters": {"mechanism": "QIP", "figures": ["qip.totl"]}}
    answer = await client.post("/v1/editions", json={**DRAFT, "items": [box]}, headers={"Accept-Language": "fr"})
    assert "« qip.totl » n'existe pas ; vouliez-vous dire : qip.total" in answer.json()["errors"][0]["detail"]


async def test_an_edition_is_changed_by_its_slug_as_well_as_by_its_id(clients: Clients) -> None:
    client = await clients("reporting", "reporting_officer", "awa")
    created = await client.post("/v1/editions", json=DRAFT)
    change = {"title": {"fr": "Autre titre", "en": "Another title"}}
    answer = await client.patch("/v1/editions/2022-02", json=change, headers={"If-Match": created.headers["etag"]})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert (await client.patch("/v1/editions/nowhere", json=change)).status_code == 404
