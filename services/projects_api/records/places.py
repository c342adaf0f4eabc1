"""Places with dates, and the reporting areas that the bulletin's map shows."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from sqlalchemy import select

from services.projects_api.entry.doubles import warn_of_places
from services.projects_api.merging.routes import add_merge_route
from services.projects_api.merging.service import PLACES as DOUBLES
from shared.errors import Fault, InvalidInput
from shared.fields import DateText, LineText, LineTextsField
from shared.keys import Degrees, Flag, PlaceSlug, Position
from shared.models import Place, PlaceAlias, PlaceCode, ReportingArea, ReportingAreaPlace
from shared.models.among import among
from shared.models.place import PlaceKind
from shared.portfolio import Part
from shared.recording.children import Children
from shared.recording.facts import refuse_repeats
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.places import PLACES, REPORTING_AREAS
from shared.sentences import refusal, sentence
from shared.unit_of_work import UnitOfWork


class PlaceCodePart(Part):
    """A code of a place in one system (`ocha_pcode`, `iso_3166_2`)."""

    scheme: Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)]
    code: LineText
    valid_from: DateText | None = None


class Coordinates(Part):
    """Where on the map, if known."""

    latitude: Degrees | None = Field(None, ge=-90, le=90)
    longitude: Degrees | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise refusal(
                "half_a_point", "Donnez latitude et longitude, ou aucune.", "Give latitude and longitude, or neither."
            )
        return self


class PlaceContent(Coordinates):
    """A place of the 2022 hierarchy or of today's."""

    kind: PlaceKind
    name: LineTextsField
    parent: PlaceSlug | None = None
    successor: PlaceSlug | None = None
    coordinate_precision: Literal["exact", "approximate"] | None = None
    valid_from: DateText | None = None
    valid_to: DateText | None = None
    is_sensitive: Flag = False
    aliases: tuple[LineText, ...] = ()
    codes: tuple[PlaceCodePart, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.latitude is None) != (self.coordinate_precision is None):
            raise refusal(
                "coordinate_precision",
                "Des coordonnées ont une précision (exact ou approximate).",
                "Coordinates carry their precision (exact or approximate).",
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise refusal("dates_reversed", "La fin précède le début.", "The end precedes the start.")
        refuse_repeats(self.aliases, "Un autre nom", "An alias")
        refuse_repeats(((code.scheme, code.code) for code in self.codes), "Un code", "A code")
        return self


class ReportingAreaContent(Coordinates):
    """An area of the bulletin's map, with the regions that lie in it."""

    name: LineTextsField
    position: Position = 0
    is_national: Flag = False
    places: tuple[PlaceSlug, ...] = ()


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


PLACE = Record(
    Place,
    PlaceContent,
    children=(
        Children("aliases", PlaceAlias, PlaceContent, ("alias",)),
        Children("codes", PlaceCode, PlaceContent, ("scheme", "code"), may_be_removed=False),
    ),
    warn_of_doubles=warn_of_places,
    example={
        "slug": "inagam",
        "kind": "locality",
        "name": {"fr": "Inagam"},
        "codes": [{"scheme": "ocha_pcode", "code": "ML0701"}],
    },
)
REPORTING_AREA = Record(
    ReportingArea,
    ReportingAreaContent,
    children=(Children("places", ReportingAreaPlace, ReportingAreaContent, ("place_id",), refuse_taken=_refuse_taken),),
    example={"slug": "gao-menaka", "name": {"fr": "Gao / Ménaka"}, "places": ["gao", "menaka"]},
)

places = record_routes(
    PLACE, PLACES, create="Under our own slug; codes of other systems stand beside it, with their validity."
)
add_merge_route(places, "places", DOUBLES)
reporting_areas = record_routes(REPORTING_AREA, REPORTING_AREAS, "places")
