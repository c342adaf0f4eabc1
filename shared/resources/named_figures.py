"""Figures that people name, as clients list, count and open them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from shared.errors import Texts
from shared.models.base import Protection
from shared.models.figure import NamedFigure
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.shown import From, Listed


class NamedFigureItem(Listed):
    """A named figure with its parts; `/v1/figures/{slug}` gives its value."""

    id: UUID
    slug: str
    measure: str
    mechanism: str | None
    bucket: str | None
    places: Annotated[list[str], From(NamedFigure.place_slugs)]
    sectors: Annotated[list[str], From(NamedFigure.sector_slugs)]
    sponsors: Annotated[list[str], From(NamedFigure.sponsor_slugs)]
    objectives: Annotated[list[str], From(NamedFigure.objective_slugs)]
    people: list[str]
    title: Texts | None
    protection: Protection
    recorded_at: datetime


NAMED_FIGURES = Resource(
    "named-figures",
    NamedFigure,
    NamedFigureItem,
    NamedFigureItem,
    filters=(
        among("slug", NamedFigure.slug, "Slugs."),
        among("mechanism", NamedFigure.mechanism_code, "Mechanism codes."),
    ),
    order=("slug",),
    dimensions=("measure",),
)
"""What `/v1/named-figures` lists, counts and opens."""
