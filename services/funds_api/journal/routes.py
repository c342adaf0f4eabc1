"""The routes of the journal's entries."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.funds_api.contributions.agreements import AboveAgreement
from services.funds_api.contributions.schemas import CorrectionCreate, CorrectionProposed
from services.funds_api.contributions.service import AmountRefused
from services.funds_api.entries import EntryRead, ReversalCreate
from services.funds_api.journal import reversals
from services.funds_api.journal.queries import ONE_ENTRY
from services.funds_api.journal.reversals import AlreadyReversed
from services.funds_api.journal.service import BookedInFuture, Overspent
from services.funds_api.proposals.schemas import ProposalWritten, ReversalProposed
from services.funds_api.proposals.service import propose
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Proposal
from shared.models.proposal import ProposalKind
from shared.recording.record import ReferenceTaken
from shared.web.conditional import JSON_TYPE
from shared.web.named import named
from shared.web.route import Reads, Unit, permission, router

entries = router("/entries", "journal")

EntryId = Annotated[UUID, named("entry")]


@entries.post(
    "/{entry}/reversals", status_code=202, response_model=ProposalWritten, summary="Propose to reverse an entry"
)
@permission("allocations:create", needs_key=True, refuses=(AlreadyReversed, BookedInFuture, Overspent, ReferenceTaken))
async def propose_reversal(entry_id: EntryId, command: ReversalCreate, unit: Unit, response: Response) -> Proposal:
    """The mirror of an entry, at most once, booked when a second person releases it; what followed must still be paid."""
    wanted = ReversalProposed(entry=entry_id, **command.model_dump())
    proposal = await propose(unit, ProposalKind.REVERSAL, wanted)
    response.headers["Location"] = f"/v1/proposals/{proposal.id}"
    return proposal


@entries.post(
    "/{entry}/corrections", status_code=202, response_model=ProposalWritten, summary="Propose to correct a receipt"
)
@permission(
    "contributions:edit",
    needs_key=True,
    refuses=(
        AboveAgreement,
        AlreadyReversed,
        AmountRefused,
        BookedInFuture,
        ConvertedBeyondMeasure,
        Overspent,
        RateMissing,
        ReferenceTaken,
    ),
)
async def propose_correction(entry_id: EntryId, command: CorrectionCreate, unit: Unit, response: Response) -> Proposal:
    """When a second person releases it, the receipt is reversed on its own date and booked as it was, in one step."""
    wanted = CorrectionProposed(entry=entry_id, **command.model_dump())
    proposal = await propose(unit, ProposalKind.CORRECTION, wanted)
    response.headers["Location"] = f"/v1/proposals/{proposal.id}"
    return proposal


@entries.get("/{entry}", response_model=EntryRead, summary="Read an entry with its postings")
@permission("contributions:read")
async def read_entry(entry_id: EntryId, reads: Reads) -> Response:
    """The postings sum to zero per currency and in USD; each foreign one names its rate."""
    body = await reads.fetchval(ONE_ENTRY, entry_id)
    if body is None:
        raise reversals.EntryNotFound(entry_id)
    return Response(body, media_type=JSON_TYPE)
