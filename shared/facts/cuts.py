"""How projects and groups divide by reporting area and by sector, as far as that is known; nothing is invented."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal,
    select,
)
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
def _area_stated() -> CTE:
    """project_id, slug, share: each reporting area once; slug is NULL for places in none, share where none is stated."""
    assignment, area = in_force(PlaceAssignment, "project_id"), place_area()
    share = case((func.bool_and(PlaceShare.percentage.is_not(None)), func.sum(PlaceShare.percentage)))
    return (
        select(assignment.c.project_id, area.c.slug, share.label("share"))
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .outerjoin(area, area.c.place_id == PlaceShare.place_id)
        .group_by(assignment.c.project_id, area.c.slug)
        .cte("area_stated")
    )


@cache
def areas_in_force() -> CTE:
    """project_id, slug, share: each reporting area once; `share` in percent, NULL where the split is not known."""
    stated = _area_stated()
    areas = func.count().over(partition_by=stated.c.project_id)
    counted = select(stated, areas.label("areas")).subquery("area_counted")
    whole_in_one = case((and_(counted.c.areas == 1, counted.c.share.is_(None)), WHOLE), else_=counted.c.share)
    return (
        select(counted.c.project_id, counted.c.slug, cast(whole_in_one, Numeric).label("share"))
        .where(counted.c.slug.is_not(None))
        .cte("areas_in_force")
    )


@cache
def sectors_in_force() -> CTE:
    """project_id, slug, share: the project's sectors with their percentages."""
    assignment = in_force(SectorAssignment, "project_id")
    return (
        select(assignment.c.project_id, Sector.slug, cast(SectorShare.percentage, Numeric).label("share"))
        .join(SectorShare, SectorShare.assignment_id == assignment.c.id)
        .join(Sector, Sector.id == SectorShare.sector_id)
        .cte("sectors_in_force")
    )


OUTSIDE = "-"
"""In a profile: the part that lies in no reporting area."""

UNKNOWN = "?"
"""In a profile: a share that nobody stated."""


def _profile(parts: CTE, name: str) -> CTE:
    slug, share = func.coalesce(parts.c.slug, OUTSIDE), cast(func.trim_scale(parts.c.share), Text)
    is_whole = and_(func.count() == 1, func.bool_and(parts.c.share.is_(None)))
    line = slug + ":" + func.coalesce(share, UNKNOWN)
    listed = func.string_agg(line, aggregate_order_by(literal(",", Text), slug))
    return (
        select(
            parts.c.project_id,
            case((is_whole, func.min(slug) + f":{WHOLE}"), else_=listed).label("profile"),
        )
        .group_by(parts.c.project_id)
        .cte(name)
    )


@cache
def area_profile() -> CTE:
    """project_id, profile: how the project divides by area as one text, `gao-menaka:60,kidal:40` or `kidal:?,mopti:?`."""
    return _profile(_area_stated(), "area_profile")


@cache
def sector_profile() -> CTE:
    """project_id, profile: how the project divides by sector, in the same form."""
    return _profile(sectors_in_force(), "sector_profile")


@cache
def group_profile() -> CTE:
    """announcement_id, area, sector: a group's profiles, only where all members divide alike and wholly known.

    Otherwise the cut divides the group in a way that nobody stated, and its profile is NULL.
    """
    member, area, sector = group_member(), area_profile(), sector_profile()

    def shared(profile: ColumnElement[str]) -> ColumnElement[str]:
        is_known = func.coalesce(profile.not_like(f"%{UNKNOWN}%"), false())
        return case(
            (and_(func.bool_and(is_known), func.min(profile) == func.max(profile)), func.min(profile))
        )

    return materialised(
        select(
            member.c.announcement_id,
            shared(area.c.profile).label("area"),
            shared(sector.c.profile).label("sector"),
        )
        .outerjoin(area, area.c.project_id == member.c.project_id)
        .outerjoin(sector, sector.c.project_id == member.c.project_id)
        .group_by(member.c.announcement_id)
        .cte("group_profile")
    )


def profile_part(
    profiles: ColumnElement[str],
) -> tuple[ColumnElement[str], ColumnElement[Any], TableValuedAlias]:
    """Slug and share (percent, NULL where unknown) of each part of a profile, and the function that gives them."""
    parts = func.string_to_table(profiles, ",").table_valued(column("part", Text)).render_derived(name="part")
    slug = func.split_part(parts.c.part, ":", 1)
    share = cast(func.nullif(func.split_part(parts.c.part, ":", 2), UNKNOWN), Numeric)
    return slug, share, parts
