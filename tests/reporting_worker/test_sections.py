"""An item stands in a section that the bulletin has; any other is refused when it is sent, not when it is printed."""

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.reporting_worker.editions.schemas import ItemCommand
from services.reporting_worker.editions.wording import SECTIONS
from services.reporting_worker.imports.schemas import EditionItemPart

ITEM = {"kind": "text", "text": {"fr": "Un mot.", "en": "A word."}}


@pytest.mark.parametrize("item", [ItemCommand, EditionItemPart])
def test_refuses_a_section_that_the_bulletin_does_not_have(item: type[BaseModel]) -> None:
    for section in SECTIONS:
        TypeAdapter(item).validate_python({**ITEM, "section": section})
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(item).validate_python({**ITEM, "section": "nowhere"})
    (fault,) = refused.value.errors()
    assert (fault["loc"], fault["type"]) == (("section",), "section_unknown")
