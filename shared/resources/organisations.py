"""Organisations, offices and persons as clients list, count and open them, under the names of a date."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from shared.errors import Texts
from shared.models import Office, Organisation, OrganisationAlias, OrganisationName, Person, Place
from shared.models.base import Protection
from shared.models.organisation import OrganisationKind
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.search import Search, organisations
from shared.reading.shown import From, Listed, Rows, Shown
from shared.resources.parts import name_of


class OrganisationItem(Listed):
    """An organisation in a list, under its name on the date asked for."""

    id: UUID
    slug: str
    kind: OrganisationKind
    name: Annotated[Texts | None, From(name_of(Organisation))]
    acronym: Texts | None
    parent: str | None
    protection: Protection


class NameRead(Shown):
    """A name from a date on."""

    name: Texts
    valid_from: date


class OrganisationDetail(OrganisationItem):
    """An organisation with all its names."""

    predecessor: str | None
    names: Annotated[list[NameRead], Rows(OrganisationName.organisation_id, (OrganisationName.valid_from,))]
    aliases: Annotated[
        list[str], Rows(OrganisationAlias.organisation_id, (OrganisationAlias.alias,), of=OrganisationAlias.alias)
    ]
    recorded_at: datetime


ORGANISATIONS = Resource(
    "organisations",
    Organisation,
    OrganisationItem,
    OrganisationDetail,
    filters=(
        among("kind", Organisation.kind, "Kinds: state, mission_section, ngo.", OrganisationKind),
        among("slug", Organisation.slug, "Slugs.", noun="organisation"),
    ),
    search=Search("organisations", Organisation.slug, organisations()),
    order=("slug",),
    dimensions=("kind",),
    actions={"edit": None, "delete": None, "merge": None},
    listed=Organisation.merged_into_id.is_(None),
)
"""What `/v1/organisations` lists, counts and opens."""


class OfficeItem(Listed):
    """A title at an organisation or a place."""

    id: UUID
    slug: str
    title: Texts
    organisation: Annotated[str | None, From(Organisation.slug)]
    place: Annotated[str | None, From(Place.slug)]


OFFICES = Resource(
    "offices",
    Office,
    OfficeItem,
    OfficeItem,
    rows=Office.__table__.outerjoin(Organisation.__table__, Organisation.id == Office.organisation_id).outerjoin(
        Place.__table__, Place.id == Office.place_id
    ),
    filters=(
        among("slug", Office.slug, "Slugs."),
        among("organisation", Organisation.slug, "Slugs of organisations.", noun="organisation"),
        among("place", Place.slug, "Slugs of places.", noun="place"),
    ),
    order=("slug",),
)
"""What `/v1/offices` lists, counts and opens."""


class PersonItem(Listed):
    """A named person with the office held."""

    id: UUID
    slug: str
    name: str
    office: Annotated[str | None, From(Office.slug)]


PERSONS = Resource(
    "persons",
    Person,
    PersonItem,
    PersonItem,
    rows=Person.__table__.outerjoin(Office.__table__, Office.id == Person.office_id),
    filters=(among("slug", Person.slug, "Slugs."), among("office", Office.slug, "Slugs of offices.")),
    order=("slug",),
)
"""What `/v1/persons` lists, counts and opens."""
