"""The routes of a project's sectors and places."""

from typing import Annotated
from uuid import UUID

from services.projects_api.assignments import service
from services.projects_api.assignments.schemas import AssignmentWritten, PlacesCommand, SectorsCommand
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason
from shared.web.named import named
from shared.web.route import Unit, permission, router

assignments = router("/projects", "assignments")

ProjectId = Annotated[UUID, named("project")]


@assignments.post(
    "/{project}/sectors",
    status_code=201,
    response_model=AssignmentWritten,
    summary="State a project's sectors from a date on",
)
@permission("projects:edit", if_match=True, refuses=(AlreadyCorrected, CorrectionWithoutReason))
async def record_sectors(project_id: ProjectId, command: SectorsCommand, unit: Unit) -> service.Assignment:
    """The whole set; the percentages add up to 100."""
    return await service.assign(unit, project_id, command)


@assignments.post(
    "/{project}/places",
    status_code=201,
    response_model=AssignmentWritten,
    summary="State a project's places from a date on",
)
@permission("projects:edit", if_match=True, refuses=(AlreadyCorrected, CorrectionWithoutReason))
async def record_places(project_id: ProjectId, command: PlacesCommand, unit: Unit) -> service.Assignment:
    """The whole set; percentages of the amount where they are known, else none."""
    return await service.assign(unit, project_id, command)
