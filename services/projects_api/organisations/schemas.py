"""Input and answers of the routes of organisations and offices."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict

from services.projects_api.answers import Read, Texts
from services.projects_api.contents import OfficeContent, OrganisationContent, PersonContent
from services.projects_api.fields import Slug


class OrganisationCreate(OrganisationContent):
    """A new organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "turkiye",
                    "kind": "state",
                    "names": [
                        {"name": {"fr": "Turquie", "en": "Turkey"}, "valid_from": "2013-07-01"},
                        {"name": {"fr": "Türkiye", "en": "Türkiye"}, "valid_from": "2022-06-03"},
                    ],
                }
            ]
        }
    )

    slug: Slug


class OfficeCreate(OfficeContent):
    """A new office."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"slug": "head-gao", "title": {"fr": "Chef du bureau de Gao", "en": "Head of the Gao office"}}
            ]
        }
    )

    slug: Slug


class OrganisationItem(Read):
    """An organisation in a list, under its name on the date asked for."""

    id: UUID
    slug: str
    kind: str
    name: Texts | None
    acronym: Texts | None
    parent: str | None
    protection: str
    etag: str
    can: list[str]


class NameRead(Read):
    """A name from a date on."""

    name: Texts
    valid_from: date


class OrganisationDetail(OrganisationItem):
    """An organisation with all its names."""

    predecessor: str | None
    names: list[NameRead]
    aliases: list[str]
    recorded_at: datetime


class OfficeItem(Read):
    """A title at an organisation or a place."""

    id: UUID
    slug: str
    title: Texts
    organisation: str | None
    place: str | None
    etag: str
    can: list[str]


class PersonCreate(PersonContent):
    """A new person."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"slug": "a-maiga", "name": "A. Maïga", "office": "head-gao"}]}
    )

    slug: Slug


class PersonItem(Read):
    """A named person with the office held."""

    id: UUID
    slug: str
    name: str
    office: str | None
    etag: str
    can: list[str]
