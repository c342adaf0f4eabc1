"""The bulletin's words in the reference portfolio: two languages, no typed figure, addresses kept byte for byte."""

import re

import pytest

from deploy.reference.files import named_rows
from services.reporting_worker.controls.prose import typed_digits
from services.reporting_worker.prose.tokens import LINK, TOKEN, tokens_of

WRITTEN = ("activity", "standing_text", "edition")

ADDRESSES = {
    "https://bit.ly/3xLrpLK",
    "https://bit.ly/338BEyg",
    "https://www.maliapd.org",
    "https://minusma.unmissions.org/bulletin-bimestriel",
    "https://minusma.unmissions.org/cercle-d%E2%80%99ansongo-pr%C3%A8s-de-deux-milliards-de-francs-cfa-d%C3%A9bloqu%C3%A9s-par-la-minusma-en-faveur-des",
    "https://minusma.unmissions.org/appui-de-la-minusma-aux-fama-%C3%A0-ansongo%C2%A0-quand-l%E2%80%99acc%C3%A8s-%C3%A0-l%E2%80%99eau-permet-de-renforcer-la-protection-des",
    "https://minusma.unmissions.org/de-l%E2%80%99eau-potable-pour-la-commune-rurale-d%E2%80%99aguelhok",
    "https://minusma.unmissions.org/des-kits-scolaires-offerts-%C3%A0-plus-de-13%C2%A0000-%C3%A9l%C3%A8ves-vuln%C3%A9rables-de-tombouctou",
    "https://minusma.unmissions.org/la-minusma-investit-plus-de-500-millions-de-francs-cfa-dans-le-cercle-de-bourem",
    "https://minusma.unmissions.org/la-minusma-soutient-l%E2%80%99autonomisation-des-femmes-d%E2%80%99aguelhok",
    "https://minusma.unmissions.org/la-minusma-am%C3%A9liore-l%E2%80%99acc%C3%A8s-%C3%A0-l%E2%80%99eau-dans-le-nord-du-mali",
    "https://minusma.unmissions.org/la-belgique-apporte-un-million-d%E2%80%99euros-au-renforcement-du-r%C3%B4le-des-femmes-dans-la-promotion-de-la",
}
"""As the original document prints them."""


def prose_of(text: str) -> str:
    """The text without its tokens and link targets: what an editor typed."""
    return LINK.sub(lambda match: match["label"], TOKEN.sub(" ", text))


def texts_in(value):
    if isinstance(value, dict):
        if value and set(value) <= {"fr", "en"}:
            yield value
        else:
            for inner in value.values():
                yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


@pytest.fixture(scope="module")
def texts():
    return [text for row in named_rows() if row["type"] in WRITTEN for text in texts_in(row)]


def test_every_text_stands_in_both_languages():
    for row in named_rows():
        for text in texts_in(row):
            assert set(text) == {"fr", "en"}, (row.get("reference"), text)


def test_no_number_is_typed_in_prose(texts):
    for text in texts:
        for words in text.values():
            assert not list(typed_digits(prose_of(words))), words


def test_both_languages_hold_the_same_tokens(texts):
    for text in texts:
        held = [sorted(str(token) for token in tokens_of(words) if token.kind != "ref") for words in text.values()]
        assert held[0] == held[1], text["fr"]


def test_french_typography_holds(texts):
    for text in texts:
        prose = prose_of(text["fr"])
        assert "'" not in prose
        assert not re.search(r"[^\u202f][;!?»]", re.sub(r"\]\([^)]*\)", "]", prose)), prose
        assert "« " not in prose


def test_addresses_are_kept_byte_for_byte():
    rows = named_rows()
    held = {link["url"] for row in rows for link in row.get("links", ())}
    for row in rows:
        for item in row.get("items", ()):
            held |= {link["url"] for link in item.get("parameters", {}).get("links", ())}
        if row["type"] == "standing_text":
            held |= {match["target"] for words in row["text"].values() for match in LINK.finditer(words)}
    assert held == ADDRESSES


def test_the_edition_has_the_sections_of_the_original_in_its_order():
    (edition,) = [row for row in named_rows() if row["type"] == "edition"]
    sections = list(dict.fromkeys(item["section"] for item in edition["items"]))
    assert sections == [
        "highlights", "key-figures", "foreword", "overview", "partner-exchanges", "programmatic-funds", "qip",
        "trust-fund", "centre-meeting", "outreach", "other-activities", "contact", "links", "controls",
    ]  # fmt: skip
    kinds = [(item["section"], item["kind"]) for item in edition["items"]]
    assert kinds.count(("qip", "activity")) == 7
    assert kinds.count(("qip", "chart")) == 2
    assert kinds.count(("trust-fund", "activity")) + kinds.count(("trust-fund", "computed_list")) == 8


def test_every_activity_but_the_retreat_is_held_by_a_section():
    rows = named_rows()
    (edition,) = [row for row in rows if row["type"] == "edition"]
    held = {item["activity"] for item in edition["items"] if "activity" in item}
    held |= {other for item in edition["items"] for other in item.get("parameters", {}).get("also", ())}
    activities = {row["reference"]: row["kind"] for row in rows if row["type"] == "activity"}
    assert [kind for reference, kind in activities.items() if reference not in held] == ["retreat"]
