"""The routes of donors."""

from services.funds_api.donors import service
from services.funds_api.donors.schemas import DonorCreate, DonorDetail, DonorItem, DonorRead
from shared.models import Donor
from shared.resources.donors import DONORS
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

donors = router("/donors", "donors")


@donors.post("", status_code=201, response_model=DonorRead, summary="Make an organisation a donor")
@permission("donors:create")
async def create_donor(command: DonorCreate, unit: Unit) -> Donor:
    """The organisation exists already; the donor bears its name of the day."""
    return await service.create_donor(unit, command)


add_resource_routes(
    donors,
    DONORS,
    item=DonorItem,
    detail=DonorDetail,
    texts={
        "list": "List donors",
        "totals": "Count donors",
        "detail": "Read a donor with what it gave",
    },
)
