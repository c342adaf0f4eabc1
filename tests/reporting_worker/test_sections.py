"""Sections belong to a series, as rows: an item stands in one that its edition's series has."""

import pytest

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import Desk, builder, desk

__all__ = ["builder", "desk"]

OUTLOOK = {"key": "outlook", "title": {"fr": "Perspectives", "en": "Outlook"}}
ITEM = {"section": "outlook", "kind": "text", "text": both("Les projets se poursuivent.")}
BULLETIN = "/v1/series/bulletin"


async def content_of(desk: Desk) -> dict:
    read = (await desk.author.get(BULLETIN)).json()
    return {"name": read["name"], "sections": read["sections"]}


async def test_a_section_that_the_series_has_not_is_refused(builder: Builder, desk: Desk) -> None:
    with pytest.raises(AssertionError, match="section_unknown"):
        await desk.draft({**ITEM, "section": "nowhere"})
    with pytest.raises(AssertionError, match="series_unknown"):
        await desk.draft(ITEM, series="letters")


async def test_a_section_is_added_without_code_and_printed_in_its_place(builder: Builder, desk: Desk) -> None:
    content = await content_of(desk)
    assert [one["key"] for one in content["sections"]][-2:] == ["links", "controls"]
    sections = [*content["sections"][:-3], OUTLOOK, *content["sections"][-3:]]
    changed = await desk.author.put(BULLETIN, json={**content, "sections": sections}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    await desk.draft(ITEM, {**ITEM, "section": "foreword"}, {**ITEM, "section": "contact"})
    page = (await desk.preview("en", "html")).text
    headings = [page.index(f">{title}<") for title in ("Foreword", "Outlook", "Contact")]
    assert headings == sorted(headings)


async def test_a_section_that_a_draft_prints_is_not_taken_away(builder: Builder, desk: Desk) -> None:
    await desk.draft({**ITEM, "section": "foreword"})
    content = await content_of(desk)
    left = [one for one in content["sections"] if one["key"] != "foreword"]
    refused = await desk.author.put(BULLETIN, json={**content, "sections": left}, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "section-in-use")


async def test_a_series_that_an_edition_belongs_to_is_not_deleted(builder: Builder, desk: Desk) -> None:
    await desk.draft({**ITEM, "section": "foreword"})
    kept = await desk.author.delete(BULLETIN, headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["referred_to_by"]) == (409, {"edition": 1}), kept.text
