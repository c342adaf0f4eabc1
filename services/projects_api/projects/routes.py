"""The routes of projects themselves; list, totals and detail follow from the declared resource."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.amounts.service import AboveCeiling
from services.projects_api.content.project import ProjectCreate
from services.projects_api.merging.routes import add_merge_route
from services.projects_api.merging.service import PROJECTS as DOUBLES
from services.projects_api.projects import creation, service
from services.projects_api.projects.schemas import ProjectEdit, ProjectWritten
from services.projects_api.projects.service import NotADraft
from shared.deletion import StillReferredTo
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Project
from shared.recording.facts import SecondPersonDecides
from shared.recording.record import ReferenceTaken
from shared.resources.projects import PROJECTS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

projects = router("/projects", "projects")


@projects.post("", status_code=201, response_model=ProjectWritten, summary="Record an identified project")
@permission("projects:create", refuses=(AboveCeiling, ConvertedBeyondMeasure, RateMissing, ReferenceTaken))
async def create_project(command: ProjectCreate, unit: Unit) -> Project:
    """With all that is known of it (amounts, sectors, places, people, outputs, parties, quoted figures, links), or with
    its title alone; it begins as identified. Its reference is yours or the next free one.
    """
    return await creation.create_project(unit, command)


@projects.patch("/{project}", response_model=ProjectWritten, summary="Edit a project's title, summary or protection")
@permission("projects:revise", if_match=True, refuses=(SecondPersonDecides,))
async def edit_project(project_id: Annotated[UUID, named("project")], command: ProjectEdit, unit: Unit) -> Project:
    """Only the fields that are given change. Once the project was approved, only an approver who had no hand in it since
    shows it to more readers.
    """
    return await service.edit_project(unit, project_id, command)


@projects.delete(
    "/{project}", status_code=204, response_class=Response, summary="Delete a draft project that nothing refers to"
)
@permission("projects:delete", if_match=True, refuses=(NotADraft, StillReferredTo))
async def delete_project(project_id: Annotated[UUID, named("project", is_ceasing=True)], unit: Unit) -> Response:
    """One that was entered by mistake: still identified and never approved. While an activity, a group, money or an
    edition names it, 409 counts them by kind. As known before, it is there; its reference is never given to another one.
    """
    await service.delete_project(unit, project_id)
    return Response(status_code=204)


add_merge_route(projects, "projects", DOUBLES)
add_resource_routes(
    projects,
    PROJECTS,
    {"list": "List projects", "totals": "Count projects", "detail": "Read a project with all its facts"},
)
