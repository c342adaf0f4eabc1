"""The routes of places and reporting areas."""

from fastapi import Response

from services.projects_api.answers import RecordWritten
from services.projects_api.places import queries, service
from services.projects_api.places.schemas import Areas, PlaceCreate, PlaceDetail, PlaceItem
from shared.resources.organisations import PLACES
from shared.web.resource_routes import JSON_TYPE, add_resource_routes
from shared.web.route import Reads, Unit, permission, router

places = router("/places", "places")
areas = router("/reporting-areas", "places")


@places.post("", status_code=201, response_model=RecordWritten, summary="Record a place")
@permission("places:create")
async def create_place(command: PlaceCreate, unit: Unit, response: Response) -> RecordWritten:
    """Under our own slug; codes of other systems stand beside it, with their validity."""
    row = await service.create_place(unit, command)
    response.headers["Location"] = f"/v1/places/{row.id}"
    return RecordWritten(id=row.id, key=row.slug, version=1)


add_resource_routes(
    places,
    PLACES,
    item=PlaceItem,
    detail=PlaceDetail,
    texts={"list": "List places", "totals": "Count places", "detail": "Read a place"},
)


@areas.get("", response_model=Areas, summary="List reporting areas")
@permission("places:read")
async def list_reporting_areas(reads: Reads) -> Response:
    """The areas of the bulletin's map, and the national bucket, with the regions that lie in each."""
    return Response(f'{{"items":{await queries.read_areas(reads)}}}', media_type=JSON_TYPE)
