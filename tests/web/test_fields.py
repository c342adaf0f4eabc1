"""What the field types of the API make of what is written into them."""

import pytest
from pydantic import TypeAdapter

from shared.fields import LineText, LineTextsField, TextsField


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\n\n", " \n ", "\u2028"])
def test_a_line_break_in_a_text_of_one_line_becomes_a_blank(break_: str) -> None:
    pasted = f"Réhabilitation d'une{break_}école"
    whole = "Réhabilitation d'une école"
    assert TypeAdapter(LineText).validate_python(pasted) == whole
    assert TypeAdapter(LineTextsField).validate_python({"fr": pasted}) == {"fr": whole}


def test_a_text_of_several_lines_keeps_them() -> None:
    assert TypeAdapter(TextsField).validate_python({"fr": "un\ndeux"}) == {"fr": "un\ndeux"}
