"""An edition over one project or none is drafted, controlled, frozen and printed like any other."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from tests.facts.builder import Builder, both
from tests.reporting_worker.editions.conftest import EVERY_PICTURE, Desk

pytestmark = pytest.mark.whole

ITEMS: list[dict[str, Any]] = [
    {
        "section": "key-figures",
        "kind": "figure_box",
        "text": {
            "fr": "{figure:qip.total|projet|projets} depuis {since:QIP}. Contributeurs : {list:tf.donors}.",
            "en": "{figure:qip.total|project|projects} since {since:QIP}. Contributors: {list:tf.donors}.",
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


@pytest.mark.parametrize(
    ("projects", "in_french", "in_english", "label"),
    [
        (0, "0 projet depuis", "0 projects since", "achevé"),
        (1, "1 projet depuis", "1 project since", "achevé"),
        (2, "2 projets depuis", "2 projects since", "achevés"),
    ],
)
async def test_so_few_projects_make_a_bulletin_and_their_nouns_agree(
    builder: Builder, desk: Desk, projects: int, in_french: str, in_english: str, label: str
) -> None:
    for number in range(projects):
        await builder.project(f"QIP-{number}", ("completed", "2022-02-10"), usd="1000")
    await desk.draft(*ITEMS)
    await desk.approved()
    edition = await desk.freeze()
    assert edition["state"] == "frozen"
    french, english = await words(desk, edition, "fr"), await words(desk, edition, "en")
    assert f"{in_french} 2013" in french
    assert f"{in_english} 2013" in english
    assert re.search(rf"\b{label}\b", french)
    assert "aucun montant à cette date" in french


async def test_what_is_printed_of_a_few_hidden_projects_is_nothing(builder: Builder, desk: Desk) -> None:
    await builder.project("QIP-1", ("in_progress", "2022-02-10"), usd="1000")
    hidden = {"usd": "70123.45", "protection": "internal", "places": ["kidal"]}
    await builder.project("QIP-2022-KDL-002", ("in_progress", "2022-02-10"), **hidden)
    await desk.draft(*ITEMS)
    await desk.approved()
    edition = await desk.freeze()
    for language in ("fr", "en"):
        document = await words(desk, edition, language)
        assert "QIP-2022-KDL-002" not in document
        for amount in ("70 123", "70,123", "71 123", "71,123", "0,07", "0.07"):
            assert amount not in document
    figures = await desk.author.get("/bulletins/2022-02/figures.json")
    assert (figures.status_code, figures.json()["figures"]["qip.budget"]["value"]) == (200, "1000")
    assert "70123" not in figures.text


async def test_a_title_that_says_the_period_is_not_followed_by_it(builder: Builder, desk: Desk) -> None:
    title = {"fr": "Bulletin de février et mars 2022", "en": "Bimonthly Bulletin"}
    await desk.draft({"section": "foreword", "kind": "text", "text": both("Un mot.")}, title=title)
    french, english = [(await desk.preview(one, "html")).text for one in ("fr", "en")]
    assert "mars 2022" in french
    assert "Février – mars 2022" not in french
    assert "February – March 2022" in english


async def test_boxes_charts_and_texts_take_any_figure(builder: Builder, desk: Desk) -> None:
    await builder.project("QIP-1", ("in_progress", "2022-02-10"), usd="1000", places=["gao"])
    await builder.project("TF-1", ("in_progress", "2022-02-10"), usd="2500", places=["kidal"])
    asked = "amounts(mechanism=TF,bucket=approved,place=kidal)"
    named = {"slug": "in-gao", "measure": "projects", "bucket": "total", "places": ["gao"]}
    made = await desk.author.post("/v1/named-figures", json=named)
    assert made.status_code == 201, made.text
    await desk.draft(
        {
            "section": "key-figures",
            "kind": "figure_box",
            "text": {"fr": f"{{figure:in-gao|projet|projets}} à Gao, {{figure:{asked}}} USD à Kidal."},
            "parameters": {"mechanism": "QIP", "figures": ["in-gao", asked]},
        },
        {"section": "qip", "kind": "chart", "parameters": {"figure": "amounts(bucket=total)", "by": "area"}},
        {"section": "controls", "kind": "controls"},
        languages=["fr"],
    )
    await desk.approved()
    edition = await desk.freeze()
    assert edition["state"] == "frozen", edition["freeze_failure"]
    printed = await words(desk, edition, "fr")
    assert "1 projet à Gao, 2 500 USD à Kidal" in printed, printed[:1500]
    snapshot = (await desk.author.get("/bulletins/2022-02/figures.json")).json()
    assert snapshot["figures"][asked]["value"] == "2500"
    assert [row["reference"] for row in snapshot["rows"]["in-gao"]] == ["QIP-1"]
    page = await desk.author.get(f"/bulletins/2022-02/fr/figures/{asked}")
    assert (page.status_code, "TF-1" in page.text) == (200, True)
