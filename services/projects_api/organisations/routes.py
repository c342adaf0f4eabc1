"""The routes of organisations, offices and persons."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.answers import RecordWritten
from services.projects_api.contents import OfficeContent, OrganisationContent, PersonContent
from services.projects_api.merging.routes import add_merge_route
from services.projects_api.merging.service import ORGANISATIONS as DOUBLES
from services.projects_api.organisations import service
from services.projects_api.organisations.schemas import OfficeCreate, OrganisationCreate, PersonCreate
from services.projects_api.organisations.service import OFFICE, ORGANISATION, PERSON
from services.projects_api.record_routes import add_create_route, add_delete_route, add_edit_route
from shared.resources.organisations import OFFICES, ORGANISATIONS, PERSONS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

organisations = router("/organisations", "organisations")
offices = router("/offices", "organisations")
persons = router("/persons", "organisations")


@organisations.post("", status_code=201, response_model=RecordWritten, summary="Record an organisation")
@permission("organisations:create")
async def create_organisation(command: OrganisationCreate, unit: Unit, response: Response) -> RecordWritten:
    """With its names through time, so that an edition prints that of its day."""
    row = await service.create_organisation(unit, command)
    response.headers["Location"] = f"/v1/organisations/{row.id}"
    return RecordWritten(id=row.id, key=row.slug, version=row.version)


@organisations.put(
    "/{organisation}", response_model=RecordWritten, summary="Replace an organisation's content"
)
@permission("organisations:edit", if_match=True)
async def edit_organisation(
    organisation_id: Annotated[UUID, named("organisation")], content: OrganisationContent, unit: Unit
) -> RecordWritten:
    """The whole content; a name once recorded stays with its date."""
    row = await service.edit_organisation(unit, organisation_id, content)
    return RecordWritten(id=row.id, key=row.slug, version=row.version)


add_resource_routes(
    organisations,
    ORGANISATIONS,
    {
        "list": "List organisations",
        "totals": "Count organisations",
        "detail": "Read an organisation",
    },
)


add_delete_route(organisations, "organisations", ORGANISATION)
add_merge_route(organisations, "organisations", DOUBLES)

add_create_route(offices, "offices", OFFICE, OfficeCreate)
add_edit_route(offices, "offices", OFFICE, OfficeContent)
add_delete_route(offices, "offices", OFFICE)
add_resource_routes(
    offices,
    OFFICES,
    {"list": "List offices", "totals": "Count offices", "detail": "Read an office"},
)

add_create_route(persons, "persons", PERSON, PersonCreate)
add_edit_route(persons, "persons", PERSON, PersonContent)
add_delete_route(persons, "persons", PERSON)
add_resource_routes(
    persons,
    PERSONS,
    {"list": "List persons", "totals": "Count persons", "detail": "Read a person"},
)
