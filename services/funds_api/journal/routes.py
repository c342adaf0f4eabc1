"""The routes of the journal's entries."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.funds_api.entries import EntryRead, ReversalCreate
from services.funds_api.journal import reversals
from services.funds_api.journal.queries import ONE_ENTRY, entry_in
from shared.web.resource_routes import JSON_TYPE
from shared.web.route import Reads, Unit, permission, router

entries = router("/entries", "journal")


@entries.post("/{entry_id}/reversals", status_code=201, response_model=EntryRead, summary="Reverse an entry")
@permission("allocations:create", needs_key=True)
async def record_reversal(entry_id: UUID, command: ReversalCreate, unit: Unit) -> Any:
    """Books the mirror of an entry, at most once; what followed from it must still be paid."""
    reversal_id = await reversals.reverse_entry(unit, entry_id, value_on=command.on, reason=command.reason)
    return await entry_in(unit.session, reversal_id)


@entries.get("/{entry_id}", response_model=EntryRead, summary="Read an entry with its postings")
@permission("contributions:read")
async def read_entry(entry_id: UUID, reads: Reads) -> Response:
    """The postings sum to zero per currency and in USD; each foreign one names its rate."""
    body = await reads.fetchval(ONE_ENTRY, entry_id)
    if body is None:
        raise reversals.EntryNotFound(entry_id)
    return Response(body, media_type=JSON_TYPE)
