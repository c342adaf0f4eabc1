"""Input and answers of the routes of organisations and offices."""

from pydantic import ConfigDict

from services.projects_api.contents import OfficeContent, OrganisationContent, PersonContent
from shared.fields import Slug


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


class PersonCreate(PersonContent):
    """A new person."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"slug": "a-maiga", "name": "A. Maïga", "office": "head-gao"}]}
    )

    slug: Slug
