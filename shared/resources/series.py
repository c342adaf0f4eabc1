"""The series of editions as clients list, count and open them, each with its sections."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from shared.errors import Texts
from shared.models.series import Series, SeriesSection
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.shown import Listed, Rows, Shown


class SectionRead(Shown):
    """A section of a series."""

    key: str
    title: Texts
    is_numbered: bool
    begins_page: bool


class SeriesItem(Listed):
    """A series with its sections, in their printed order."""

    id: UUID
    slug: str
    name: Texts
    sections: Annotated[list[SectionRead], Rows(SeriesSection.series_id, (SeriesSection.position,))]
    recorded_at: datetime


SERIES = Resource(
    "series", Series, SeriesItem, SeriesItem, filters=(among("slug", Series.slug, "Slugs."),), order=("slug",)
)
"""What `/v1/series` lists, counts and opens."""
