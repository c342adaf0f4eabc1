"""The routes of announcements."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.announcements import service
from services.projects_api.announcements.schemas import AnnouncementCreate, AnnouncementEdit
from services.projects_api.answers import RecordWritten
from services.projects_api.record_routes import add_delete_route
from shared.resources.announcements import ANNOUNCEMENTS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

announcements = router("/announcements", "announcements")


@announcements.post("", status_code=201, response_model=RecordWritten, summary="Record an announcement")
@permission("announcements:create", needs_key=True)
async def create_announcement(command: AnnouncementCreate, unit: Unit, response: Response) -> RecordWritten:
    """A node of a tree; an amount known only for the group stays at the group, and no split is invented."""
    announcement = await service.create_announcement(unit, command)
    response.headers["Location"] = f"/v1/announcements/{announcement.id}"
    return RecordWritten(id=announcement.id, key=announcement.reference, version=announcement.version)


@announcements.put(
    "/{announcement}", response_model=RecordWritten, summary="Replace an announcement's content"
)
@permission("announcements:edit", if_match=True)
async def edit_announcement(
    announcement_id: Annotated[UUID, named("announcement")], content: AnnouncementEdit, unit: Unit
) -> RecordWritten:
    """The whole content; facts that differ are corrected, which needs a reason in the header X-Reason."""
    announcement = await service.edit_announcement(unit, announcement_id, content)
    return RecordWritten(id=announcement.id, key=announcement.reference, version=announcement.version)


add_delete_route(announcements, "announcements", service.ANNOUNCEMENT)
add_resource_routes(
    announcements,
    ANNOUNCEMENTS,
    {
        "list": "List announcements",
        "totals": "Count announcements",
        "detail": "Read an announcement",
    },
)
