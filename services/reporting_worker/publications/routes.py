"""`/v1/deliveries`: what was promised to partner platforms, what reached them, and taking up again what died."""

from typing import Annotated
from uuid import UUID

from services.reporting_worker.publications.schemas import DeliveryBrief, PublicationAccepted, PublicationRequest
from services.reporting_worker.publications.service import (
    NotPublishable,
    NotReplayable,
    UnknownPlatform,
    publish_edition,
    replay_delivery,
)
from shared.resources.deliveries import DELIVERIES
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

routes = router("/deliveries", "deliveries")


@routes.post("", status_code=202, response_model=PublicationAccepted, summary="Publish an edition")
@permission("deliveries:create", needs_key=True, refuses=(NotPublishable, UnknownPlatform))
async def request_publication(command: PublicationRequest, unit: Unit) -> PublicationAccepted:
    """One delivery per language and platform; what was promised before is answered as it stands."""
    deliveries = await publish_edition(unit, command.edition, command.platforms, command.languages)
    return PublicationAccepted(deliveries=[DeliveryBrief.model_validate(each) for each in deliveries])


@routes.post(
    "/{delivery}/replays", status_code=202, response_model=DeliveryBrief, summary="Replay a dead or held delivery"
)
@permission("deliveries:replay", needs_key=True, refuses=(NotReplayable,))
async def record_replay(delivery_id: Annotated[UUID, named("delivery")], unit: Unit) -> DeliveryBrief:
    """It is probed before anything is sent, and starts its schedule of tries anew."""
    return DeliveryBrief.model_validate(await replay_delivery(unit, delivery_id))


add_resource_routes(routes, DELIVERIES, "Read a delivery with its attempts and receipts")
