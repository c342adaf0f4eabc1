"""What projects are chosen by: places, areas, sectors, objectives and sponsors, as of a date."""

from typing import Any

from sqlalchemy import ColumnElement, Select, any_, exists, select, tuple_
from sqlalchemy.orm import aliased

from shared.facts.of_one import latest_of
from shared.models import (
    Organisation,
    Place,
    PlaceAssignment,
    PlaceShare,
    Project,
    ReportingArea,
    ReportingAreaPlace,
    Role,
    Sector,
    SectorAssignment,
    SectorShare,
)
from shared.models.objective import ObjectiveTag, Significance
from shared.models.organisation import RoleKind
from shared.reading.search import places_below
from shared.resources.parts import standing
from shared.resources.project_facts import place_assignment_now

_TABLE = Project.__table__
_ID = Project.id


def lies_in(slugs: Any) -> ColumnElement[bool]:
    """Whether one of the project's places is, or lies below, one of these places."""
    below = select(Place.id).where(Place.slug == any_(slugs)).cte(recursive=True)
    child = aliased(Place)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return exists().where(
        PlaceShare.assignment_id == place_assignment_now(), PlaceShare.place_id.in_(select(below.c.id))
    )


def lies_in_area(slugs: Any) -> ColumnElement[bool]:
    """Whether one of its places lies in one of these reporting areas, as the map counts it."""
    below = (
        select(ReportingAreaPlace.place_id.label("id"), Place.kind)
        .select_from(ReportingAreaPlace)
        .join(ReportingArea, ReportingArea.id == ReportingAreaPlace.reporting_area_id)
        .join(Place, Place.id == ReportingAreaPlace.place_id)
        .where(ReportingArea.slug == any_(slugs))
        .cte(recursive=True)
    )
    child = aliased(Place)
    below = below.union_all(
        select(child.id, child.kind)
        .join(below, child.parent_id == below.c.id)
        .where(below.c.kind != "country")  # the national bucket holds the country itself, not all below it
    )
    return exists().where(
        PlaceShare.assignment_id == place_assignment_now(), PlaceShare.place_id.in_(select(below.c.id))
    )


def is_of_sector(slugs: Any) -> ColumnElement[bool]:
    """Whether one of its sectors is one of these."""
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    return exists().where(
        SectorShare.assignment_id == assignment, SectorShare.sector_id == Sector.id, Sector.slug == any_(slugs)
    )


def serves(slugs: Any) -> ColumnElement[bool]:
    """Whether it serves one of these objectives, by what was said last."""
    said, later = aliased(ObjectiveTag), aliased(ObjectiveTag)
    moved_on = exists().where(
        later.project_id == said.project_id,
        later.objective == said.objective,
        standing(later),
        tuple_(later.value_on, later.position) > tuple_(said.value_on, said.position),
    )
    return exists().where(
        said.project_id == _ID,
        said.objective == any_(slugs),
        said.significance != Significance.NOT_TARGETED,
        standing(said),
        ~moved_on,
    )


def is_sponsored_by(slugs: Any) -> ColumnElement[bool]:
    """Whether one of these organisations is its sponsor."""
    return exists().where(
        Role.project_id == _ID,
        Role.kind == RoleKind.SPONSOR,
        Role.organisation_id == Organisation.id,
        Organisation.slug == any_(slugs),
    )


def found_by_place() -> Select[Any]:
    """The projects that lie in a place that is found, or below it."""
    hit = places_below()
    return (
        select(_ID, hit.c.first, hit.c.last, hit.c.score)
        .select_from(_TABLE)
        .join(PlaceAssignment, PlaceAssignment.project_id == _ID)
        .join(PlaceShare, PlaceShare.assignment_id == PlaceAssignment.id)
        .join(hit, hit.c.id == PlaceShare.place_id)
        .where(PlaceAssignment.id == place_assignment_now())
    )
