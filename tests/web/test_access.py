"""Who gets through to what, over HTTP: every operation of the three services, for every caller."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.auth import Principal
from shared.identity import Role
from shared.permissions import PERMISSIONS, permitted
from tests.serving import PACKAGES

NOBODY = "0193b1a2-7a52-7cc0-8f7a-0c8c6f2f9d11"
CALLERS: dict[str, tuple[Principal, dict[str, Any]]] = {
    **{role.value: (Principal("awa", roles=frozenset({role.value})), {"role": role}) for role in Role},
    "service with every scope": (
        Principal("awa", scopes=PERMISSIONS, is_service=True), {"role": "service", "scopes": sorted(PERMISSIONS)}
    ),
    "viewer narrowed to figures": (
        Principal("awa", roles=frozenset({"viewer"}), scopes=frozenset({"figures:read"})),
        {"role": "viewer", "scopes": ["figures:read"]},
    ),
}  # fmt: skip
CALLERS["a token that names no role"] = (Principal("awa"), {"role": []})
CALLERS["service"] = (Principal("awa", is_service=True), {"role": "service"})


@pytest.mark.parametrize("service", PACKAGES)
@pytest.mark.whole
async def test_every_operation_lets_through_whom_the_table_says(
    clients: Callable[..., Awaitable[httpx.AsyncClient]], token_for: Callable[..., str], service: str
) -> None:
    client = await clients(service)
    document = (await client.get("/openapi.json")).json()
    tokens = {
        name: token_for(words["role"], "awa", scopes=words.get("scopes", ())) for name, (_, words) in CALLERS.items()
    }
    wrong = []
    for path, methods in document["paths"].items():
        address = re.sub(r"\{[^}]+\}", NOBODY, path)
        for method, operation in methods.items():
            permission = operation["x-permission"]
            if permission != "anonymous" and (await client.request(method, address)).status_code != 401:
                wrong.append(f"{method} {path} without a token")
            for name, (principal, _) in CALLERS.items():
                headers = {"Authorization": f"Bearer {tokens[name]}"}
                status = (await client.request(method, address, headers=headers)).status_code
                if status == 401 or (status == 403) is permitted(principal, permission) or status >= 500:
                    wrong.append(f"{method} {path} as {name}: {status}, and {permission} is asked")
    assert not wrong
