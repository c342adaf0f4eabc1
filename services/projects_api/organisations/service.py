"""Organisations with their names through time, offices, and persons, who can be erased."""

from uuid import UUID

from services.projects_api.contents import OfficeContent, OrganisationContent, PersonContent
from services.projects_api.directory import Directory
from services.projects_api.doubles import warn_of_organisations
from services.projects_api.editing import (
    create_record,
    edit_record,
    record_for_change,
)
from services.projects_api.organisations.schemas import OrganisationCreate
from services.projects_api.records import (
    Children,
    Columns,
    Kind,
    record,
)
from shared.models import Office, Organisation, OrganisationAlias, OrganisationName, Person
from shared.unit_of_work import UnitOfWork


def _organisation(content: OrganisationContent, _directory: Directory) -> Columns:
    return content.model_dump(include={"kind", "acronym", "protection"})


def _kinship(content: OrganisationContent, directory: Directory) -> Columns:
    return {
        "parent_id": directory.optional("organisation", content.parent),
        "predecessor_id": directory.optional("organisation", content.predecessor),
    }


def _office(content: OfficeContent, directory: Directory) -> Columns:
    return {
        "title": content.title,
        "organisation_id": directory.optional("organisation", content.organisation),
        "place_id": directory.optional("place", content.place),
    }


def _person(content: PersonContent, directory: Directory) -> Columns:
    return {"name": content.name, "office_id": directory.optional("office", content.office)}


ORGANISATION = Kind(
    "organisation",
    Organisation,
    ("slug",),
    _organisation,
    _kinship,
    children=(
        Children(
            "names",
            OrganisationName,
            "organisation_id",
            ("valid_from",),
            lambda content, _: [name.model_dump() for name in content.names],
            may_be_removed=False,
        ),
        Children(
            "aliases",
            OrganisationAlias,
            "organisation_id",
            ("alias",),
            lambda content, _: [{"alias": alias} for alias in content.aliases],
        ),
    ),
    warn_of_doubles=warn_of_organisations,
)
OFFICE = Kind("office", Office, ("slug",), _office)
PERSON = Kind("person", Person, ("slug",), _person, personal=frozenset({"name"}))


async def create_organisation(unit: UnitOfWork, command: OrganisationCreate) -> Organisation:
    """Record an organisation or section.

    Raises:
        ReferenceTaken, UnknownKeys: see there.
    """
    row: Organisation = (await create_record(unit, ORGANISATION, command.slug, command)).row
    return row


async def edit_organisation(
    unit: UnitOfWork, organisation_id: UUID, content: OrganisationContent
) -> Organisation:
    """Give an organisation this content as a whole; a name once recorded stays with its date.

    Raises:
        RecordNotFound, UnknownKeys, KeptForEver: see there.
    """
    row = await record_for_change(unit, ORGANISATION, organisation_id)
    written = await edit_record(unit, ORGANISATION, row, content)
    record(unit, ORGANISATION, [written])
    organisation: Organisation = written.row
    return organisation
