"""An edition is approved by somebody whose hand was not in it, and goes back to its author with a comment."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Clients = Callable[..., Awaitable[httpx.AsyncClient]]

DRAFT = {
    "slug": "2022-04",
    "number": "2022-04",
    "title": {"fr": "Bulletin", "en": "Bulletin"},
    "period_start": "2022-04-01",
    "period_end": "2022-05-31",
    "as_of": "2022-05-31",
    "items": [{"section": "foreword", "kind": "text", "text": {"fr": "4 000 mots", "en": "4,000 words"}}],
}
ITEMS = [{"section": "foreword", "kind": "text", "text": {"fr": "Autre préface", "en": "Another foreword"}}]
BOTH = ["reporting_officer", "approver"]
REASON = {"fr": "Ainsi dans le document d'origine.", "en": "As in the original document."}


@pytest.fixture
async def people(clients: Clients) -> dict[str, httpx.AsyncClient]:
    """Three people who hold both roles; awa has drafted an edition."""
    found = {name: await clients("reporting", BOTH, name) for name in ("awa", "moussa", "fatou")}
    assert (await found["awa"].post("/v1/editions", json=DRAFT)).status_code == 201
    return found


async def step(who: httpx.AsyncClient, name: str, json: Any = None) -> httpx.Response:
    edition = (await who.get("/v1/editions/2022-04")).json()
    return await who.post(f"/v1/editions/{edition['id']}/{name}", json=json, headers={"If-Match": edition["etag"]})


async def in_review(by: httpx.AsyncClient, *, accepting: httpx.AsyncClient) -> None:
    answer = await step(by, "controls")
    assert answer.status_code == 200, answer.text
    for control in answer.json()["items"]:
        if control["outcome"] == "failed" and control["accepted_by"] is None:
            accepted = await step(accepting, f"controls/{control['key']}/acceptance", {"reason": REASON})
            assert accepted.status_code == 200, accepted.text
    assert (await step(by, "submission")).status_code == 200


async def refused(who: httpx.AsyncClient) -> bool:
    answer = await step(who, "approval")
    return answer.status_code == 403 and answer.json()["type"].endswith("author-may-not-approve")


async def test_who_replaced_the_items_or_submitted_does_not_approve(people: dict[str, httpx.AsyncClient]) -> None:
    awa, moussa, fatou = people.values()
    edition = (await moussa.get("/v1/editions/2022-04")).json()
    answer = await moussa.patch(
        f"/v1/editions/{edition['id']}", json={"items": ITEMS}, headers={"If-Match": edition["etag"]}
    )
    assert answer.status_code == 200, answer.text
    await in_review(awa, accepting=awa)
    assert await refused(awa)
    assert await refused(moussa)
    approval = await step(fatou, "approval")
    assert approval.status_code == 200, approval.text


async def test_who_accepted_a_control_does_not_approve(people: dict[str, httpx.AsyncClient]) -> None:
    awa, moussa, fatou = people.values()
    await in_review(awa, accepting=moussa)
    controls = (await awa.get("/v1/editions/2022-04")).json()["controls"]
    assert [one["accepted_by"] for one in controls if one["outcome"] == "failed"] == ["moussa"]
    assert await refused(moussa)
    assert (await step(fatou, "approval")).status_code == 200


async def test_who_sent_back_may_approve_what_another_mended(people: dict[str, httpx.AsyncClient]) -> None:
    awa, moussa, _ = people.values()
    await in_review(awa, accepting=awa)
    assert (await step(moussa, "return")).status_code == 422
    back = await step(moussa, "return", {"comment": "The foreword is empty."})
    assert back.status_code == 200, back.text
    assert back.json()["state"] == "draft"
    await in_review(awa, accepting=awa)
    assert (await step(moussa, "approval")).status_code == 200


async def test_an_author_withdraws_an_approved_edition_and_it_must_be_approved_again(
    people: dict[str, httpx.AsyncClient],
) -> None:
    awa, moussa, _ = people.values()
    await in_review(awa, accepting=awa)
    assert (await step(moussa, "approval")).status_code == 200
    back = await step(awa, "return", {"comment": "A figure of mine is missing."})
    assert back.json()["state"] == "draft"
    refusal = await step(moussa, "freezing")
    assert refusal.status_code == 409
    assert refusal.json()["state"] == "draft"
