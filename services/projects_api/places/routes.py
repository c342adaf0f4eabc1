"""The routes of places and reporting areas."""

from fastapi import Response

from services.projects_api.answers import RecordWritten
from services.projects_api.contents import PlaceContent, ReportingAreaContent
from services.projects_api.merging.routes import add_merge_route
from services.projects_api.merging.service import PLACES as DOUBLES
from services.projects_api.places import service
from services.projects_api.places.schemas import AreaCreate, PlaceCreate
from services.projects_api.places.service import AREA, PLACE
from services.projects_api.record_routes import add_create_route, add_delete_route, add_edit_route
from shared.resources.places import PLACES, REPORTING_AREAS
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

places = router("/places", "places")
areas = router("/reporting-areas", "places")


@places.post("", status_code=201, response_model=RecordWritten, summary="Record a place")
@permission("places:create")
async def create_place(command: PlaceCreate, unit: Unit, response: Response) -> RecordWritten:
    """Under our own slug; codes of other systems stand beside it, with their validity."""
    row = await service.create_place(unit, command)
    response.headers["Location"] = f"/v1/places/{row.id}"
    return RecordWritten(id=row.id, key=row.slug, version=row.version)


add_resource_routes(
    places,
    PLACES,
    {"list": "List places", "totals": "Count places", "detail": "Read a place"},
)


add_edit_route(places, "places", PLACE, PlaceContent)
add_delete_route(places, "places", PLACE)
add_merge_route(places, "places", DOUBLES)

add_create_route(areas, "reporting-areas", AREA, AreaCreate)
add_edit_route(areas, "reporting-areas", AREA, ReportingAreaContent)
add_delete_route(areas, "reporting-areas", AREA)
add_resource_routes(
    areas,
    REPORTING_AREAS,
    {
        "list": "List reporting areas",
        "totals": "Count reporting areas",
        "detail": "Read a reporting area",
    },
)
