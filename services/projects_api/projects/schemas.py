"""Input and answers of the projects' routes."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from services.projects_api.contents import ProjectContent
from services.projects_api.facts import PlacePart, PlacesStated
from shared.fields import (
    DateText,
    LineText,
    LineTextsField,
    PlaceSlug,
    ReferenceText,
    TextsField,
)
from shared.models.base import Precision, Protection
from shared.portfolio import Part
from shared.recording.facts import refuse_repeats
from shared.sentences import refusal

_SLUGS = TypeAdapter(tuple[PlaceSlug, ...])


def _places(value: Any) -> Any:
    """A list is one of slugs; anything else is a statement: each gets its own faults at their places."""
    if not isinstance(value, list):
        return PlacesStated.model_validate(value)
    slugs = _SLUGS.validate_python(value)
    refuse_repeats(slugs, "Un lieu", "A place")
    return slugs


class ProjectCreate(ProjectContent):
    """A new project as its author knows it: the members of the portfolio file's `project`, all but its states."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mechanism": "QIP",
                    "region": "MNK",
                    "title": {
                        "fr": "Réhabilitation de l'école d'Inagam",
                        "en": "Rehabilitation of the school of Inagam",
                    },
                    "identified_on": "2022-02-01",
                    "amounts": [
                        {"kind": "requested", "amount": "24752766", "currency": "XOF", "on": "2022-02-01"}
                    ],
                    "sectors": {
                        "on": "2022-02-01",
                        "shares": [{"sector": "qip-training", "percentage": "100"}],
                    },
                    "places": ["inagam"],
                    "beneficiaries": [
                        {"kind": "planned", "unit": "pupils", "total": 813, "female": 463, "on": "2022-02-01"}
                    ],
                    "roles": [
                        {"kind": "sponsor", "organisation": "force", "is_lead": True},
                        {"kind": "implementer", "organisation": "mali-espoir"},
                    ],
                }
            ]
        }
    )

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given; never re-used.")
    region: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["MNK"])] | None = Field(
        None, description="Three letters for an assigned reference; NAT by default."
    )
    identified_on: DateText | None = Field(None, description="Today by default.")
    precision: Precision = Field(Precision.DAY, description="How exactly `identified_on` is known.")
    source: LineText | None = None
    places: Annotated[PlacesStated | tuple[PlaceSlug, ...], BeforeValidator(_places)] = Field(
        (),
        description="Where it lies: a statement as in the portfolio file, or the slugs alone, from the day on which "
        "it was identified and with no split of its amount.",
    )

    def places_stated(self, on: date) -> PlacesStated | None:
        """The statement of its places, that of slugs alone made for the day on which the project was identified."""
        if isinstance(self.places, PlacesStated):
            return self.places
        if not self.places:
            return None
        shares = tuple(PlacePart(place=place) for place in self.places)
        return PlacesStated(on=on, precision=self.precision, source=self.source, shares=shares)


class ProjectEdit(Part):
    """What changes; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"protection": "public"}]})

    title: LineTextsField = Field(default_factory=dict)
    summary: TextsField | None = None
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise refusal("nothing_to_change", "Rien n'est à changer.", "There is nothing to change.")
        return self

    @property
    def columns(self) -> dict[str, object]:
        """The columns that the request names."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ProjectWritten(BaseModel):
    """A project as it stands after a write."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    mechanism: str = Field(validation_alias="mechanism_code")
    title: dict[str, str]
    summary: dict[str, str] | None
    protection: str
    is_synthetic: bool
    author: str
    version: int
