"""`/v1/permissions`: for everybody who has signed in; it names roles, never people."""

from services.reporting_worker.permissions.schemas import PermissionList
from services.reporting_worker.permissions.service import permissions_of
from shared.web.route import Caller, permission, router

routes = router("/permissions", "permissions")


@routes.get("", summary="List who may do what")
@permission("enumerations:read")
async def list_permissions(caller: Caller) -> PermissionList:
    """Every permission with the roles that have it, and whether it is yours; `/v1/enumerations` has their words."""
    return permissions_of(caller)
