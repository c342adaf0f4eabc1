"""What is said twice is said once."""

from typing import Any

from services.reporting_worker.rendering.blocks import Item
from services.reporting_worker.rendering.editorial import edited
from services.reporting_worker.rendering.schemas import LanguageSnapshot


def test_headings_that_repeat_the_title_of_their_section_are_left_out(source: dict[str, Any]) -> None:
    source["sections"] = [
        {
            "key": "foreword",
            "title": "Avant-propos",
            "blocks": [
                {"kind": "paragraph", "text": [{"text": "Avant-propos", "strong": True}]},
                {"kind": "paragraph", "text": [{"text": "Avant-propos du premier numéro."}]},
                {"kind": "item", "heading": " avant-propos", "date": "3 mars"},
                {"kind": "item", "heading": "Autre chose"},
            ],
        }
    ]
    blocks = edited(LanguageSnapshot.model_validate(source)).sections[0].blocks
    assert [block.kind for block in blocks] == ["paragraph", "item", "item"]
    assert [block.heading for block in blocks if isinstance(block, Item)] == [None, "Autre chose"]
