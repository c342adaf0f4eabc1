"""Saved views as clients list, count and open them."""

from uuid import UUID

from shared.errors import Texts
from shared.models.base import Protection
from shared.models.saved_view import SavedView
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.shown import Listed


class SavedViewItem(Listed):
    """A list as it was filtered."""

    id: UUID
    slug: str
    name: Texts
    list: str
    query: str
    protection: Protection


SAVED_VIEWS = Resource(
    "saved-views",
    SavedView,
    SavedViewItem,
    SavedViewItem,
    filters=(among("slug", SavedView.slug, "Slugs."), among("list", SavedView.list, "Lists, as in their addresses.")),
    order=("slug",),
    dimensions=("list",),
)
"""What `/v1/saved-views` lists, counts and opens."""
