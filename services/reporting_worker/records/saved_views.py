"""Saved views: lists under a name, with their filters."""

from typing import Annotated

from pydantic import Field

from shared.fields import LineTextsField
from shared.keys import Slug
from shared.models.base import Protection
from shared.models.saved_view import SavedView
from shared.portfolio import Part
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.saved_views import SAVED_VIEWS

QUERY_LENGTH = 2000
"""An address is no longer."""


class SavedViewContent(Part):
    """A list as somebody filtered it."""

    name: LineTextsField
    list: Slug
    query: Annotated[str, Field(max_length=QUERY_LENGTH)] = ""
    protection: Protection = Protection.INTERNAL


SAVED_VIEW = Record(
    SavedView,
    SavedViewContent,
    example={
        "slug": "qip-under-way",
        "name": {"fr": "PIR en cours", "en": "QIPs under way"},
        "list": "projects",
        "query": "mechanism__in=QIP&status__in=in_progress",
    },
)
saved_views = record_routes(SAVED_VIEW, SAVED_VIEWS)
