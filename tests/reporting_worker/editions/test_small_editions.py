"""An edition over one project or none is drafted, controlled, frozen and printed like any other."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from tests.facts.builder import Builder
from tests.reporting_worker.editions.conftest import EVERY_PICTURE, Desk

ITEMS: list[dict[str, Any]] = [
    {
        "section": "key-figures",
        "kind": "figure_box",
        "text": {
            "fr": "Projets depuis {since:QIP} : {figure:qip.total}. Contributeurs : {list:tf.donors}.",
            "en": "Projects since {since:QIP}: {figure:qip.total}. Contributors: {list:tf.donors}.",
        },
        "parameters": {
            "mechanism": "QIP",
            "figures": ["qip.total", "qip.completed", "qip.budget", "tf.allocated_share"],
        },
    },
    *EVERY_PICTURE,
    {"section": "trust-fund", "kind": "computed_list", "parameters": {"list": "tf.newly_approved"}},
    {"section": "other-activities", "kind": "computed_list", "parameters": {"list": "activities.unplaced"}},
    {"section": "controls", "kind": "controls"},
]


async def words(desk: Desk, edition: dict[str, Any], language: str) -> str:
    """The printed document in one language, its white space as single spaces."""
    answer = await desk.author.get(f"/v1/editions/{edition['id']}/artefacts/{language}/pdf")
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("projects", [0, 1])
async def test_so_few_projects_make_a_bulletin(builder: Builder, desk: Desk, projects: int) -> None:
    for number in range(projects):
        await builder.project(f"QIP-{number}", ("in_progress", "2022-02-10"), usd="1000")
    await desk.draft(*ITEMS)
    await desk.approved()
    edition = await desk.freeze()
    assert edition["state"] == "frozen"
    french, english = await words(desk, edition, "fr"), await words(desk, edition, "en")
    assert f"Projets depuis 2013 : {projects}" in french
    assert f"Projects since 2013: {projects}" in english
    assert "aucun montant à cette date" in french
