"""The routes of activities."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.activities import service
from services.projects_api.activities.schemas import ActivityCreate
from services.projects_api.answers import RecordWritten
from services.projects_api.contents import ActivityContent
from shared.resources.activities import ACTIVITIES
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

activities = router("/activities", "activities")


@activities.post("", status_code=201, response_model=RecordWritten, summary="Record an activity")
@permission("activities:create")
async def create_activity(command: ActivityCreate, unit: Unit, response: Response) -> RecordWritten:
    """Every number in its texts is a token; parties, projects, quoted figures and links stand beside them."""
    activity = await service.create_activity(unit, command)
    response.headers["Location"] = f"/v1/activities/{activity.id}"
    return RecordWritten(id=activity.id, key=activity.reference, version=activity.version)


@activities.put("/{activity}", response_model=RecordWritten, summary="Replace an activity's content")
@permission("activities:edit", if_match=True)
async def edit_activity(
    activity_id: Annotated[UUID, named("activity")], content: ActivityContent, unit: Unit
) -> RecordWritten:
    """The whole content; what is left out is emptied, but a project once linked stays linked."""
    activity = await service.edit_activity(unit, activity_id, content)
    return RecordWritten(id=activity.id, key=activity.reference, version=activity.version)


@activities.delete(
    "/{activity}",
    status_code=204,
    response_class=Response,
    summary="Delete an activity that nothing refers to",
)
@permission("activities:delete", if_match=True)
async def delete_activity(
    activity_id: Annotated[UUID, named("activity", is_ceasing=True)], unit: Unit
) -> Response:
    """One that was entered by mistake. While a group or a monitoring refers to it, or an edition names or prints it, 409
    counts them by kind. As known before, it is there; its reference is never given to another one.
    """
    await service.delete_activity(unit, activity_id)
    return Response(status_code=204)


add_resource_routes(
    activities,
    ACTIVITIES,
    {"list": "List activities", "totals": "Count activities", "detail": "Read an activity"},
)
