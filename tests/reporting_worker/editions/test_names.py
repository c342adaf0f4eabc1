"""`{ref:...}` prints names: what the public facts or the edition's own list know, and no typed figure."""

import re
from typing import Any

import pytest

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Desk

HIDDEN = "QIP-2022-KDL-002"


def saying(words: str) -> dict[str, Any]:
    return {"section": "foreword", "kind": "text", "text": both(words)}


async def tokens(desk: Desk) -> dict[str, Any]:
    return (await desk.controls())["texts.tokens"]


async def test_a_typed_figure_is_no_name_and_no_reason_makes_it_one(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("pour {ref:12 million dollars}"))
    control = await tokens(desk)
    assert control["outcome"] == "failed"
    told = "foreword/0 text (fr): {ref:12 million dollars}: no public fact bears this name"
    assert told in control["message"]["en"]
    answer = await desk.step("controls/texts.tokens/acceptance", {"reason": {"en": "It is a name to us."}})
    assert answer.json()["type"].endswith("control-must-be-mended")
    assert (await desk.preview()).status_code == 422


async def test_the_facts_and_the_editions_own_list_know_names(builder: Builder, desk: Desk) -> None:
    await builder.project("QIP-2022-KDL-001", ("in_progress", "2022-02-10"), usd="1000")
    await desk.draft(saying("{ref:QIP-2022-KDL-001}, {ref:kidal}, {ref:GT2}"), names=["GT2"])
    assert (await desk.read())["names"] == ["GT2"]
    assert (await tokens(desk))["outcome"] == "passed"
    page = await desk.preview(format_="html")
    assert "QIP-2022-KDL-001, kidal, GT2" in re.sub("<[^>]*>", "", page.text)
    assert (await desk.edit(names=[])).status_code == 200
    assert "{ref:GT2}" in (await tokens(desk))["message"]["fr"]


async def test_a_name_begins_with_a_letter(builder: Builder, desk: Desk) -> None:
    await desk.draft()
    answer = await desk.edit(names=["GT2", "12 millions"])
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/names/1", "name_begins_with_letter")


async def test_a_revision_keeps_the_names(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("{ref:GT2}"), names=["GT2"])
    await desk.approved()
    await desk.freeze()
    revised = await desk.step("revisions", {"slug": "2022-02-r2", "errata": both("Un mot.")})
    assert revised.status_code == 201, revised.text
    assert (await desk.read("2022-02-r2"))["names"] == ["GT2"]


@pytest.mark.parametrize("token", ["{amount:%s}", "{usd:%s}", "{ref:%s}", "{beneficiaries:%s}"])
async def test_no_token_tells_of_a_project_that_is_not_public(builder: Builder, desk: Desk, token: str) -> None:
    await builder.project(HIDDEN, ("in_progress", "2022-02-10"), usd="70123.45", protection="internal")
    await desk.draft(saying(token % HIDDEN))
    control = await tokens(desk)
    assert control["outcome"] == "failed"
    assert "is not public" in control["message"]["en"]
    answer = await desk.step("controls/texts.tokens/acceptance", {"reason": {"en": "The donor asked for it."}})
    assert answer.json()["type"].endswith("control-must-be-mended")
    preview = await desk.preview()
    assert preview.status_code == 422
    assert "70" not in preview.json()["errors"][0]["detail"]


async def test_the_noun_of_a_token_holds_no_typed_figure(builder: Builder, desk: Desk) -> None:
    await desk.draft(saying("{figure:qip.total|projet|projets sur 12}"))
    assert "without digits" in (await tokens(desk))["message"]["en"]
