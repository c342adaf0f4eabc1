"""The page: complete, readable without scripts, and made of nothing but the snapshot."""

import re
from itertools import pairwise
from typing import Any

import lxml.html
import pytest

from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.html import render_html
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from tests.reporting_worker.rendering.conftest import read_snapshot, texts


def squeezed(text: str) -> str:
    """The text with every run of white space, of whatever width, as one space."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="session")
def tree(page: bytes) -> Any:
    return lxml.html.fromstring(page.decode())


def test_page_says_its_language_and_title(tree: Any, language: str) -> None:
    assert tree.get("lang") == language
    expected = {"fr": "Bulletin bimestriel – Février - Mars 2022", "en": "Bimonthly Bulletin – February - March 2022"}
    assert tree.findtext(".//title") == expected[language]


def test_page_loads_nothing_runs_nothing_and_stays_under_one_megabyte(page: bytes, tree: Any) -> None:
    assert len(page) < 1_000_000
    assert not tree.xpath("//script | //img | //iframe | //link[@rel='stylesheet'] | //@onclick | //@onload")
    assert not re.search(rb"url\((?!data:|#)", page)
    assert b"@import" not in page
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")


def test_every_text_of_the_snapshot_stands_on_the_page(page: bytes, tree: Any, language: str) -> None:
    words = squeezed(tree.text_content())
    source = read_snapshot(language)
    for key in ("text", "title", "label", "value", "printed", "message", "acceptance", "heading", "area"):
        for text in texts(source["sections"], key):
            if not re.fullmatch(r"\d+(\.\d+)?", text):
                assert squeezed(text).strip() in words, text


def test_narrow_spaces_of_french_numbers_are_kept(source: dict[str, Any]) -> None:
    snapshot = LanguageSnapshot.model_validate(source)
    page = render_html(snapshot, draw_charts(snapshot)).decode()
    assert "432\u202f152\u202f309 FCFA" in page


def test_every_figure_opens_its_rows(tree: Any, language: str) -> None:
    links = {link.get("href") for link in tree.xpath("//a[contains(@class,'figure')]")}
    hrefs = {text for text in texts(read_snapshot(language)["sections"], "href") if text.startswith("/v1/figures/")}
    assert hrefs == links


def test_addresses_are_kept_byte_for_byte(page: bytes, language: str) -> None:
    address = next(text for text in texts(read_snapshot(language), "url") if "%C2%A0" in text)
    assert f'href="{address}"'.encode() in page


def test_each_picture_has_a_text_and_a_table_with_the_same_numbers(tree: Any) -> None:
    figures = tree.xpath("//figure")
    assert len(figures) == 3
    for figure in figures:
        assert figure.xpath(".//div[@role='img']/@aria-label")[0]
        assert figure.xpath(".//div[@role='img']/svg[@aria-hidden='true']")
        assert figure.xpath(".//table/caption")
        assert figure.xpath(".//thead/tr/th[@scope='col']")
        assert figure.xpath(".//tbody/tr/th[@scope='row']")


def test_headings_never_skip_a_level_and_sections_are_reachable(tree: Any) -> None:
    levels = [int(node.tag[1]) for node in tree.iter("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    targets = {link.get("href") for link in tree.xpath("//nav//a")}
    assert targets == {f"#{section.get('id')}" for section in tree.xpath("//main/section")}
    assert tree.xpath("//a[@class='skip']/@href") == ["#content"]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_made_up_facts_carry_a_mark_that_is_read_aloud(tree: Any, language: str) -> None:
    marks = tree.xpath("//sup[@class='made-up']")
    assert len(marks) == 2
    spoken = {"fr": "donnée fictive", "en": "made-up datum"}[language]
    assert all(spoken in mark.text_content() for mark in marks)


def test_texts_are_never_read_as_markup(source: dict[str, Any]) -> None:
    hostile = "<img src=x onerror=alert(1)> \"&' {{ 7*7 }} {% raw %}"
    source["sections"][2]["title"] = hostile
    source["sections"][2]["blocks"][0]["text"] = [{"text": hostile, "href": 'https://example.org/"><script>'}]
    snapshot = LanguageSnapshot.model_validate(source)
    page = render_html(snapshot, draw_charts(snapshot)).decode()
    assert "<img" not in page
    assert "<script" not in page
    assert squeezed(hostile) in squeezed(lxml.html.fromstring(page).text_content())


def test_same_snapshot_gives_the_same_page(snapshot: LanguageSnapshot, page: bytes) -> None:
    assert render_html(snapshot, draw_charts(snapshot)) == page
