"""The routes of a project's amounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.projects_api.amounts import service
from services.projects_api.amounts.schemas import AmountWritten
from services.projects_api.amounts.service import AboveCeiling
from services.projects_api.fact_kinds.amounts import AMOUNTS
from services.projects_api.facts.history import AMOUNT_HISTORY, HistoryPage, read_history
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Amount
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason, SecondPersonDecides
from shared.resources.project_facts import AmountRead
from shared.web.moment import Asked
from shared.web.named import named
from shared.web.route import Reads, Unit, permission, router

amounts = router("/projects", "amounts")

AmountCommand: Any = AMOUNTS.command
ProjectId = Annotated[UUID, named("project")]


@amounts.post(
    "/{project}/amounts",
    status_code=201,
    response_model=AmountWritten,
    summary="Record an amount of a project, or correct one",
)
@permission(
    "projects:revise",
    if_match=True,
    needs_key=True,
    refuses=(
        AboveCeiling,
        AlreadyCorrected,
        ConvertedBeyondMeasure,
        CorrectionWithoutReason,
        RateMissing,
        SecondPersonDecides,
    ),
)
async def record_amount(project_id: ProjectId, command: AmountCommand, unit: Unit) -> Amount:
    """Converted at the rate in force on its date; printed USD is kept as printed; without a rate a draft is saved
    unconverted. Once the project was approved, an officer states what is `requested`, and an approver, who is another
    person, the amount that counts.
    """
    return await service.record_amount(unit, project_id, command)


@amounts.get("/{project}/amounts", response_model=HistoryPage[AmountRead], summary="The amounts of a project")
@permission("projects:read")
async def list_amounts(project_id: ProjectId, moment: Asked, reads: Reads) -> Response:
    """All of them, corrected ones too, each with its rate."""
    return await read_history(reads, AMOUNT_HISTORY, project_id, moment)
