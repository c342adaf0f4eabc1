"""The permission table, row by row, and what scopes and ownership do to it."""

import pytest

from shared.auth import ANONYMOUS, InvalidToken, Principal, system
from shared.identity import Role
from shared.permissions import GRANTS, PERMISSIONS, Grant, NotPermitted, Ownership, can, permitted, require, scopes_of

SECTION = "civil-affairs"
OWN = Ownership(frozenset({SECTION}), "somebody-else")
FOREIGN = Ownership(frozenset({"police"}), "somebody-else")
MINE = Ownership(frozenset({"police"}), "awa")

# The whole matrix, written out: a row that moves in the code must be moved here by a second decision.
MATRIX: dict[str, dict[str, str]] = {
    "activities:create": {"sponsor_editor": "own_section", "programme_officer": "any", "reporting_officer": "any"},
    "activities:edit": {"sponsor_editor": "own_section", "programme_officer": "any", "reporting_officer": "any"},
    "allocations:create": {"fund_manager": "any"},
    "allocations_above_cost:create": {"approver": "any"},
    "announcements:create": {"programme_officer": "any", "reporting_officer": "any"},
    "announcements:edit": {"programme_officer": "any", "reporting_officer": "any"},
    "audit:read": {"approver": "any"},
    "contributions:create": {"fund_manager": "any"},
    "contributions:edit": {"fund_manager": "any"},
    "deliveries:create": {"reporting_officer": "any"},
    "deliveries:replay": {"reporting_officer": "any"},
    "donors:create": {"fund_manager": "any"},
    "donors:edit": {"fund_manager": "any"},
    "editions:approve": {"approver": "any"},
    "editions:create": {"reporting_officer": "any"},
    "editions:edit": {"reporting_officer": "any"},
    "proposals:release": {"fund_manager": "any", "approver": "any"},
    "proposals:return": {"fund_manager": "any", "approver": "any"},
    "editions:freeze": {"reporting_officer": "any", "approver": "any"},
    "editions:return": {"reporting_officer": "any", "approver": "any"},
    "imports:create": {"programme_officer": "any", "fund_manager": "any", "reporting_officer": "any"},
    "imports:read": {
        "sponsor_editor": "self",
        "programme_officer": "self",
        "fund_manager": "self",
        "reporting_officer": "self",
    },
    "organisations:merge": {"programme_officer": "any"},
    "places:merge": {"programme_officer": "any"},
    "projects:merge": {"programme_officer": "any"},
    **{
        f"standing-texts:{action}": {"reporting_officer": "any"} for action in ("create", "edit", "delete")
    },
    "mechanisms:create": {},
    "mechanisms:edit": {},
    "monitoring:create": {"programme_officer": "any"},
    "monitoring:edit": {"programme_officer": "any"},
    "organisations:create": {"programme_officer": "any", "fund_manager": "any"},
    "organisations:edit": {"programme_officer": "any"},
    "organisations:delete": {"programme_officer": "any"},
    "offices:create": {"programme_officer": "any"},
    "offices:edit": {"programme_officer": "any"},
    "offices:delete": {"programme_officer": "any"},
    "persons:read": {"programme_officer": "any", "reporting_officer": "any"},
    "persons:create": {"programme_officer": "any"},
    "persons:edit": {"programme_officer": "any"},
    "persons:delete": {"programme_officer": "any"},
    "places:delete": {"programme_officer": "any"},
    "projects:delete": {"sponsor_editor": "own_section", "programme_officer": "any"},
    "activities:delete": {"sponsor_editor": "own_section", "programme_officer": "any", "reporting_officer": "any"},
    "announcements:delete": {"programme_officer": "any", "reporting_officer": "any"},
    "monitoring:delete": {"programme_officer": "any"},
    "sectors:create": {},
    "sectors:edit": {},
    "sectors:delete": {},
    **{
        f"saved-views:{action}": dict.fromkeys(
            ("sponsor_editor", "programme_officer", "fund_manager", "reporting_officer", "approver"), "any"
        )
        for action in ("create", "edit", "delete")
    },
    "objectives:create": {},
    "objectives:edit": {},
    "objectives:delete": {},
    "reporting-areas:create": {},
    "reporting-areas:edit": {},
    "reporting-areas:delete": {},
    "donors:delete": {"fund_manager": "any"},
    "places:create": {"programme_officer": "any"},
    "places:edit": {"programme_officer": "any"},
    "platforms:create": {},
    "platforms:edit": {},
    "platforms:read": {
        "programme_officer": "any",
        "fund_manager": "any",
        "reporting_officer": "any",
        "approver": "any",
    },
    "projects:approve": {"approver": "any"},
    "projects:close": {"programme_officer": "any"},
    "projects:create": {"sponsor_editor": "own_section", "programme_officer": "any"},
    "projects:edit": {"sponsor_editor": "own_section", "programme_officer": "any"},
    "projects:review": {"programme_officer": "any"},
    "projects:revise": {"sponsor_editor": "own_section", "programme_officer": "any", "approver": "any"},
    "projects:submit": {"sponsor_editor": "own_section", "programme_officer": "any"},
    "projects:transition": {"sponsor_editor": "own_section", "programme_officer": "any", "approver": "any"},
    **{
        f"{resource}:read": dict.fromkeys(
            (role for role in Role if role not in {Role.ADMIN, Role.SERVICE}), "any"
        )
        for resource in (
            "activities", "allocations", "announcements", "contributions", "deliveries", "donors", "editions",
            "enumerations", "figures", "mechanisms", "monitoring", "named-figures", "objectives", "saved-views", "series", "offices", "organisations", "places", "projects",
            "proposals", "rates", "reporting-areas", "sectors", "standing-texts", "worklists",
        )
    },
    **{
        f"calendar-feeds:{action}": dict.fromkeys(
            (role for role in Role if role not in {Role.ADMIN, Role.SERVICE}), "self"
        )
        for action in ("create", "read")
    },
    "rates:create": {"fund_manager": "any"},
    **{
        f"{path}:{action}": {"reporting_officer": "any"}
        for path in ("named-figures", "series")
        for action in ("create", "edit", "delete")
    },
}  # fmt: skip


def person(role: str, *scopes: str) -> Principal:
    return Principal("awa", "Awa", frozenset({role}), frozenset(scopes), sponsor=SECTION)


def program(*scopes: str) -> Principal:
    return Principal("sync", "Sync", frozenset({"service"}), frozenset(scopes), is_service=True)


def test_the_matrix_names_every_permission() -> None:
    assert set(MATRIX) == PERMISSIONS


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVICE])
@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_each_cell_of_the_matrix(role: Role, permission: str) -> None:
    scope = "any" if role is Role.ADMIN else MATRIX[permission].get(role)
    caller = person(role)
    assert permitted(caller, permission) == (scope is not None)
    assert permitted(caller, permission, FOREIGN) == (scope == "any")
    assert permitted(caller, permission, OWN) == (scope in {"any", "own_section"})
    assert permitted(caller, permission, MINE) == (scope in {"any", "self"})


def test_each_grant_of_the_table_permits_and_its_absence_does_not() -> None:
    for grant in GRANTS:
        assert grant.scope in scopes_of(
            program(grant.permission) if grant.role is Role.SERVICE else person(grant.role), grant.permission
        )
    for role in Role:
        for permission in PERMISSIONS:
            held = any(one.role is role and one.permission == permission for one in GRANTS)
            caller = program(permission) if role is Role.SERVICE else person(role)
            assert bool(scopes_of(caller, permission)) == held


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_a_program_may_do_what_its_scopes_name_and_nothing_else(permission: str) -> None:
    assert permitted(program(permission), permission, FOREIGN)
    assert not permitted(program(), permission)
    assert not permitted(program(*(PERMISSIONS - {permission})), permission)


def test_a_program_does_not_borrow_the_roles_of_a_person() -> None:
    caller = Principal("sync", roles=frozenset({"service", "admin"}), is_service=True)
    assert not any(permitted(caller, permission) for permission in PERMISSIONS)


def test_scopes_narrow_a_person_and_never_widen() -> None:
    caller = person("programme_officer", "projects:read")
    assert permitted(caller, "projects:read")
    assert not permitted(caller, "projects:edit")
    assert not permitted(person("viewer", "projects:edit"), "projects:edit")


def test_an_unknown_scope_of_ours_narrows_too_and_foreign_ones_do_not() -> None:
    assert not permitted(person("programme_officer", "projects:everything"), "projects:edit")
    assert permitted(person("programme_officer", "openid", "urn:example:profile"), "projects:edit")


def test_several_roles_add_up() -> None:
    caller = Principal("awa", roles=frozenset({"sponsor_editor", "programme_officer"}), sponsor=SECTION)
    assert permitted(caller, "projects:edit", FOREIGN)


def test_a_sponsor_editor_without_a_section_owns_nothing() -> None:
    caller = Principal("awa", roles=frozenset({"sponsor_editor"}))
    assert not permitted(caller, "projects:edit", Ownership())
    assert not permitted(caller, "projects:edit", OWN)


def test_can_lists_the_actions_on_a_row() -> None:
    assert can(person("sponsor_editor"), "projects", OWN) == ["delete", "edit", "revise", "submit", "transition"]
    assert can(person("sponsor_editor"), "projects", FOREIGN) == []
    assert can(person("approver"), "editions", Ownership()) == ["approve", "freeze", "return"]
    assert can(person("viewer"), "projects", OWN) == []


def test_nobody_signed_in_may_do_only_what_is_for_everybody() -> None:
    assert permitted(ANONYMOUS, "anonymous")
    assert not any(permitted(ANONYMOUS, permission) for permission in PERMISSIONS)


def test_require_tells_nobody_from_somebody_without_the_permission() -> None:
    with pytest.raises(InvalidToken):
        require(ANONYMOUS, "projects:edit")
    with pytest.raises(NotPermitted) as refused:
        require(person("viewer"), "projects:edit")
    assert "projects:edit" in refused.value.detail["en"]
    assert "projects:edit" in refused.value.detail["fr"]
    require(person("programme_officer"), "projects:edit", FOREIGN)


def test_our_own_jobs_may_do_everything() -> None:
    assert all(permitted(system("rates"), permission, FOREIGN) for permission in PERMISSIONS)


def test_a_permission_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="projects:paint"):
        permitted(person("admin"), "projects:paint")


def test_a_grant_names_its_row() -> None:
    assert Grant(Role.APPROVER, "projects:approve") in GRANTS
