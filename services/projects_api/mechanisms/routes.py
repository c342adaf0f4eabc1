"""The routes of mechanisms and sectors; they are brought by registers."""

from fastapi import Response

from services.projects_api.mechanisms import queries
from services.projects_api.mechanisms.schemas import Mechanisms, Sectors
from shared.web.resource_routes import JSON_TYPE
from shared.web.route import Reads, permission, router

mechanisms = router("/mechanisms", "mechanisms")
sectors = router("/sectors", "mechanisms")


@mechanisms.get("", response_model=Mechanisms, summary="List mechanisms")
@permission("mechanisms:read")
async def list_mechanisms(reads: Reads) -> Response:
    """Each with its dated policies (ceiling, duration) and the states that count in each of its buckets."""
    return Response(f'{{"items":{await queries.read_mechanisms(reads)}}}', media_type=JSON_TYPE)


@sectors.get("", response_model=Sectors, summary="List sectors")
@permission("mechanisms:read")
async def list_sectors(reads: Reads) -> Response:
    """Each mechanism has a list of its own."""
    return Response(f'{{"items":{await queries.read_sectors(reads)}}}', media_type=JSON_TYPE)
