"""Of which projects figures are made: all, or those in certain places, sectors, of certain sponsors, for certain objectives or people.

One statement looks at one population. A project counts where a part of it lies in what is asked for; its amount counts
by the known shares of these parts, and where no share is known, or only some projects of a group are in it, the money
is left out and told (`beside.left_out`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Numeric,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from shared.facts import in_force, project_class, sector_part, stands
from shared.facts.cuts import PERCENT, WHOLE
from shared.facts.in_force import materialised
from shared.models import BeneficiaryCount, Organisation, Place, PlaceAssignment, PlaceShare, Role
from shared.models.objective import ObjectiveTag, Significance
from shared.models.organisation import RoleKind

PLACES, SECTORS, SPONSORS, OBJECTIVES, PEOPLE = (
    bindparam(name, type_=ARRAY(Text)) for name in ("places", "sectors", "sponsors", "objectives", "people")
)
"""`:places` and the others: what is asked for; NULL for all."""


IS_EVERYTHING = and_(PLACES.is_(None), SECTORS.is_(None), SPONSORS.is_(None), OBJECTIVES.is_(None), PEOPLE.is_(None))
"""Whether all projects are looked at. Only then are rows told that the audience does not see: a reader who chooses the
population could else part them until one is left."""


@dataclass(frozen=True)
class Population:
    """What is asked of projects: slugs of places (with all below them), sectors, sponsors and objectives, and units of people."""

    places: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def bound(self) -> dict[str, list[str] | None]:
        """The values of the statement's parameters."""
        return {
            "places": list(self.places) or None,
            "sectors": list(self.sectors) or None,
            "sponsors": list(self.sponsors) or None,
            "objectives": list(self.objectives) or None,
            "people": list(self.people) or None,
        }


EVERYTHING = Population()
"""All projects."""


@cache
def counted_project() -> CTE:
    """The columns of `project_class`, of the population, with `share`: how much of its amount, NULL where not known."""
    project = project_class()
    place, sector = _place_part(), _sector_part()
    asked = and_(
        or_(PLACES.is_(None), place.c.project_id.is_not(None)),
        or_(SECTORS.is_(None), sector.c.project_id.is_not(None)),
        or_(SPONSORS.is_(None), _sponsored(project.c.project_id)),
        or_(OBJECTIVES.is_(None), _serving(project.c.project_id)),
        or_(PEOPLE.is_(None), _for_people(project.c.project_id)),
    )
    in_places = case((PLACES.is_(None), literal(1, Numeric)), else_=place.c.share * PERCENT)
    in_sectors = case((SECTORS.is_(None), literal(1, Numeric)), else_=sector.c.share * PERCENT)
    return materialised(
        select(project, (in_places * in_sectors).label("share"))
        .outerjoin(place, place.c.project_id == project.c.project_id)
        .outerjoin(sector, sector.c.project_id == project.c.project_id)
        .where(asked)
        .cte("counted_project")
    )


def _place_part() -> Any:
    """project_id, share: of each project with a part in the places asked for, how much of it lies there."""
    tree = select(Place.id).where(Place.slug == any_(PLACES)).cte("asked_place", recursive=True)
    child = aliased(Place)
    tree = tree.union(select(child.id).join(tree, child.parent_id == tree.c.id))
    assignment = in_force(PlaceAssignment, "project_id")
    inside = PlaceShare.place_id.in_(select(tree.c.id))
    known = func.sum(PlaceShare.percentage).filter(inside)
    share = case(
        (func.bool_and(inside), literal(WHOLE, Numeric)),
        (func.bool_and(PlaceShare.percentage.is_not(None)), cast(known, Numeric)),
    )
    return (
        select(assignment.c.project_id, share.label("share"))
        .join(PlaceShare, PlaceShare.assignment_id == assignment.c.id)
        .where(PLACES.is_not(None))
        .group_by(assignment.c.project_id)
        .having(func.bool_or(inside))
        .subquery("place_part")
    )


def _sector_part() -> Any:
    """project_id, share: of each project with a part in the sectors asked for, how much of it that is."""
    part = sector_part()
    return (
        select(part.c.project_id, func.sum(part.c.share).label("share"))
        .where(SECTORS.is_not(None), part.c.slug == any_(SECTORS))
        .group_by(part.c.project_id)
        .subquery("sector_asked")
    )


def _sponsored(project: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(
        Role.project_id == project,
        Role.kind == RoleKind.SPONSOR,
        Role.organisation_id == Organisation.id,
        Organisation.slug == any_(SPONSORS),
    )


def _serving(project: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether one of the objectives is said of it in the end, and not that it is no longer targeted."""
    served = in_force(ObjectiveTag, "project_id", "objective")
    return exists().where(
        served.c.project_id == project,
        served.c.objective == any_(OBJECTIVES),
        served.c.significance != Significance.NOT_TARGETED,
    )


def _for_people(project: ColumnElement[Any]) -> ColumnElement[bool]:
    count = BeneficiaryCount
    return exists().where(count.project_id == project, count.unit == any_(PEOPLE), *stands(count))
