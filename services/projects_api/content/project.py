"""A project as a person enters it, with all that is known of it."""

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from services.projects_api.content.nouns import ProjectContent
from services.projects_api.content.parts import PlacePart, PlacesStated
from shared.fields import DateText, LineText
from shared.keys import PlaceSlug, ReferenceText
from shared.models.base import Precision
from shared.recording.facts import refuse_repeats

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
                    "amounts": [{"kind": "requested", "amount": "24752766", "currency": "XOF", "on": "2022-02-01"}],
                    "sectors": {"on": "2022-02-01", "shares": [{"sector": "qip-training", "percentage": "100"}]},
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
