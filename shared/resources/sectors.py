"""The sectors of each mechanism as clients list, count and open them."""

from uuid import UUID

from shared.errors import Texts
from shared.models import Sector
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.shown import Listed


class SectorItem(Listed):
    """A sector of one mechanism's list."""

    id: UUID
    slug: str
    mechanism: str
    name: Texts
    position: int


SECTORS = Resource(
    "sectors",
    Sector,
    SectorItem,
    SectorItem,
    filters=(among("mechanism", Sector.mechanism_code, "Mechanism codes."), among("slug", Sector.slug, "Slugs.")),
    order=("slug", "position"),
    default_order="position",
    dimensions=("mechanism",),
)
"""What `/v1/sectors` lists, counts and opens."""
