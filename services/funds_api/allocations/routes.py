"""The routes of allocations."""

from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.allocations.service import REFUSES
from services.funds_api.proposals.schemas import ProposalWritten
from services.funds_api.proposals.service import propose
from shared.models import Proposal
from shared.models.proposal import ProposalKind
from shared.resources.allocations import ALLOCATIONS
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

allocations = router("/allocations", "allocations")


@allocations.post(
    "", status_code=202, response_model=ProposalWritten, summary="Propose to set money aside for a project or a group"
)
@permission("allocations:create", needs_key=True, refuses=REFUSES)
async def create_allocation(command: AllocationCreate, unit: Unit) -> Proposal:
    """Booked when a second person releases the proposal; refused when less is available on its date or any later one."""
    return await propose(unit, ProposalKind.ALLOCATION, command)


add_resource_routes(allocations, ALLOCATIONS, "Read an allocation with its rate")
