"""Which section an item of an edition may stand in: one that the bulletin has a title and a place for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.reporting_worker.editions.wording import SECTIONS
from shared.sentences import refusal


def _known(key: str) -> str:
    if key not in SECTIONS:
        listed = ", ".join(SECTIONS)
        raise refusal(
            "section_unknown",
            f"La rubrique « {key} » n'existe pas ; rubriques : {listed}.",
            f"There is no section '{key}'; sections are: {listed}.",
        )
    return key


SectionKey = Annotated[str, Field(max_length=80, examples=["qip"]), AfterValidator(_known)]
"""The key of a section in `SECTIONS`."""
