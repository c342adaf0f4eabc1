"""How projects and groups divide by reporting area and by sector, as far as that is known; nothing is invented."""

from functools import cache

from sqlalchemy import CTE, Numeric, Text, and_, case, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.facts.amounts import group_member
from shared.facts.in_force import in_force, materialised
from shared.models import (
    Place,
    PlaceAssignment,
    PlaceShare,
    ReportingArea,
    ReportingAreaPlace,
    Sector,
    SectorAssignment,
    SectorShare,
)
from shared.models.place import PlaceKind

WHOLE = 100
"""Percent."""


@cache
def place_area() -> CTE:
    """place_id, area_id, slug: the reporting area in which a place lies.

    A place belongs to the area of the nearest place above it; only the country itself is `national`.
    """
    climb = select(Place.id.label("place_id"), Place.id.label("at_id"), Place.kind, Place.parent_id).cte(
        "place_climb", recursive=True
    )
    above, listed = aliased(Place), aliased(ReportingAreaPlace)
    climb = climb.union_all(
        select(climb.c.place_id, above.id, above.kind, above.parent_id)
        .join(above, above.id == climb.c.parent_id)
        .outerjoin(listed, listed.place_id == climb.c.at_id)
        .where(listed.place_id.is_(None), above.kind != PlaceKind.COUNTRY)
    )
    return materialised(
        select(climb.c.place_id, ReportingArea.id.label("area_id"), ReportingArea.slug)
        .join(ReportingAreaPlace, ReportingAreaPlace.place_id == climb.c.at_id)
        .join(ReportingArea, ReportingArea.id == ReportingAreaPlace.reporting_area_id)
        .cte("place_area")
    )


@cache
def areas_in_force() -> CTE:
    """project_id, slug, share: each reporting area once; `share` in percent, NULL where the split is not known."""
    assignment, area = in_force(PlaceAssignment, "project_id"), place_area()
    stated = (
        select(
            assignment.c.project_id,
            area.c.slug,
            case((func.bool_and(PlaceShare.percentage.is_not(None)), func.sum(PlaceShare.percentage))).label(
                "share"
            ),
            func.count().over(partition_by=assignment.c.project_id).label("areas"),
        )
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .outerjoin(area, area.c.place_id == PlaceShare.place_id)
        .group_by(assignment.c.project_id, area.c.slug)
        .subquery("area_stated")
    )
    whole_in_one = case((and_(stated.c.areas == 1, stated.c.share.is_(None)), WHOLE), else_=stated.c.share)
    return materialised(
        select(stated.c.project_id, stated.c.slug, cast(whole_in_one, Numeric).label("share"))
        .where(stated.c.slug.is_not(None))
        .cte("areas_in_force")
    )


@cache
def sectors_in_force() -> CTE:
    """project_id, slug, share: the project's sectors with their percentages."""
    assignment = in_force(SectorAssignment, "project_id")
    return materialised(
        select(assignment.c.project_id, Sector.slug, cast(SectorShare.percentage, Numeric).label("share"))
        .join(SectorShare, SectorShare.assignment_id == assignment.c.id)
        .join(Sector, Sector.id == SectorShare.sector_id)
        .cte("sectors_in_force")
    )


def _with_groups(projects: CTE, name: str) -> CTE:
    """subject_id, slug, share, also for groups: only where all members are divided alike and wholly known.

    Otherwise the cut divides the group in a way that nobody stated, and the group has no row.
    """
    member = group_member()
    profile = (
        select(
            projects.c.project_id,
            func.string_agg(
                projects.c.slug + ":" + cast(projects.c.share, Text),
                aggregate_order_by(literal(",", Text), projects.c.slug),
            ).label("profile"),
            func.bool_and(projects.c.share.is_not(None)).label("is_known"),
        )
        .group_by(projects.c.project_id)
        .subquery(f"{name}_profile")
    )
    alike = (
        select(member.c.announcement_id, func.array_agg(member.c.project_id)[1].label("project_id"))
        .outerjoin(profile, profile.c.project_id == member.c.project_id)
        .group_by(member.c.announcement_id)
        .having(
            func.coalesce(func.bool_and(func.coalesce(profile.c.is_known, False)), False),
            func.count(profile.c.profile.distinct()) == 1,
        )
        .subquery(f"{name}_alike")
    )
    grouped = select(alike.c.announcement_id, projects.c.slug, projects.c.share).join(
        projects, projects.c.project_id == alike.c.project_id
    )
    alone = select(projects.c.project_id.label("subject_id"), projects.c.slug, projects.c.share)
    return materialised(union_all(alone, grouped).cte(name))


@cache
def subject_area() -> CTE:
    """subject_id (project or announcement), slug, share (percent or NULL) by reporting area."""
    return _with_groups(areas_in_force(), "subject_area")


@cache
def subject_sector() -> CTE:
    """subject_id (project or announcement), slug, share (percent) by sector."""
    return _with_groups(sectors_in_force(), "subject_sector")
