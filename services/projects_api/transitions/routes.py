"""The routes of a project's transitions."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.facts.history import TRANSITION_HISTORY, HistoryPage, read_history
from services.projects_api.transitions import service
from services.projects_api.transitions.allowed import allowed_transitions
from services.projects_api.transitions.schemas import AllowedTransitions, TransitionCommand, TransitionWritten
from services.projects_api.transitions.service import ForbiddenTransition, TransitionRefused
from shared.clock import today
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Transition
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason
from shared.resources.project_facts import TransitionRead
from shared.web.moment import Asked
from shared.web.named import named
from shared.web.route import Caller, Reads, Unit, permission, router

transitions = router("/projects", "transitions")

ProjectId = Annotated[UUID, named("project")]


@transitions.post(
    "/{project}/transitions",
    status_code=201,
    response_model=TransitionWritten,
    summary="Move a project to another state, correct a transition or take one back",
)
@permission(
    "projects:transition",
    if_match=True,
    refuses=(
        AlreadyCorrected,
        ConvertedBeyondMeasure,
        CorrectionWithoutReason,
        ForbiddenTransition,
        RateMissing,
        TransitionRefused,
    ),
)
async def record_transition(project_id: ProjectId, command: TransitionCommand, unit: Unit) -> Transition:
    """Refused with every reason at once when a guard does not hold."""
    return await service.record_transition(unit, project_id, command)


@transitions.get(
    "/{project}/transitions/allowed", response_model=AllowedTransitions, summary="What may follow, and why not"
)
@permission("projects:read", refuses=(ConvertedBeyondMeasure, RateMissing))
async def list_allowed_transitions(project_id: ProjectId, request: Request, caller: Caller) -> AllowedTransitions:
    """Each state that the lifecycle allows next, whether you may move there today, and if not, every reason."""
    async with AsyncSession(request.app.state.engine) as session:
        return await allowed_transitions(session, caller, project_id, today())


@transitions.get(
    "/{project}/transitions", response_model=HistoryPage[TransitionRead], summary="The transitions of a project"
)
@permission("projects:read")
async def list_transitions(project_id: ProjectId, moment: Asked, reads: Reads) -> Response:
    """All of them, corrected ones too, in the order in which they hold."""
    return await read_history(reads, TRANSITION_HISTORY, project_id, moment)
