"""Input and answers of the routes of places and reporting areas."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict

from services.projects_api.answers import Read, Texts
from services.projects_api.contents import PlaceContent, ReportingAreaContent
from services.projects_api.fields import DecimalText, Slug


class PlaceCreate(PlaceContent):
    """A new place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "inagam",
                    "kind": "locality",
                    "name": {"fr": "Inagam"},
                    "codes": [{"scheme": "ocha_pcode", "code": "ML0701"}],
                }
            ]
        }
    )

    slug: Slug


class PlaceItem(Read):
    """A place in a list."""

    id: UUID
    slug: str
    kind: str
    name: Texts
    parent: str | None
    latitude: DecimalText | None
    longitude: DecimalText | None
    coordinate_precision: str | None
    valid_from: date | None
    valid_to: date | None
    is_sensitive: bool
    etag: str
    can: list[str]


class CodeRead(Read):
    """A code of a place in one system."""

    scheme: str
    code: str
    valid_from: date | None


class PlaceDetail(PlaceItem):
    """A place with its codes, aliases, successor and reporting area."""

    successor: str | None
    area: str | None
    aliases: list[str]
    codes: list[CodeRead]


class AreaCreate(ReportingAreaContent):
    """A new reporting area."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"slug": "gao-menaka", "name": {"fr": "Gao / Ménaka"}, "places": ["gao", "menaka"]}]
        }
    )

    slug: Slug


class AreaItem(Read):
    """A reporting area with the regions that lie in it."""

    id: UUID
    slug: str
    name: Texts
    position: int
    is_national: bool
    latitude: DecimalText | None
    longitude: DecimalText | None
    places: list[str]
    etag: str
    can: list[str]
