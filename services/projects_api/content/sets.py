"""The sets that hang on projects, activities and announcements: outputs, parties, quoted figures, links."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from shared.errors import Conflict, Fault
from shared.models import Link, Output, QuotedFigure, Role
from shared.models.among import among
from shared.recording.children import Children
from shared.unit_of_work import UnitOfWork


class QuotedElsewhere(Conflict):
    """A quoted figure's reference names one figure of one record."""

    kind = "reference-taken"

    def __init__(self, references: Sequence[str]) -> None:
        listed = ", ".join(references)
        sentence = {
            "fr": f"Ces références de chiffres cités sont prises ailleurs : {listed}.",
            "en": f"These references of quoted figures are taken elsewhere: {listed}.",
        }
        super().__init__(sentence, faults=[Fault("/quoted_figures", sentence, "reference_taken")])


async def _refuse_quoted_elsewhere(unit: UnitOfWork, added: Sequence[Any]) -> None:
    references = [row.reference for row in added]
    taken = await unit.session.scalars(
        select(QuotedFigure.reference).where(among(QuotedFigure.reference, references))
    )
    repeated = [one for one in references if references.count(one) > 1]
    if elsewhere := list(dict.fromkeys([*taken, *repeated])):
        raise QuotedElsewhere(elsewhere)


OUTPUTS = Children("outputs", Output)
ROLES = Children("roles", Role)
QUOTED_FIGURES = Children(
    "quoted_figures", QuotedFigure, key=("reference",), refuse_taken=_refuse_quoted_elsewhere
)
LINKS = Children("links", Link)

SETS = {one.name: one for one in (OUTPUTS, ROLES, QUOTED_FIGURES, LINKS)}
"""By the member of an input that gives them."""
