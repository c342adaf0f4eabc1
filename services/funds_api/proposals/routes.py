"""The routes of proposals: what waits for a second person is listed, released or given back."""

from typing import Annotated
from uuid import UUID

from services.funds_api.allocations.service import AllocationRefused
from services.funds_api.contributions.agreements import AboveAgreement
from services.funds_api.contributions.service import AmountRefused
from services.funds_api.exchange_rates.service import RateHeld, RateRefused, RateSuperseded
from services.funds_api.journal.reversals import AlreadyReversed
from services.funds_api.journal.service import BookedInFuture, Overspent
from services.funds_api.journal.valuation import ChainRefused
from services.funds_api.proposals import service
from services.funds_api.proposals.schemas import ProposalWritten, SentBack
from services.funds_api.proposals.service import OwnProposal, ProposalClosed
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Proposal
from shared.recording.record import ReferenceTaken
from shared.resources.proposals import PROPOSALS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

proposals = router("/proposals", "proposals")

ProposalId = Annotated[UUID, named("proposal")]


@proposals.post("/{proposal}/release", response_model=ProposalWritten, summary="Release a proposal")
@permission(
    "proposals:release",
    if_match=True,
    needs_key=True,
    refuses=(
        AboveAgreement,
        AllocationRefused,
        AlreadyReversed,
        AmountRefused,
        BookedInFuture,
        ChainRefused,
        ConvertedBeyondMeasure,
        Overspent,
        OwnProposal,
        ProposalClosed,
        RateHeld,
        RateMissing,
        RateRefused,
        RateSuperseded,
        ReferenceTaken,
    ),
)
async def release_proposal(proposal_id: ProposalId, unit: Unit) -> Proposal:
    """By another person than its author; judged anew, then booked or recorded under `result_id`."""
    return await service.release(unit, proposal_id)


@proposals.post("/{proposal}/return", response_model=ProposalWritten, summary="Withdraw or send back a proposal")
@permission("proposals:return", if_match=True, refuses=(ProposalClosed,))
async def return_proposal(proposal_id: ProposalId, command: SentBack, unit: Unit) -> Proposal:
    """Its author withdraws it, another person sends it back; nothing takes effect."""
    return await service.give_back(unit, proposal_id, command.comment)


add_resource_routes(
    proposals, PROPOSALS, {"list": "List proposals", "totals": "Count proposals", "detail": "Read a proposal"}
)
