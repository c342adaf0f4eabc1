"""Who may do what: one table of role, permission and scope; rules between rows (author and approver) are services'."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.auth import InvalidToken, Principal
from shared.errors import Forbidden
from shared.identity import Role
from shared.models.noun import nouns
from shared.refusal import Refusal

Scope = Literal["any", "own_section", "self"]
"""On which rows a grant holds: all, those that the principal's section sponsors, or those it recorded itself."""

ANONYMOUS_PERMISSION = "anonymous"
"""What a route for everybody declares; it reads through the role that sees public projections only."""


@dataclass(frozen=True)
class Grant:
    """A role may do this, on the rows of this scope."""

    role: Role
    permission: str
    scope: Scope = "any"


@dataclass(frozen=True)
class Ownership:
    """What a scope asks of a row: the slugs of the sections that sponsor it, and who recorded it."""

    sections: frozenset[str] = frozenset()
    author: str | None = None


_EVERYBODY = tuple(role for role in Role if role is not Role.SERVICE)

_READ_BY_ALL = (
    "activities", "allocations", "announcements", "contributions", "deliveries", "editions",
    "enumerations", "figures", "mechanisms", "projects", "proposals",
    "rates", "standing-texts", "worklists",
)  # fmt: skip

_BY_ROLE: Mapping[Role, tuple[str, ...]] = {
    Role.VIEWER: (),
    Role.SPONSOR_EDITOR: (
        "projects:create/own_section", "projects:edit/own_section", "projects:submit/own_section",
        "projects:revise/own_section", "projects:transition/own_section", "projects:delete/own_section", "activities:create/own_section",
        "activities:edit/own_section", "activities:delete/own_section",
        "imports:read/self",
    ),
    Role.PROGRAMME_OFFICER: (
        "projects:create", "projects:edit", "projects:submit", "projects:review", "projects:close",
        "projects:revise", "projects:transition", "projects:merge", "projects:delete", "activities:create", "activities:edit",
        "activities:delete", "announcements:create", "announcements:edit", "announcements:delete",
        "organisations:merge", "places:merge", "imports:create", "imports:read/self",
        "platforms:read",
    ),
    Role.FUND_MANAGER: (
        "contributions:create", "contributions:edit", "allocations:create",
        "rates:create", "proposals:release", "proposals:return", "organisations:create", "imports:create", "imports:read/self",
        "platforms:read",
    ),
    Role.REPORTING_OFFICER: (
        "editions:create", "editions:edit", "editions:return", "editions:freeze",
        "standing-texts:create", "standing-texts:edit", "standing-texts:delete", "activities:create", "activities:edit",
        "activities:delete", "announcements:create", "announcements:edit", "announcements:delete", "deliveries:create", "deliveries:replay",
        "platforms:read", "imports:create", "imports:read/self",
    ),
    Role.APPROVER: (
        "projects:approve", "projects:revise", "projects:transition", "editions:approve", "editions:return", "editions:freeze",
        "platforms:read",
        "audit:read", "proposals:release", "proposals:return", "allocations_above_cost:create",
    ),
    Role.ADMIN: (
        "mechanisms:create", "mechanisms:edit", "platforms:create", "platforms:edit", "imports:read",
        "audit:read",
    ),
}  # fmt: skip
"""What each role may do beyond reading; a scope other than `any` follows the slash."""


_OF_OWN = ("create", "read")
"""What everybody does with their own calendar feeds; who may make one may revoke it."""


def _grant(role: Role, line: str) -> Grant:
    permission, _, scope = line.partition("/")
    scopes: Mapping[str, Scope] = {"": "any", "own_section": "own_section", "self": "self"}
    return Grant(role, permission, scopes[scope])


def _table() -> frozenset[Grant]:
    reads = {Grant(role, f"{resource}:read") for role in _EVERYBODY for resource in _READ_BY_ALL}
    listed = {_grant(role, line) for role, lines in _BY_ROLE.items() for line in lines}
    for noun in nouns().values():
        reads |= {Grant(role, f"{noun.path}:read") for role in noun.readers or _EVERYBODY}
        listed |= {
            Grant(role, f"{noun.path}:{action}") for role in noun.writers for action in ("create", "edit", "delete")
        }
    listed |= {Grant(role, f"calendar-feeds:{action}", "self") for role in _EVERYBODY for action in _OF_OWN}
    every = {grant.permission for grant in reads | listed}
    whole = {Grant(role, permission) for role in (Role.ADMIN, Role.SERVICE) for permission in every}
    return frozenset(reads | listed | whole)


GRANTS = _table()
"""Every grant there is. An administrator may do everything; a service what its token's scopes name, and no more."""

PERMISSIONS = frozenset(grant.permission for grant in GRANTS)
"""Every permission a route may ask for, besides `anonymous`."""

_RESOURCES = frozenset(permission.partition(":")[0] for permission in PERMISSIONS)
_SCOPES: Mapping[tuple[str, str], frozenset[Scope]] = {
    (role, permission): frozenset(
        grant.scope for grant in GRANTS if grant.role is role and grant.permission == permission
    )
    for role in Role
    for permission in PERMISSIONS
}


def scopes_of(principal: Principal, permission: str) -> frozenset[Scope]:
    """On which rows the principal may do this; empty means on none. Lists build their predicate from it.

    Raises:
        KeyError: there is no such permission (a mistake of ours, never of a caller).
    """
    if permission not in PERMISSIONS:
        raise KeyError(f"There is no permission {permission!r}; shared/permissions.py lists them.")
    narrowed = {scope for scope in principal.scopes if scope.partition(":")[0] in _RESOURCES}
    if (principal.is_service or narrowed) and permission not in narrowed:
        return frozenset()
    roles = {Role.SERVICE} if principal.is_service else principal.roles
    return frozenset(scope for role in roles for scope in _SCOPES.get((role, permission), ()))


def permitted(principal: Principal, permission: str, resource: Ownership | None = None) -> bool:
    """Whether the principal may do this on `resource`; without one, whether on any row at all."""
    if permission == ANONYMOUS_PERMISSION:
        return True
    scopes = scopes_of(principal, permission)
    if "any" in scopes or (resource is None and scopes):
        return True
    if resource is None:
        return False
    return ("own_section" in scopes and principal.sponsor in resource.sections) or (
        "self" in scopes and resource.author == principal.subject
    )


def can(principal: Principal, resource_type: str, resource: Ownership) -> list[str]:
    """What the principal may do to this row beyond reading it, as clients show it; the row's state is not asked."""
    return sorted(
        action
        for kind, _, action in (permission.partition(":") for permission in PERMISSIONS)
        if kind == resource_type
        and action not in {"read", "create"}
        and permitted(principal, f"{kind}:{action}", resource)
    )


class NotPermitted(Refusal, Forbidden):
    """The caller is known but its roles and scopes do not grant the permission that it names."""

    shown = ("permission",)
    fr = "Cette action demande la permission {permission}, que vos rôles ({roles}) ne donnent pas ici ; demandez-la à l'administrateur."
    en = "This action needs the permission {permission}, which your roles ({roles}) do not grant here; ask the administrator for it."
    permission: str
    roles: list[str]


def require(principal: Principal, permission: str, resource: Ownership | None = None) -> None:
    """Return if `permitted`.

    Raises:
        InvalidToken: nobody is signed in.
        NotPermitted: somebody is, without this permission here.
    """
    if permission != ANONYMOUS_PERMISSION and principal.is_anonymous:
        raise InvalidToken
    if not permitted(principal, permission, resource):
        raise NotPermitted(permission, sorted(principal.roles))
