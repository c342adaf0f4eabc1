"""Places and the reporting areas of the map as clients list, count and open them."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, cast, func, select
from sqlalchemy.orm import aliased

from shared.errors import Texts
from shared.fields import DecimalText
from shared.models import Place, PlaceAlias, PlaceCode, ReportingArea, ReportingAreaPlace
from shared.models.place import PlaceKind
from shared.reading.filters import Filter, among, keyed
from shared.reading.resource import Resource
from shared.reading.search import Search, places
from shared.reading.shown import From, Listed, Rows, Shown


class PlaceItem(Listed):
    """A place in a list."""

    id: UUID
    slug: str
    kind: PlaceKind
    name: Texts
    parent: str | None
    latitude: Annotated[DecimalText | None, From(cast(Place.latitude, Text))]
    longitude: Annotated[DecimalText | None, From(cast(Place.longitude, Text))]
    coordinate_precision: Literal["exact", "approximate"] | None
    valid_from: date | None
    valid_to: date | None
    is_sensitive: bool


class CodeRead(Shown):
    """A code of a place in one system."""

    scheme: str
    code: str
    valid_from: date | None


_AREA = (
    select(ReportingArea.slug)
    .join(ReportingAreaPlace, ReportingAreaPlace.reporting_area_id == ReportingArea.id)
    .where(ReportingAreaPlace.place_id == Place.id)
    .correlate(Place)
    .scalar_subquery()
)


class PlaceDetail(PlaceItem):
    """A place with its codes, aliases, successor and reporting area."""

    successor: str | None
    area: Annotated[str | None, From(_AREA)]
    aliases: Annotated[list[str], Rows(PlaceAlias.place_id, (PlaceAlias.alias,), of=PlaceAlias.alias)]
    codes: Annotated[list[CodeRead], Rows(PlaceCode.place_id, (PlaceCode.scheme, PlaceCode.code))]


def _below(slugs: Any) -> ColumnElement[bool]:
    """The places themselves and all below them."""
    tree = select(Place.id).where(Place.slug == any_(slugs)).cte(recursive=True)
    child = aliased(Place)
    tree = tree.union_all(select(child.id).join(tree, child.parent_id == tree.c.id))
    return Place.id.in_(select(tree.c.id))


def _existed(on: Any) -> ColumnElement[bool]:
    return and_(func.coalesce(Place.valid_from, on) <= on, func.coalesce(Place.valid_to, on) >= on)


PLACES = Resource(
    "places",
    Place,
    PlaceItem,
    PlaceDetail,
    filters=(
        among("kind", Place.kind, "country, region, cercle, commune, locality.", PlaceKind),
        keyed("parent", Place.parent_id, "Slugs of the places directly above.", noun="place"),
        Filter("within__in", list, _below, "Slugs of places; what lies below them is included.", "place"),
        Filter("valid_on", date, _existed, "Places of the hierarchy in force on this date."),
    ),
    search=Search("places", Place.slug, places()),
    order=("slug",),
    dimensions=("kind",),
    actions={"edit": None, "delete": None, "merge": None},
    listed=Place.merged_into_id.is_(None),
)
"""What `/v1/places` lists, counts and opens."""


class AreaItem(Listed):
    """A reporting area with the regions that lie in it."""

    id: UUID
    slug: str
    name: Texts
    position: int
    is_national: bool
    latitude: Annotated[DecimalText | None, From(cast(ReportingArea.latitude, Text))]
    longitude: Annotated[DecimalText | None, From(cast(ReportingArea.longitude, Text))]
    places: Annotated[
        list[str],
        Rows(
            ReportingAreaPlace.reporting_area_id,
            (Place.slug,),
            of=Place.slug,
            joined=(Place, Place.id == ReportingAreaPlace.place_id),
        ),
    ]


REPORTING_AREAS = Resource(
    "reporting-areas",
    ReportingArea,
    AreaItem,
    AreaItem,
    filters=(among("slug", ReportingArea.slug, "Slugs."),),
    order=("slug", "position"),
    default_order="position",
)
"""What `/v1/reporting-areas` lists, counts and opens."""
