"""The permission table as a document for the bearer."""

from services.reporting_worker.permissions.schemas import HolderRead, PermissionList, PermissionRead
from shared.auth import Principal
from shared.permission_words import Action, Reach, holders, resource_words
from shared.permissions import PERMISSIONS, permitted


def permissions_of(principal: Principal) -> PermissionList:
    """Every permission with the roles that have it, and whether it is the principal's."""
    order = list(Action)
    keys = sorted(PERMISSIONS, key=lambda key: (key.partition(":")[0], order.index(Action(key.partition(":")[2]))))
    return PermissionList(items=[_permission(key, principal) for key in keys])


def _permission(key: str, principal: Principal) -> PermissionRead:
    resource, _, action = key.partition(":")
    return PermissionRead(
        key=key,
        resource=resource_words(resource),
        action=Action(action),
        holders=[HolderRead(role=role, on=sorted(Reach(one) for one in on)) for role, on in holders(key).items()],
        is_yours=permitted(principal, key),
    )
