"""Objectives of frameworks as clients list, count and open them."""

from datetime import date
from uuid import UUID

from shared.errors import Texts
from shared.models.base import Protection
from shared.models.objective import Objective
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.shown import Listed


class ObjectiveItem(Listed):
    """An objective of a framework."""

    id: UUID
    slug: str
    framework: str
    code: str
    name: Texts
    valid_from: date | None
    valid_to: date | None
    protection: Protection


OBJECTIVES = Resource(
    "objectives",
    Objective,
    ObjectiveItem,
    ObjectiveItem,
    filters=(among("slug", Objective.slug, "Slugs."), among("framework", Objective.framework, "Frameworks.")),
    order=("slug", "framework"),
    dimensions=("framework",),
)
"""What `/v1/objectives` lists, counts and opens."""
