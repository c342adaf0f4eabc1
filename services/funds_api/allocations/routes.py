"""The routes of allocations."""

from typing import Any

from services.funds_api.allocations import service
from services.funds_api.allocations.schemas import AllocationCreate, AllocationDetail, AllocationItem
from services.funds_api.entries import EntryRead
from services.funds_api.journal.queries import entry_in
from shared.resources.allocations import ALLOCATIONS
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

allocations = router("/allocations", "allocations")


@allocations.post(
    "", status_code=201, response_model=EntryRead, summary="Set money aside for a project or a group"
)
@permission("allocations:create", needs_key=True)
async def create_allocation(command: AllocationCreate, unit: Unit) -> Any:
    """Refused when less is available on its value date or on any later one."""
    return await entry_in(unit.session, await service.allocate(unit, command))


add_resource_routes(
    allocations,
    ALLOCATIONS,
    item=AllocationItem,
    detail=AllocationDetail,
    texts={
        "list": "List allocations",
        "totals": "Count allocations",
        "detail": "Read an allocation with its rate",
    },
)
