"""The sets that hang on projects, activities and announcements: outputs, parties, quoted figures, links."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from shared.errors import Conflict
from shared.models import Link, Output, QuotedFigure, Role
from shared.models.among import among
from shared.recording.children import Children
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class QuotedElsewhere(Refusal, Conflict):
    """A quoted figure's reference names one figure of one record."""

    kind, at = "reference-taken", "/quoted_figures"
    fr = "Ces références de chiffres cités sont prises ailleurs : {references}."
    en = "These references of quoted figures are taken elsewhere: {references}."
    references: list[str]


async def _refuse_quoted_elsewhere(unit: UnitOfWork, added: Sequence[Any]) -> None:
    references = [row.reference for row in added]
    taken = await unit.session.scalars(select(QuotedFigure.reference).where(among(QuotedFigure.reference, references)))
    repeated = [one for one in references if references.count(one) > 1]
    if elsewhere := list(dict.fromkeys([*taken, *repeated])):
        raise QuotedElsewhere(elsewhere)


OUTPUTS = Children("outputs", Output)
ROLES = Children("roles", Role)
QUOTED_FIGURES = Children("quoted_figures", QuotedFigure, key=("reference",), refuse_taken=_refuse_quoted_elsewhere)
LINKS = Children("links", Link)

SETS = {one.name: one for one in (OUTPUTS, ROLES, QUOTED_FIGURES, LINKS)}
"""By the member of an input that gives them."""
