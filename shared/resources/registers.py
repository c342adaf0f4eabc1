"""The small registers by which the portfolio is sorted and addressed: sectors, reporting areas, offices, persons."""

from sqlalchemy import Integer, Text, any_, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shared.models import (
    Office,
    Organisation,
    Person,
    Place,
    ReportingArea,
    ReportingAreaPlace,
    Sector,
)
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.project_facts import listed

EDITED = {"edit": None, "delete": None}

SECTORS = Resource(
    name="sectors",
    noun="sector",
    table=Sector.__table__,
    identity=Sector.id,
    version=Sector.version,
    filters=(
        Filter("mechanism__in", list, lambda v: Sector.mechanism_code == any_(v), "Mechanism codes."),
        Filter("slug__in", list, lambda v: Sector.slug == any_(v), "Slugs."),
    ),
    order=(
        OrderKey("slug", Sector.slug, Text()),
        OrderKey("position", Sector.position, Integer()),
    ),
    default_order="position",
    item={
        "id": Sector.id,
        "slug": Sector.slug,
        "mechanism": Sector.mechanism_code,
        "name": Sector.name,
        "position": Sector.position,
    },
    detail={},
    dimensions={"mechanism": Sector.mechanism_code},
    actions=EDITED,
)
"""What `/v1/sectors` lists, counts and opens."""

REPORTING_AREAS = Resource(
    name="reporting-areas",
    noun="reporting_area",
    table=ReportingArea.__table__,
    identity=ReportingArea.id,
    version=ReportingArea.version,
    filters=(Filter("slug__in", list, lambda v: ReportingArea.slug == any_(v), "Slugs."),),
    order=(
        OrderKey("slug", ReportingArea.slug, Text()),
        OrderKey("position", ReportingArea.position, Integer()),
    ),
    default_order="position",
    item={
        "id": ReportingArea.id,
        "slug": ReportingArea.slug,
        "name": ReportingArea.name,
        "position": ReportingArea.position,
        "is_national": ReportingArea.is_national,
        "latitude": cast(ReportingArea.latitude, Text),
        "longitude": cast(ReportingArea.longitude, Text),
        "places": listed(
            select(func.json_agg(aggregate_order_by(Place.slug, Place.slug)))
            .select_from(ReportingAreaPlace)
            .join(Place, Place.id == ReportingAreaPlace.place_id)
            .where(ReportingAreaPlace.reporting_area_id == ReportingArea.id)
            .correlate(ReportingArea)
        ),
    },
    detail={},
    actions=EDITED,
)
"""What `/v1/reporting-areas` lists, counts and opens."""

OFFICES = Resource(
    name="offices",
    noun="office",
    table=Office.__table__.outerjoin(
        Organisation.__table__, Organisation.id == Office.organisation_id
    ).outerjoin(Place.__table__, Place.id == Office.place_id),
    identity=Office.id,
    version=Office.version,
    filters=(
        Filter("slug__in", list, lambda v: Office.slug == any_(v), "Slugs."),
        Filter(
            "organisation__in",
            list,
            lambda v: Organisation.slug == any_(v),
            "Slugs of organisations.",
            "organisation",
        ),
        Filter("place__in", list, lambda v: Place.slug == any_(v), "Slugs of places.", "place"),
    ),
    order=(OrderKey("slug", Office.slug, Text()),),
    default_order="slug",
    item={
        "id": Office.id,
        "slug": Office.slug,
        "title": Office.title,
        "organisation": Organisation.slug,
        "place": Place.slug,
    },
    detail={},
    actions=EDITED,
)
"""What `/v1/offices` lists, counts and opens."""

PERSONS = Resource(
    name="persons",
    noun="person",
    table=Person.__table__.outerjoin(Office.__table__, Office.id == Person.office_id),
    identity=Person.id,
    version=Person.version,
    filters=(
        Filter("slug__in", list, lambda v: Person.slug == any_(v), "Slugs."),
        Filter("office__in", list, lambda v: Office.slug == any_(v), "Slugs of offices."),
    ),
    order=(OrderKey("slug", Person.slug, Text()),),
    default_order="slug",
    item={"id": Person.id, "slug": Person.slug, "name": Person.name, "office": Office.slug},
    detail={},
    actions=EDITED,
)
"""What `/v1/persons` lists, counts and opens."""
