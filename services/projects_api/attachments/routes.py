"""The routes that replace a project's outputs, roles, quoted figures and links, each set as a whole."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from services.projects_api.attachments.schemas import (
    AttachmentsWritten,
    LinksCommand,
    OutputsCommand,
    QuotedFiguresCommand,
    RolesCommand,
)
from services.projects_api.content.sets import QuotedElsewhere
from services.projects_api.projects.service import replace_attachments
from shared.portfolio import Part
from shared.web.named import named
from shared.web.route import Unit, permission, router

attachments = router("/projects", "attachments")

ProjectId = Annotated[UUID, named("project")]


@attachments.put("/{project}/outputs", response_model=AttachmentsWritten, summary="Replace a project's outputs")
@permission("projects:edit", if_match=True)
async def replace_outputs(project_id: ProjectId, command: OutputsCommand, unit: Unit) -> AttachmentsWritten:
    """What was built, equipped or delivered, planned and delivered."""
    return await _replaced(unit, project_id, "outputs", command.outputs)


@attachments.put("/{project}/roles", response_model=AttachmentsWritten, summary="Replace a project's parties")
@permission("projects:edit", if_match=True)
async def replace_roles(project_id: ProjectId, command: RolesCommand, unit: Unit) -> AttachmentsWritten:
    """Sponsors, implementers, requesters, recipients and others, in order."""
    return await _replaced(unit, project_id, "roles", command.roles)


@attachments.put(
    "/{project}/quoted-figures", response_model=AttachmentsWritten, summary="Replace a project's quoted figures"
)
@permission("projects:edit", if_match=True, refuses=(QuotedElsewhere,))
async def replace_quoted_figures(
    project_id: ProjectId, command: QuotedFiguresCommand, unit: Unit
) -> AttachmentsWritten:
    """Printed as quoted, part of no total."""
    return await _replaced(unit, project_id, "quoted_figures", command.quoted_figures)


@attachments.put("/{project}/links", response_model=AttachmentsWritten, summary="Replace a project's links")
@permission("projects:edit", if_match=True)
async def replace_links(project_id: ProjectId, command: LinksCommand, unit: Unit) -> AttachmentsWritten:
    """Web addresses are kept byte for byte."""
    return await _replaced(unit, project_id, "links", command.links)


async def _replaced(unit: Unit, project_id: UUID, kind: str, parts: Sequence[Part]) -> AttachmentsWritten:
    project = await replace_attachments(unit, project_id, kind, parts)
    items = [part.model_dump(mode="json") for part in parts]
    return AttachmentsWritten(project_id=project.id, reference=project.reference, items=items)
