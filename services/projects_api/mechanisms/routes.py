"""The routes of mechanisms and their policies."""

from fastapi import Response

from services.projects_api.mechanisms import policies, queries
from services.projects_api.mechanisms.policies import PolicyStands
from services.projects_api.mechanisms.schemas import Mechanisms, PolicyCommand, PolicyWritten
from shared.errors import NotFound
from shared.recording.facts import AlreadyCorrected, CorrectionWithoutReason
from shared.web.conditional import JSON_TYPE
from shared.web.moment import Asked
from shared.web.route import Reads, Unit, permission, router

mechanisms = router("/mechanisms", "mechanisms")


@mechanisms.get("", response_model=Mechanisms, summary="List mechanisms")
@permission("mechanisms:read")
async def list_mechanisms(moment: Asked, reads: Reads) -> Response:
    """Each with its dated policies (ceiling, duration) and the states that count in each of its buckets."""
    return Response(f'{{"items":{await queries.read_mechanisms(reads, moment)}}}', media_type=JSON_TYPE)


@mechanisms.post("/policies", status_code=201, response_model=PolicyWritten, summary="Record a policy from a date on")
@permission("mechanisms:edit", refuses=(AlreadyCorrected, CorrectionWithoutReason, NotFound, PolicyStands))
async def create_policy(command: PolicyCommand, unit: Unit) -> PolicyWritten:
    """A ceiling, duration or share that holds from its date; the one before holds until then and stays as it is.

    One that was entered wrongly is corrected: `supersedes_id` names it, and a reason says why (in the body or in
    X-Reason). What was approved, frozen or asked as known before keeps the old one.
    """
    row = await policies.record_policy(unit, command)
    return PolicyWritten(
        id=row.id,
        mechanism=row.mechanism_code,
        kind=row.kind,
        valid_from=row.valid_from,
        supersedes_id=row.supersedes_id,
    )
