"""Organisations and places as clients list, count and open them, under the names of a date."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    any_,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.facts.parameters import AS_OF
from shared.models import (
    Organisation,
    OrganisationAlias,
    OrganisationName,
    Place,
    PlaceAlias,
    PlaceCode,
    ReportingArea,
    ReportingAreaPlace,
)
from shared.models.organisation import OrganisationKind
from shared.models.place import PlaceKind
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.project_facts import listed
from shared.resources.search import Search, organisations, places
from shared.resources.statements import json_object

_parent, _predecessor = aliased(Organisation), aliased(Organisation)


def _of(column: Any, identity: Any, wanted: Any, owner: Any) -> ColumnElement[Any]:
    return select(column).where(identity == wanted).correlate(owner).scalar_subquery()


NAME = (
    select(OrganisationName.name)
    .where(OrganisationName.organisation_id == Organisation.id, OrganisationName.valid_from <= AS_OF)
    .order_by(OrganisationName.valid_from.desc())
    .limit(1)
    .correlate(Organisation)
    .scalar_subquery()
)
"""The name on the date asked for; NULL before its first name."""


_ORGANISATION_SEARCH = Search("organisations", Organisation.slug, organisations())

ORGANISATIONS = Resource(
    name="organisations",
    noun="organisation",
    table=Organisation.__table__,
    identity=Organisation.id,
    version=Organisation.version,
    filters=(
        Filter(
            "kind__in",
            list,
            lambda v: Organisation.kind == any_(v),
            "Kinds: state, mission_section, ngo.",
            among=OrganisationKind,
        ),
        Filter("slug__in", list, lambda v: Organisation.slug == any_(v), "Slugs.", "organisation"),
        _ORGANISATION_SEARCH.filter(Organisation.id),
    ),
    order=(OrderKey("slug", Organisation.slug, Text()), _ORGANISATION_SEARCH.order),
    default_order="slug",
    item={
        "id": Organisation.id,
        "slug": Organisation.slug,
        "kind": Organisation.kind,
        "name": NAME,
        "acronym": Organisation.acronym,
        "parent": _of(_parent.slug, _parent.id, Organisation.parent_id, Organisation),
        "protection": Organisation.protection,
    },
    detail={
        "predecessor": _of(_predecessor.slug, _predecessor.id, Organisation.predecessor_id, Organisation),
        "names": listed(
            select(
                func.json_agg(
                    aggregate_order_by(
                        json_object(
                            {"name": OrganisationName.name, "valid_from": OrganisationName.valid_from}
                        ),
                        OrganisationName.valid_from,
                    )
                )
            )
            .where(OrganisationName.organisation_id == Organisation.id)
            .correlate(Organisation)
        ),
        "aliases": listed(
            select(func.json_agg(aggregate_order_by(OrganisationAlias.alias, OrganisationAlias.alias)))
            .where(OrganisationAlias.organisation_id == Organisation.id)
            .correlate(Organisation)
        ),
        "recorded_at": Organisation.recorded_at,
    },
    dimensions={"kind": Organisation.kind},
    actions={"edit": None, "delete": None, "merge": None},
    listed=Organisation.merged_into_id.is_(None),
)
"""What `/v1/organisations` lists, counts and opens."""

_above, _successor = aliased(Place), aliased(Place)


def _below(slugs: Any) -> ColumnElement[bool]:
    """The places themselves and all below them."""
    tree = select(Place.id).where(Place.slug == any_(slugs)).cte(recursive=True)
    child = aliased(Place)
    tree = tree.union_all(select(child.id).join(tree, child.parent_id == tree.c.id))
    return Place.id.in_(select(tree.c.id))


def _parent_is(slugs: Any) -> ColumnElement[bool]:
    return Place.parent_id.in_(select(_above.id).where(_above.slug == any_(slugs)))


def _existed(on: Any) -> ColumnElement[bool]:
    return and_(func.coalesce(Place.valid_from, on) <= on, func.coalesce(Place.valid_to, on) >= on)


_PLACE_SEARCH = Search("places", Place.slug, places())

PLACES = Resource(
    name="places",
    noun="place",
    table=Place.__table__,
    identity=Place.id,
    version=Place.version,
    filters=(
        Filter(
            "kind__in",
            list,
            lambda v: Place.kind == any_(v),
            "country, region, cercle, commune, locality.",
            among=PlaceKind,
        ),
        Filter("parent__in", list, _parent_is, "Slugs of the places directly above.", "place"),
        Filter("within__in", list, _below, "Slugs of places; what lies below them is included.", "place"),
        Filter("valid_on", date, _existed, "Places of the hierarchy in force on this date."),
        _PLACE_SEARCH.filter(Place.id),
    ),
    order=(OrderKey("slug", Place.slug, Text()), _PLACE_SEARCH.order),
    default_order="slug",
    item={
        "id": Place.id,
        "slug": Place.slug,
        "kind": Place.kind,
        "name": Place.name,
        "parent": _of(_above.slug, _above.id, Place.parent_id, Place),
        "latitude": cast(Place.latitude, Text),
        "longitude": cast(Place.longitude, Text),
        "coordinate_precision": Place.coordinate_precision,
        "valid_from": Place.valid_from,
        "valid_to": Place.valid_to,
        "is_sensitive": Place.is_sensitive,
    },
    detail={
        "successor": _of(_successor.slug, _successor.id, Place.successor_id, Place),
        "area": select(ReportingArea.slug)
        .join(ReportingAreaPlace, ReportingAreaPlace.reporting_area_id == ReportingArea.id)
        .where(ReportingAreaPlace.place_id == Place.id)
        .correlate(Place)
        .scalar_subquery(),
        "aliases": listed(
            select(func.json_agg(aggregate_order_by(PlaceAlias.alias, PlaceAlias.alias)))
            .where(PlaceAlias.place_id == Place.id)
            .correlate(Place)
        ),
        "codes": listed(
            select(
                func.json_agg(
                    aggregate_order_by(
                        json_object(
                            {
                                "scheme": PlaceCode.scheme,
                                "code": PlaceCode.code,
                                "valid_from": PlaceCode.valid_from,
                            }
                        ),
                        PlaceCode.scheme,
                        PlaceCode.code,
                    )
                )
            )
            .where(PlaceCode.place_id == Place.id)
            .correlate(Place)
        ),
    },
    dimensions={"kind": Place.kind},
    actions={"edit": None, "delete": None, "merge": None},
    listed=Place.merged_into_id.is_(None),
)
"""What `/v1/places` lists, counts and opens."""
