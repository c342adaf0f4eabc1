"""The routes of organisations and offices."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.answers import RecordWritten
from services.projects_api.contents import OrganisationContent
from services.projects_api.organisations import queries, service
from services.projects_api.organisations.schemas import (
    OfficeCreate,
    Offices,
    OrganisationCreate,
    OrganisationDetail,
    OrganisationItem,
)
from shared.resources.organisations import ORGANISATIONS
from shared.web.named import named
from shared.web.resource_routes import JSON_TYPE, add_resource_routes
from shared.web.route import Reads, Unit, permission, router

organisations = router("/organisations", "organisations")
offices = router("/offices", "organisations")


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
    item=OrganisationItem,
    detail=OrganisationDetail,
    texts={
        "list": "List organisations",
        "totals": "Count organisations",
        "detail": "Read an organisation",
    },
)


@offices.post("", status_code=201, response_model=RecordWritten, summary="Record an office")
@permission("organisations:create")
async def create_office(command: OfficeCreate, unit: Unit) -> RecordWritten:
    """A title at an organisation or a place."""
    row = await service.create_office(unit, command)
    return RecordWritten(id=row.id, key=row.slug, version=1)


@offices.get("", response_model=Offices, summary="List offices")
@permission("organisations:read")
async def list_offices(reads: Reads) -> Response:
    """All of them, by slug."""
    return Response(f'{{"items":{await queries.read_offices(reads)}}}', media_type=JSON_TYPE)
