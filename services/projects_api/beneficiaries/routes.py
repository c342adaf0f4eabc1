"""The routes of a project's beneficiaries."""

from typing import Annotated
from uuid import UUID

from services.projects_api.beneficiaries import service
from services.projects_api.beneficiaries.schemas import BeneficiariesCommand, BeneficiariesWritten
from shared.models import BeneficiaryCount
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason
from shared.web.named import named
from shared.web.route import Unit, permission, router

beneficiaries = router("/projects", "beneficiaries")

ProjectId = Annotated[UUID, named("project")]


@beneficiaries.post(
    "/{project}/beneficiaries",
    status_code=201,
    response_model=BeneficiariesWritten,
    summary="Record people planned or reached, or correct a count",
)
@permission("projects:edit", if_match=True, refuses=(AlreadyCorrected, CorrectionWithoutReason))
async def record_beneficiaries(
    project_id: ProjectId, command: BeneficiariesCommand, unit: Unit
) -> BeneficiaryCount:
    """By sex where it is known, or with the share of women as stated."""
    return await service.record_beneficiaries(unit, project_id, command)
