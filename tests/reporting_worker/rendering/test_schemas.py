"""What a snapshot may hold, and what is refused before anything is drawn."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.reporting_worker.rendering.schemas import LanguageSnapshot


def test_reads_the_fixture_of_each_language(snapshot: LanguageSnapshot, language: str) -> None:
    assert snapshot.language == language
    kinds = {block.kind for section in snapshot.sections for block in section.blocks}
    assert kinds == {
        "paragraph", "note", "highlight_list", "figure_box", "map", "sector_lists", "chart", "item", "table",
        "list", "contact", "controls",
    }  # fmt: skip


def test_refuses_members_that_it_does_not_know(source: dict[str, Any]) -> None:
    source["sections"][0]["colour"] = "red"
    with pytest.raises(ValidationError, match="colour"):
        LanguageSnapshot.model_validate(source)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "file:///etc"])
def test_refuses_addresses_that_a_reader_must_not_follow(source: dict[str, Any], address: str) -> None:
    source["sections"][2]["blocks"][0]["text"][0]["href"] = address
    with pytest.raises(ValidationError, match="href"):
        LanguageSnapshot.model_validate(source)


@pytest.mark.parametrize("value", ["NaN", "1e9", "1,5", "Infinity", "", "0x10"])
def test_refuses_bar_lengths_that_are_no_exact_decimals(source: dict[str, Any], value: str) -> None:
    chart = next(block for section in source["sections"] for block in section["blocks"] if block["kind"] == "chart")
    chart["rows"][0]["value"] = value
    with pytest.raises(ValidationError, match="value"):
        LanguageSnapshot.model_validate(source)


def test_refuses_a_map_or_chart_without_alternative_text(source: dict[str, Any]) -> None:
    for section in source["sections"]:
        for block in section["blocks"]:
            if block["kind"] in {"map", "chart"}:
                block["alt"] = ""
    with pytest.raises(ValidationError) as refused:
        LanguageSnapshot.model_validate(source)
    assert len(refused.value.errors()) == 3
