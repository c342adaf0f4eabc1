"""The routes of allocations."""

from fastapi import Response

from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.allocations.service import AllocationRefused
from services.funds_api.contributions.agreements import AboveAgreement
from services.funds_api.contributions.service import AmountRefused
from services.funds_api.journal.service import BookedInFuture, Overspent
from services.funds_api.journal.valuation import ChainRefused
from services.funds_api.proposals.schemas import ProposalWritten
from services.funds_api.proposals.service import propose
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Proposal
from shared.models.proposal import ProposalKind
from shared.recording.record import ReferenceTaken
from shared.resources.allocations import ALLOCATIONS
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

allocations = router("/allocations", "allocations")


@allocations.post(
    "", status_code=202, response_model=ProposalWritten, summary="Propose to set money aside for a project or a group"
)
@permission(
    "allocations:create",
    needs_key=True,
    refuses=(
        AboveAgreement,
        AllocationRefused,
        AmountRefused,
        BookedInFuture,
        ChainRefused,
        ConvertedBeyondMeasure,
        Overspent,
        RateMissing,
        ReferenceTaken,
    ),
)
async def create_allocation(command: AllocationCreate, unit: Unit, response: Response) -> Proposal:
    """Booked when a second person releases the proposal; refused when less is available on its date or any later one."""
    proposal = await propose(unit, ProposalKind.ALLOCATION, command)
    response.headers["Location"] = f"/v1/proposals/{proposal.id}"
    return proposal


add_resource_routes(
    allocations,
    ALLOCATIONS,
    {"list": "List allocations", "totals": "Count allocations", "detail": "Read an allocation with its rate"},
)
