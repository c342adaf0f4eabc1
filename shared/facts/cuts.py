"""How projects and groups divide by reporting area and by sector, as far as that is known; nothing is invented."""

from functools import cache

from sqlalchemy import CTE, Numeric, Text, case, cast, false, func, literal, literal_column, select, true, union_all
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
PERCENT = literal_column("0.01", Numeric)
"""What a share in percent is multiplied by: a product of decimals is exact, a quotient by 100 would be rounded."""


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


OUTSIDE = "-"
"""The slug of what lies in no reporting area."""


@cache
def _area_place() -> CTE:
    """project_id, slug, share: one row per place of a project; share is NULL where none is stated."""
    assignment, area = in_force(PlaceAssignment, "project_id"), place_area()
    slug = func.coalesce(area.c.slug, OUTSIDE).label("slug")
    return (
        select(assignment.c.project_id, slug, PlaceShare.percentage.label("share"))
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .outerjoin(area, area.c.place_id == PlaceShare.place_id)
        .cte("area_place")
    )


@cache
def area_part() -> CTE:
    """project_id, slug, share, weight, is_several: each reporting area of a project once.

    `share` is in percent, NULL where several areas are covered and no split is stated. The `weight` of a project is 1
    altogether, however many areas it covers, and 0 when it lies in none. Most projects lie in one area; the others
    are looked at again.
    """
    place = _area_place()
    first, last = func.min(place.c.slug).label("first"), func.max(place.c.slug).label("last")
    span = materialised(select(place.c.project_id, first, last).group_by(place.c.project_id).cte("area_span"))
    in_one = select(
        span.c.project_id,
        span.c.first.label("slug"),
        literal(WHOLE, Numeric).label("share"),
        case((span.c.first == OUTSIDE, 0), else_=1).label("weight"),
        false().label("is_several"),
    ).where(span.c.first == span.c.last)
    several = span.alias("several")
    share = case((func.bool_and(place.c.share.is_not(None)), func.sum(place.c.share)))
    in_several = (
        select(
            place.c.project_id,
            place.c.slug,
            cast(share, Numeric),
            case((place.c.slug == several.c.last, 1), else_=0),
            true(),
        )
        .join(several, several.c.project_id == place.c.project_id)
        .where(several.c.first != several.c.last)
        .group_by(place.c.project_id, place.c.slug, several.c.last)
    )
    return materialised(union_all(in_one, in_several).cte("area_part"))


@cache
def sector_part() -> CTE:
    """project_id, slug, share, weight, is_several: each sector of a project, whose shares add up to 100."""
    assignment = in_force(SectorAssignment, "project_id")
    share = cast(SectorShare.percentage, Numeric)
    return materialised(
        select(
            assignment.c.project_id,
            Sector.slug,
            share.label("share"),
            (share * PERCENT).label("weight"),
            (share < WHOLE).label("is_several"),
        )
        .join(SectorShare, SectorShare.assignment_id == assignment.c.id)
        .join(Sector, Sector.id == SectorShare.sector_id)
        .cte("sector_part")
    )


@cache
def areas_in_force() -> CTE:
    """project_id, slug, share: each reporting area once; `share` in percent, NULL where the split is not known."""
    part = area_part()
    return select(part.c.project_id, part.c.slug, part.c.share).where(part.c.slug != OUTSIDE).cte("areas_in_force")


@cache
def places_in_force() -> CTE:
    """project_id, slug, share: the project's places as they are stated, not those above them."""
    assignment = in_force(PlaceAssignment, "project_id")
    return (
        select(assignment.c.project_id, Place.slug, PlaceShare.percentage.label("share"))
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .join(Place, Place.id == PlaceShare.place_id)
        .cte("places_in_force")
    )


@cache
def sectors_in_force() -> CTE:
    """project_id, slug, share: the project's sectors with their percentages."""
    part = sector_part()
    return select(part.c.project_id, part.c.slug, part.c.share).cte("sectors_in_force")


def with_groups(part: CTE, name: str) -> CTE:
    """subject_id, slug, share, weight, is_several: the parts of projects and, where they are known, of groups.

    A group divides only where all its members divide alike and wholly known: any other split of its amount was
    stated by nobody, and it has no part.
    """
    member = group_member()
    line = part.c.slug + ":" + cast(part.c.share, Text)
    profile = (
        select(
            member.c.announcement_id,
            member.c.project_id,
            func.string_agg(line, aggregate_order_by(literal(",", Text), part.c.slug)).label("profile"),
            func.coalesce(func.bool_and(part.c.share.is_not(None)), false()).label("is_known"),
        )
        .outerjoin(part, part.c.project_id == member.c.project_id)
        .group_by(member.c.announcement_id, member.c.project_id)
        .subquery(f"{name}_profile")
    )
    alike = (
        select(profile.c.announcement_id, func.array_agg(profile.c.project_id)[1].label("project_id"))
        .group_by(profile.c.announcement_id)
        .having(func.bool_and(profile.c.is_known), func.min(profile.c.profile) == func.max(profile.c.profile))
        .subquery(f"{name}_alike")
    )
    columns = (part.c.slug, part.c.share, part.c.weight, part.c.is_several)
    grouped = select(alike.c.announcement_id, *columns).join(part, part.c.project_id == alike.c.project_id)
    return union_all(select(part.c.project_id.label("subject_id"), *columns), grouped).cte(name)


@cache
def subject_area() -> CTE:
    """The parts by reporting area of projects and groups, see `with_groups`."""
    return with_groups(area_part(), "subject_area")


@cache
def subject_sector() -> CTE:
    """The parts by sector of projects and groups, see `with_groups`."""
    return with_groups(sector_part(), "subject_sector")
