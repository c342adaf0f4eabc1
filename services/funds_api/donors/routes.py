"""The routes of donors."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.funds_api.donors import service
from services.funds_api.donors.schemas import DonorContent, DonorCreate, DonorRead
from shared.models import Donor
from shared.resources.donors import DONORS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

donors = router("/donors", "donors")


@donors.post("", status_code=201, response_model=DonorRead, summary="Make an organisation a donor")
@permission("donors:create")
async def create_donor(command: DonorCreate, unit: Unit) -> Donor:
    """The organisation exists already; the donor bears its name of the day."""
    return await service.create_donor(unit, command)


@donors.put("/{donor}", response_model=DonorRead, summary="Replace a donor's content")
@permission("donors:edit", if_match=True)
async def edit_donor(donor_id: Annotated[UUID, named("donor")], content: DonorContent, unit: Unit) -> Donor:
    """Its organisation, its place in lists, its protection; the slug stays."""
    return await service.edit_donor(unit, donor_id, content)


@donors.delete(
    "/{donor}", status_code=204, response_class=Response, summary="Delete a donor that gave nothing"
)
@permission("donors:delete", if_match=True)
async def delete_donor(donor_id: Annotated[UUID, named("donor")], unit: Unit) -> Response:
    """While contributions refer to it, 409 counts them. Its slug is never given to another one."""
    await service.delete_donor(unit, donor_id)
    return Response(status_code=204)


add_resource_routes(
    donors,
    DONORS,
    {
        "list": "List donors",
        "totals": "Count donors",
        "detail": "Read a donor with what it gave",
    },
)
