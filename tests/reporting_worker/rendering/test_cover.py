"""The cover holds a title of any length, and the running head stays one line."""

import io
from collections import Counter
from typing import Any

import pypdf
import pytest

from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.pdf import render_pdf
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from tests.reporting_worker.rendering.conftest import read_snapshot

PAGE_HEIGHT, EDGE, BODY_TOP = 842, 30, 785
"""Points; above `BODY_TOP` stands the running head."""
TITLES = {
    "one word": "Supercalifragilistic" * 24,
    "hyphens": "Projets et relèvement : " + "Anticonstitutionnellement-" * 12 + " «été»",
    "words": "Projets à effet rapide et relèvement communautaire dans les régions du Nord " * 6,
    "short": "Bulletin",
}


def placed(page: pypdf.PageObject) -> list[tuple[int, str]]:
    """Each line of text with its height on the page, from the top down."""
    found: dict[int, str] = {}

    def keep(text: str, current: Any, matrix: Any, *_: Any) -> None:
        if text.strip():
            height = round(matrix[5] * current[3] + current[5])
            found[height] = found.get(height, "") + text

    page.extract_text(visitor_text=keep)
    return sorted(found.items(), reverse=True)


@pytest.fixture(scope="module", params=TITLES)
def reader(request: pytest.FixtureRequest, language: str) -> pypdf.PdfReader:
    source = read_snapshot(language)
    source["sections"] = [one for one in source["sections"] if one["key"] in {"highlights", "foreword", "contact"}]
    source["edition"] |= {"title": TITLES[request.param].strip(), "label": "PERIOD"}
    snapshot = LanguageSnapshot.model_validate(source)
    return pypdf.PdfReader(io.BytesIO(render_pdf(snapshot, draw_charts(snapshot))))


def test_title_and_period_stand_between_the_publisher_and_the_first_section(
    reader: pypdf.PdfReader, language: str
) -> None:
    lines = placed(reader.pages[0])
    assert lines[0][0] < PAGE_HEIGHT - EDGE
    heights = {word: next(height for height, text in lines if word in text) for word in ("MINUSMA", "PERIOD")}
    section = {"fr": "Avant-propos", "en": "Foreword"}[language]
    first = next(height for height, text in lines if section in text)
    assert heights["MINUSMA"] > heights["PERIOD"] > first
    printed = "".join(text for height, text in lines if heights["MINUSMA"] > height > heights["PERIOD"])
    title = str(reader.metadata.title).partition(" – PERIOD")[0]
    assert Counter(filter(str.isalpha, title)) <= Counter(filter(str.isalpha, printed))


def test_the_running_head_is_one_line(reader: pypdf.PdfReader) -> None:
    head = {height for height, _ in placed(reader.pages[1]) if height > BODY_TOP}
    assert len(head) == 1


def test_the_title_that_is_copied_holds_no_signs_that_nobody_wrote(reader: pypdf.PdfReader) -> None:
    assert "\u200b" not in reader.pages[0].extract_text().partition("PERIOD")[0]
    assert "\u200b" not in str(reader.metadata.title)
