"""Places with dates, and the reporting areas that the bulletin's map shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.projects_api.contents import PlaceContent, ReportingAreaContent
from services.projects_api.directory import Directory
from services.projects_api.doubles import warn_of_places
from services.projects_api.editing import (
    create_record,
)
from services.projects_api.places.schemas import PlaceCreate
from services.projects_api.records import (
    Children,
    Columns,
    Kind,
)
from shared.errors import Fault, InvalidInput
from shared.models import Place, PlaceAlias, PlaceCode, ReportingArea, ReportingAreaPlace
from shared.models.among import among
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

_OWN = {
    "kind", "name", "latitude", "longitude", "coordinate_precision", "valid_from", "valid_to", "is_sensitive",
}  # fmt: skip


def _place(content: PlaceContent, _directory: Directory) -> Columns:
    return content.model_dump(include=_OWN)


def _hierarchy(content: PlaceContent, directory: Directory) -> Columns:
    return {
        "parent_id": directory.optional("place", content.parent),
        "successor_id": directory.optional("place", content.successor),
    }


def _area(content: ReportingAreaContent, _directory: Directory) -> Columns:
    return content.model_dump(include={"name", "position", "is_national", "latitude", "longitude"})


async def _refuse_taken(unit: UnitOfWork, added: Sequence[Any]) -> None:
    """A place is drawn in one reporting area.

    Raises:
        InvalidInput: another area holds one of these; all at once.
    """
    asked = among(ReportingAreaPlace.place_id, [row.place_id for row in added])
    held = (
        select(Place.slug, ReportingArea.slug)
        .join(ReportingAreaPlace, ReportingAreaPlace.place_id == Place.id)
        .join(ReportingArea, ReportingArea.id == ReportingAreaPlace.reporting_area_id)
        .where(asked)
        .order_by(Place.slug)
    )
    faults = [
        Fault(
            "/places",
            sentence(
                "{place} se trouve dans la zone {area} ; retirez-l'en d'abord.",
                "{place} lies in the area {area}; take it out there first.",
                place=place,
                area=area,
            ),
            "in_another_area",
        )
        for place, area in (await unit.session.execute(held)).all()
    ]
    if faults:
        raise InvalidInput(faults[0].detail, faults=faults)


PLACE = Kind(
    "place",
    Place,
    ("slug",),
    _place,
    _hierarchy,
    children=(
        Children(
            "aliases",
            PlaceAlias,
            "place_id",
            ("alias",),
            lambda content, _: [{"alias": alias} for alias in content.aliases],
        ),
        Children(
            "codes",
            PlaceCode,
            "place_id",
            ("scheme", "code"),
            lambda content, _: [code.model_dump() for code in content.codes],
            may_be_removed=False,
        ),
    ),
    warn_of_doubles=warn_of_places,
)
AREA = Kind(
    "reporting_area",
    ReportingArea,
    ("slug",),
    _area,
    children=(
        Children(
            "places",
            ReportingAreaPlace,
            "reporting_area_id",
            ("place_id",),
            lambda content, directory: [
                {"place_id": directory.id_of("place", place)} for place in content.places
            ],
            refuse_taken=_refuse_taken,
        ),
    ),
)


async def create_place(unit: UnitOfWork, command: PlaceCreate) -> Place:
    """Record a place.

    Raises:
        ReferenceTaken, UnknownKeys: see there.
    """
    row: Place = (await create_record(unit, PLACE, command.slug, command)).row
    return row
