"""The print: a tagged document that conforms to its standards and says what the snapshot says."""

import io
import re
from typing import Any

import pypdf
import pytest
import typst

from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.pdf import render_pdf
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from tests.reporting_worker.rendering.conftest import read_snapshot, texts


def printed(source: dict[str, Any]) -> pypdf.PdfReader:
    snapshot = LanguageSnapshot.model_validate(source)
    return pypdf.PdfReader(io.BytesIO(render_pdf(snapshot, draw_charts(snapshot))))


def shortened(source: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The snapshot with these sections alone: quick to print."""
    source["sections"] = [section for section in source["sections"] if section["key"] in keys]
    return source


def joined(text: str) -> str:
    """Letters and digits alone: line ends, hyphens and spaces are the printer's business."""
    return re.sub(r"\W", "", text)


@pytest.fixture(scope="session")
def reader(print_: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(print_))


@pytest.fixture(scope="session")
def words(reader: pypdf.PdfReader) -> str:
    return joined("".join(page.extract_text() for page in reader.pages))


def annotations(reader: pypdf.PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        for reference in page.get("/Annots", []):
            action = reference.get_object().get("/A")
            if action and "/URI" in action:
                found.add(str(action["/URI"]))
    return found


def test_document_is_tagged_and_says_language_and_title(reader: pypdf.PdfReader, language: str) -> None:
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean
    assert str(catalog["/Lang"]).lower().startswith(language)
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "2022" in reader.metadata.title
    assert reader.metadata.author


def test_document_declares_accessibility_and_archiving(reader: pypdf.PdfReader) -> None:
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=.)1", metadata)
    assert re.search(r"pdfaid:part(>|=.)2", metadata)
    assert re.search(r"pdfaid:conformance(>|=.)A", metadata)


def test_length_and_size_are_those_of_a_bulletin(reader: pypdf.PdfReader, print_: bytes) -> None:
    assert len(print_) < 2_000_000
    assert 5 <= len(reader.pages) <= 8
    boxes = {tuple(round(float(side)) for side in page.mediabox) for page in reader.pages}
    assert boxes == {(0, 0, 595, 842)}


def test_every_figure_of_the_snapshot_is_printed(words: str, language: str) -> None:
    source = read_snapshot(language)["sections"]
    boxes = [block for section in source for block in section["blocks"] if block["kind"] == "figure_box"]
    for text in [*texts(boxes, "value"), *texts(source, "printed")]:
        assert joined(text) in words, text
    for sentence in texts(source, "message"):
        assert joined(sentence)[:30] in words, sentence


def test_every_figure_links_to_its_rows_at_the_edition_s_origin(reader: pypdf.PdfReader, language: str) -> None:
    hrefs = {text for text in texts(read_snapshot(language)["sections"], "href") if text.startswith("/v1/")}
    assert {f"https://djoliba.example.org{href}" for href in hrefs} <= annotations(reader)


def test_relative_links_are_left_out_where_the_edition_has_no_page(source: dict[str, Any]) -> None:
    source["edition"]["page_url"] = None
    links = annotations(printed(shortened(source, "foreword", "partners", "outreach")))
    assert links
    assert not [link for link in links if "/v1/figures" in link]


def test_only_our_fonts_are_embedded(reader: pypdf.PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1].removesuffix("-Identity-H")
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert {name.split("-")[0] for name in fonts} == {"DjolibaSans"}


def test_pictures_carry_their_alternative_texts(print_: bytes, reader: pypdf.PdfReader, language: str) -> None:
    found = set()
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pypdf.generic.IndirectObject):
            node = node.get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            waiting.extend(node)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            if "/Alt" in node:
                found.add(str(node["/Alt"]))
            if "/K" in node:
                waiting.append(node["/K"])
    alternatives = set(texts(read_snapshot(language)["sections"], "alt"))
    assert len(alternatives) == 3
    assert alternatives <= found


def test_sections_are_bookmarks_in_their_order(reader: pypdf.PdfReader, language: str) -> None:
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert [joined(title) for title in titles] == [
        joined(section["title"]) for section in read_snapshot(language)["sections"]
    ]


def test_texts_are_never_read_as_markup(source: dict[str, Any]) -> None:
    hostile = '#panic("no") *b* _i_ $x$ `c` \\ <label> @ref = h // c "#[" ]'
    shortened(source, "foreword")
    source["sections"][0]["title"] = hostile
    source["sections"][0]["blocks"][0]["text"] = [{"text": f"{hostile} fin"}]
    text = "".join(page.extract_text() for page in printed(source).pages)
    assert joined(text).count(joined(hostile)) >= 2


def test_a_sign_that_no_shipped_font_holds_is_refused(source: dict[str, Any]) -> None:
    shortened(source, "foreword")
    source["sections"][0]["blocks"][0]["text"] = [{"text": "fin \U0001f600"}]
    with pytest.raises(typst.TypstError):
        printed(source)


def test_first_page_holds_highlights_figures_and_foreword_and_what_follows(
    reader: pypdf.PdfReader, language: str
) -> None:
    first = joined(reader.pages[0].extract_text())
    for section in read_snapshot(language)["sections"][:3]:
        assert joined(section["title"]) in first
    contents = {"fr": "SOMMAIRE", "en": "CONTENTS"}[language]
    assert contents in first
    assert joined(read_snapshot(language)["sections"][-1]["title"]) in first.split(contents)[1]


def test_first_page_that_is_too_full_goes_without_contents(source: dict[str, Any]) -> None:
    shortened(source, "highlights", "key_figures", "foreword", "partners", "outreach", "contact", "links")
    foreword = source["sections"][2]["blocks"]
    foreword.extend([foreword[1]] * 3)
    reader = printed(source)
    assert "SOMMAIRE" not in reader.pages[0].extract_text()
    assert joined(source["sections"][3]["title"]) in joined(reader.pages[1].extract_text())


def test_a_single_paragraph_makes_a_document(source: dict[str, Any]) -> None:
    source["sections"] = [
        {"key": "only", "title": "Seule", "blocks": [{"kind": "paragraph", "text": [{"text": "Un."}]}]}
    ]
    source["edition"]["notice"] = None
    assert len(printed(source).pages) == 1


def test_same_snapshot_gives_the_same_print(snapshot: LanguageSnapshot, print_: bytes) -> None:
    assert render_pdf(snapshot, draw_charts(snapshot)) == print_
