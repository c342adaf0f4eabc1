"""The routes of contributions."""

from typing import Annotated, Any
from uuid import UUID

from services.funds_api.contributions import service
from services.funds_api.contributions.schemas import (
    ContributionCreate,
    ContributionDetail,
    ContributionItem,
    ContributionWritten,
    ReceiptCreate,
)
from services.funds_api.entries import EntryRead
from services.funds_api.journal.queries import entry_in
from shared.models import Contribution
from shared.resources.contributions import CONTRIBUTIONS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

contributions = router("/contributions", "contributions")


@contributions.post(
    "", status_code=201, response_model=ContributionWritten, summary="Record a donor's agreement"
)
@permission("contributions:create", needs_key=True)
async def create_contribution(command: ContributionCreate, unit: Unit) -> Contribution:
    """Nothing is available until it is received."""
    return await service.create_contribution(unit, command)


@contributions.post(
    "/{contribution}/receipts", status_code=201, response_model=EntryRead, summary="Book money received"
)
@permission("contributions:create", needs_key=True)
async def record_receipt(
    contribution_id: Annotated[UUID, named("contribution")], command: ReceiptCreate, unit: Unit
) -> Any:
    """The money becomes available on its value date, at that day's USD value."""
    return await entry_in(unit.session, await service.record_receipt(unit, contribution_id, command))


add_resource_routes(
    contributions,
    CONTRIBUTIONS,
    item=ContributionItem,
    detail=ContributionDetail,
    texts={
        "list": "List contributions",
        "totals": "Count contributions",
        "detail": "Read a contribution with its entries",
    },
)
