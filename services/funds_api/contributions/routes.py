"""The routes of contributions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.funds_api.contributions import amendments, receipts, service
from services.funds_api.contributions.agreements import AboveAgreement
from services.funds_api.contributions.schemas import (
    AmendmentCreate,
    ContributionContent,
    ContributionCreate,
    ContributionWritten,
    ReceiptCreate,
)
from services.funds_api.contributions.service import AmountRefused, ContributionExists, ContributionInUse
from services.funds_api.entries import EntryRead
from services.funds_api.journal.queries import entry_in
from services.funds_api.journal.service import BookedInFuture, Overspent
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.recording.facts import AlreadyCorrected
from shared.recording.record import ReferenceTaken
from shared.resources.contributions import CONTRIBUTIONS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

contributions = router("/contributions", "contributions")
ContributionId = Annotated[UUID, named("contribution")]


@contributions.post("", status_code=201, response_model=ContributionWritten, summary="Record a donor's agreement")
@permission("contributions:create", needs_key=True, refuses=(AmountRefused, ContributionExists))
async def create_contribution(command: ContributionCreate, unit: Unit, response: Response) -> ContributionWritten:
    """Nothing is available until it is received."""
    contribution = await service.create_contribution(unit, command)
    response.headers["Location"] = f"/v1/contributions/{contribution.id}"
    return await service.written(unit, contribution)


@contributions.post(
    "/{contribution}/amendments",
    status_code=201,
    response_model=ContributionWritten,
    summary="Amend an agreement, or correct what was recorded of it",
)
@permission("contributions:edit", needs_key=True, refuses=(AlreadyCorrected, AmountRefused))
async def amend_agreement(contribution_id: ContributionId, command: AmendmentCreate, unit: Unit) -> ContributionWritten:
    """From a date on another amount or earmark; what was agreed before stays on record and holds until then."""
    return await service.written(unit, await amendments.amend_agreement(unit, contribution_id, command))


@contributions.put(
    "/{contribution}", response_model=ContributionWritten, summary="Replace a contribution's activity and protection"
)
@permission("contributions:edit", if_match=True)
async def edit_contribution(
    contribution_id: ContributionId, content: ContributionContent, unit: Unit
) -> ContributionWritten:
    """Amount and earmark are amended; donor, mechanism and currency never change: withdraw it while nothing is booked."""
    return await service.written(unit, await service.edit_contribution(unit, contribution_id, content))


@contributions.delete("/{contribution}", status_code=204, summary="Withdraw a contribution on which nothing is booked")
@permission("contributions:edit", if_match=True, refuses=(ContributionInUse,))
async def withdraw_contribution(contribution_id: ContributionId, unit: Unit) -> None:
    """It leaves lists and figures; what they showed at an earlier moment stays, and its reference is not used again."""
    await service.withdraw_contribution(unit, contribution_id)


@contributions.post(
    "/{contribution}/receipts", status_code=201, response_model=EntryRead, summary="Book money received"
)
@permission(
    "contributions:create",
    needs_key=True,
    refuses=(
        AboveAgreement,
        AmountRefused,
        BookedInFuture,
        ConvertedBeyondMeasure,
        Overspent,
        RateMissing,
        ReferenceTaken,
    ),
)
async def record_receipt(
    contribution_id: ContributionId, command: ReceiptCreate, unit: Unit, response: Response
) -> Any:
    """The money becomes available on its value date, at that day's USD value; never more than is agreed on any date."""
    entry_id = await receipts.record_receipt(unit, contribution_id, command)
    response.headers["Location"] = f"/v1/entries/{entry_id}"
    return await entry_in(unit.session, entry_id)


add_resource_routes(
    contributions,
    CONTRIBUTIONS,
    {"list": "List contributions", "totals": "Count contributions", "detail": "Read a contribution with its entries"},
)
