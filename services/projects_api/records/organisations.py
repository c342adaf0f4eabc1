"""Organisations with their names through time, offices, and persons, who can be erased."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.projects_api.entry.doubles import warn_of_organisations
from services.projects_api.merging.routes import add_merge_route
from services.projects_api.merging.service import ORGANISATIONS as DOUBLES
from shared.fields import DateText, LineText, LineTextsField
from shared.keys import OfficeSlug, OrganisationSlug, PlaceSlug
from shared.models import Office, Organisation, OrganisationAlias, OrganisationName, Person
from shared.models.base import Protection
from shared.models.organisation import OrganisationKind
from shared.portfolio import Part
from shared.recording.children import Children
from shared.recording.facts import refuse_repeats
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.organisations import OFFICES, ORGANISATIONS, PERSONS


class NamePart(Part):
    """A name from a date on."""

    name: LineTextsField
    valid_from: DateText


class OrganisationContent(Part):
    """An organisation or a section, with its names through time."""

    kind: OrganisationKind
    acronym: LineTextsField | None = None
    parent: OrganisationSlug | None = None
    predecessor: OrganisationSlug | None = None
    names: Annotated[tuple[NamePart, ...], Field(min_length=1)]
    aliases: tuple[LineText, ...] = ()
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        refuse_repeats((name.valid_from for name in self.names), "La date d'un nom", "A name's date")
        refuse_repeats(self.aliases, "Un autre nom", "An alias")
        return self


class OfficeContent(Part):
    """A title at an organisation or a place."""

    title: LineTextsField
    organisation: OrganisationSlug | None = None
    place: PlaceSlug | None = None


class PersonContent(Part):
    """A named person, erasable."""

    name: LineText
    office: OfficeSlug | None = None


ORGANISATION = Record(
    Organisation,
    OrganisationContent,
    children=(
        Children("names", OrganisationName, OrganisationContent, ("valid_from",), may_be_removed=False),
        Children("aliases", OrganisationAlias, OrganisationContent, ("alias",)),
    ),
    warn_of_doubles=warn_of_organisations,
    example={
        "slug": "turkiye",
        "kind": "state",
        "names": [
            {"name": {"fr": "Turquie", "en": "Turkey"}, "valid_from": "2013-07-01"},
            {"name": {"fr": "Türkiye", "en": "Türkiye"}, "valid_from": "2022-06-03"},
        ],
    },
)
OFFICE = Record(
    Office,
    OfficeContent,
    example={"slug": "head-gao", "title": {"fr": "Chef du bureau de Gao", "en": "Head of the Gao office"}},
)
PERSON = Record(
    Person,
    PersonContent,
    personal=frozenset({"name"}),
    example={"slug": "a-maiga", "name": "A. Maïga", "office": "head-gao"},
)

organisations = record_routes(
    ORGANISATION,
    ORGANISATIONS,
    create="With its names through time, so that an edition prints that of its day.",
    replace="The whole content; a name once recorded stays with its date.",
)
add_merge_route(organisations, "organisations", DOUBLES)
offices = record_routes(OFFICE, OFFICES, "organisations")
persons = record_routes(PERSON, PERSONS, "organisations")
