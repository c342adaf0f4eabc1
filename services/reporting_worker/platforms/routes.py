"""`/v1/platforms`: partners' archives, how they are configured, and holding their queues."""

from typing import Annotated
from uuid import UUID

from fastapi import Request

from services.reporting_worker.platforms.kinds import sandbox_networks
from services.reporting_worker.platforms.schemas import PlatformCreate, PlatformFields, PlatformPause, PlatformRead
from services.reporting_worker.platforms.service import (
    PlatformKnown,
    change_platform,
    pause_platform,
    register_platform,
)
from shared.resources.platforms import PLATFORMS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

routes = router("/platforms", "platforms")

PlatformId = Annotated[UUID, named("platform")]


@routes.post("", status_code=201, response_model=PlatformRead, summary="Configure a platform")
@permission("platforms:create", refuses=(PlatformKnown,))
async def create_platform(command: PlatformCreate, unit: Unit, request: Request) -> PlatformRead:
    """The password stays where `secret_reference` says; the same configuration again changes nothing."""
    platform = await register_platform(unit, command, inner=sandbox_networks(request.app.state.settings))
    return PlatformRead.model_validate(platform)


@routes.put("/{platform}", response_model=PlatformRead, summary="Change a platform's configuration")
@permission("platforms:edit", if_match=True)
async def replace_platform(
    platform_id: PlatformId, command: PlatformFields, unit: Unit, request: Request
) -> PlatformRead:
    """What is on its way goes to the address that was configured when its worker took it up."""
    inner = sandbox_networks(request.app.state.settings)
    return PlatformRead.model_validate(await change_platform(unit, platform_id, command, inner=inner))


@routes.post("/{platform}/pauses", response_model=PlatformRead, summary="Hold a platform's queue, or let it go on")
@permission("platforms:edit", if_match=True)
async def record_pause(platform_id: PlatformId, command: PlatformPause, unit: Unit) -> PlatformRead:
    """A platform that refuses us is held by itself; a person lets it go on."""
    platform = await pause_platform(unit, platform_id, is_paused=command.is_paused, reason=command.reason)
    return PlatformRead.model_validate(platform)


add_resource_routes(
    routes, PLATFORMS, {"list": "List platforms", "totals": "Count platforms", "detail": "Read a platform"}
)
