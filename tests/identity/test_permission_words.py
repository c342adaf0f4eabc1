"""Every permission can be said in words, and whom to ask for it."""

import pytest

from shared.identity import Role
from shared.permission_words import holders, permission_words, who_may
from shared.permissions import PERMISSIONS


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_permission_has_words_in_both_languages(permission: str) -> None:
    said = permission_words(permission)
    assert said["fr"] != permission
    assert said["en"] != permission
    assert holders(permission)


def test_whom_to_ask_is_told() -> None:
    assert who_may("projects:approve") == {"fr": "approbateur, administrateur", "en": "approver, administrator"}
    assert set(holders("projects:approve")) == {Role.APPROVER, Role.ADMIN}
