"""A dated policy that was entered wrongly is corrected by a row of its own, with its reason; nothing is overwritten."""

from typing import Any
from uuid import uuid4

import pytest

from services.projects_api.imports.service import import_rows
from services.projects_api.mechanisms.schemas import PolicyRead
from tests.projects_api.conftest import rows_of

CEILING: dict[str, Any] = {
    "mechanism": "QIP",
    "kind": "ceiling",
    "value": "60000",
    "currency": "USD",
    "valid_from": "2013-07-01",
    "source": "DPKO/DFS 2017.16",
}
REASON = "The directive says 60,000."
PATH = "/v1/mechanisms/policies"


@pytest.fixture
async def admin_client(clients):
    return await clients("projects", "admin", "awa")


async def policies(client, mechanism: str = "QIP") -> list[dict[str, Any]]:
    items = (await client.get("/v1/mechanisms")).json()["items"]
    [found] = [one for one in items if one["code"] == mechanism]
    for one in found["policies"]:
        PolicyRead.model_validate(one)
    listed: list[dict[str, Any]] = found["policies"]
    return listed


async def corrected(client, **changed: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json={**CEILING, "reason": REASON, **changed})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def refusal(client, language: str = "en", **changed: Any) -> tuple[int, str, str]:
    answer = await client.post(PATH, json={**CEILING, **changed}, headers={"Accept-Language": language})
    document = answer.json()
    return answer.status_code, document["type"].rpartition(":")[2], document["detail"]


async def test_a_policy_is_corrected_with_a_reason_and_the_old_row_stays(admin_client, admin):
    [wrong] = await policies(admin_client)
    made = await corrected(admin_client, supersedes_id=wrong["id"])
    assert (made["supersedes_id"], made["valid_from"]) == (wrong["id"], "2013-07-01")
    [standing] = await policies(admin_client)
    assert (standing["id"], standing["value"], standing["reason"]) == (made["id"], "60000", REASON)
    assert (standing["recorded_by"], standing["supersedes_id"]) == ("awa", wrong["id"])
    assert await admin.fetchval("SELECT value FROM policy WHERE id = $1", wrong["id"]) == 50000
    told = await admin.fetchrow(
        "SELECT actor, reason, before ->> 'value' AS before, after ->> 'value' AS after FROM audit"
        " WHERE action = 'policy.corrected'"
    )
    assert tuple(told) == ("awa", REASON, "50000.000", "60000")
    with pytest.raises(Exception, match="append"):
        await admin.execute("UPDATE policy SET value = 1")


async def test_what_is_no_correction_is_refused_and_told_in_both_languages(admin_client):
    [wrong] = await policies(admin_client)
    status, kind, told = await refusal(admin_client, "fr", supersedes_id=wrong["id"])
    assert (status, kind) == (422, "correction-without-reason")
    assert "demande un motif" in told
    missing = str(uuid4())
    assert (await refusal(admin_client, supersedes_id=missing, reason=REASON))[:2] == (404, "not-found")
    made = await corrected(admin_client, supersedes_id=wrong["id"])
    status, kind, told = await refusal(admin_client, "fr", supersedes_id=wrong["id"], reason=REASON)
    assert (status, kind) == (409, "already-corrected")
    assert f"a déjà été corrigé par {made['id']}" in told
    status, kind, told = await refusal(admin_client, "fr")
    assert (status, kind) == (409, "policy-stands")
    assert "vaut déjà à partir du 1er juillet 2013" in told
    later = await corrected(admin_client, valid_from="2023-01-01", value="75000")
    moved = {"supersedes_id": later["id"], "valid_from": "2013-07-01", "reason": REASON}
    assert (await refusal(admin_client, **moved))[:2] == (409, "policy-stands")


async def test_a_correction_may_move_the_date_and_the_mechanism(admin_client):
    [wrong] = await policies(admin_client)
    moved = await corrected(admin_client, supersedes_id=wrong["id"], valid_from="2014-07-01")
    assert [one["code"] for one in moved["warnings"]] == ["policy_gap"]
    assert [one["valid_from"] for one in await policies(admin_client)] == ["2014-07-01"]
    await corrected(admin_client, supersedes_id=moved["id"], mechanism="TF")
    assert await policies(admin_client) == []
    assert [one["value"] for one in await policies(admin_client, "TF")] == ["60000"]
    first = await corrected(admin_client, reason=None)
    assert [one["id"] for one in await policies(admin_client)] == [first["id"]]


@pytest.mark.parametrize("role", ["viewer", "programme_officer", "approver", "fund_manager", "reporting_officer"])
async def test_only_an_administrator_corrects_a_policy(clients, admin_client, role):
    [wrong] = await policies(admin_client)
    client = await clients("projects", role, "oumar")
    assert (await refusal(client, supersedes_id=wrong["id"], reason=REASON))[0] == 403


async def test_the_ceiling_that_stands_judges(admin_client, desks):
    [wrong] = await policies(admin_client)
    officer, approver = await desks(), await desks("approver", "awa")

    async def approve() -> Any:
        project = await officer.create(places=["bourem"], roles=[{"kind": "sponsor", "organisation": "cad"}])
        amount = {"kind": "approved", "amount": "55000", "currency": "USD", "on": "2022-03-14"}
        await officer.client.post(
            f"/v1/projects/{project}/amounts", json=amount, headers={"If-Match": "*", "Idempotency-Key": project}
        )
        for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
            assert (await officer.move(project, to, on)).status_code == 201
        return await approver.move(project, "approved", "2022-03-14")

    assert "ceiling" in (await approve()).text
    await corrected(admin_client, supersedes_id=wrong["id"])
    answer = await approve()
    assert answer.status_code == 201, answer.text


async def test_a_register_corrects_too_and_leaves_what_stands_as_it_says(admin_client, units, admin):
    async with units() as unit:
        assert await import_rows(unit, rows_of({"type": "policy", **CEILING})) == {"changed": 1}
    async with units() as unit:
        assert await import_rows(unit, rows_of({"type": "policy", **CEILING})) == {"unchanged": 1}
    [standing] = await policies(admin_client)
    assert (standing["value"], standing["reason"]) == ("60000", "import")
    assert await admin.fetchval("SELECT count(*) FROM policy") == 2
