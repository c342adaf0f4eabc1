"""What was entered by mistake is deleted while nothing refers to it: gone now, there as known before, its name used up."""

import asyncio
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from services.projects_api.imports.service import import_rows
from shared.deletion import NameRetired
from shared.resources.activities import ActivityDetail
from tests.projects_api.conftest import rows_of

LAUNCH = {"kind": "launch", "title": {"fr": "Lancement"}, "start_on": "2022-03-14", "end_on": "2022-03-14"}
ROLES = [{"kind": "sponsor", "organisation": "cad"}]
ANY = {"If-Match": "*"}
WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')"


@pytest.fixture
async def officer(desks):
    return await desks()


@pytest.fixture
def post(officer):
    """Post, and answer where it was recorded and under which reference."""

    async def made(path: str, body: dict[str, Any]) -> tuple[str, str]:
        key = {"Idempotency-Key": str(uuid7())}
        answer = await officer.client.post(f"/v1/{path}", json=body, headers=key)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"]), str(answer.json().get("key") or answer.json()["reference"])

    return made


async def now(admin) -> str:
    return (await admin.fetchval("SELECT clock_timestamp()")).isoformat()


async def refused(client, address: str, **headers: str) -> dict[str, Any]:
    answer = await client.delete(address, headers={**ANY, **headers})
    assert answer.status_code == 409, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def gone(client, address: str) -> None:
    answer = await client.delete(address, headers={**ANY, "X-Reason": "Entered for another mission."})
    assert (answer.status_code, answer.content) == (204, b""), answer.text
    assert (await client.get(address)).status_code == 404
    assert (await client.delete(address, headers=ANY)).status_code == 404


async def listed(client, path: str, **query: str) -> list[str]:
    answer = await client.get(f"/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return [one["reference"] for one in answer.json()["items"]]


async def told(admin, noun: str, identity: str) -> list[tuple[Any, ...]]:
    rows = await admin.fetch(
        "SELECT action, actor, reason, before ->> 'reference' FROM audit WHERE subject_id = $1 AND action = $2",
        identity,
        f"{noun}.deleted",
    )
    return [tuple(row) for row in rows]


async def test_a_draft_project_is_deleted_with_its_facts(officer, admin, units, clients):
    client = officer.client
    project = await officer.create(places=["bourem"], roles=ROLES)
    await officer.amount(project)
    read = await officer.get(f"/v1/projects/{project}")
    reference = read["reference"]
    approved = {"type": "project", "reference": "QIP-2021-GAO-900", "mechanism": "QIP", "title": {"fr": "Forage"},
                "transitions": [{"to": "approved", "on": "2021-02-01"}]}  # fmt: skip
    async with units() as unit:
        await import_rows(unit, rows_of(approved))
    assert "delete" in (await officer.get(f"/v1/projects/{reference}"))["can"], "whatever other projects there are"
    before = await now(admin)
    assert (await client.delete(f"/v1/projects/{reference}")).status_code == 428
    await gone(client, f"/v1/projects/{reference}")
    for path in (f"projects/{project}", f"projects/{project}/amounts", f"projects/{reference}/allowed-transitions"):
        assert (await client.get(f"/v1/{path}")).status_code in {404, 405}, path
    assert await listed(client, "projects") == ["QIP-2021-GAO-900"]
    assert await listed(client, "projects", q=reference) == []
    assert await listed(client, "projects", known_at=before) == ["QIP-2021-GAO-900", reference]
    assert await listed(client, "projects", known_at=before, q=reference) == [reference]
    then = await client.get(f"/v1/projects/{reference}", params={"known_at": before})
    assert then.status_code == 200
    assert then.json()["amounts"] == read["amounts"] != []
    assert then.json()["roles"] == read["roles"] != []
    assert await told(admin, "project", project) == [
        ("project.deleted", "moussa", "Entered for another mission.", reference)
    ]
    standing = "SELECT count(*) FROM amount WHERE project_id = $1 AND NOT is_retraction AND id NOT IN (SELECT supersedes_id FROM amount WHERE supersedes_id IS NOT NULL)"
    assert await admin.fetchval(standing, project) == 0
    auditor = await clients("reporting", "approver", "moussa")
    audit = await auditor.get("/v1/audit", params={"subject_id": reference, "action": "project.deleted"})
    assert [one["action"] for one in audit.json()["items"]] == ["project.deleted"]


async def test_a_deleted_reference_is_used_up(officer, post, units):
    client = officer.client
    project = await officer.create(places=["bourem"])
    reference = (await officer.get(f"/v1/projects/{project}"))["reference"]
    _, monitoring = await post("monitoring", {"mechanism": "TF", "phase": {"fr": "Première phase"}})
    _, activity = await post("activities", LAUNCH)
    for path in (f"projects/{reference}", f"monitoring/{monitoring}", f"activities/{activity}"):
        await gone(client, f"/v1/{path}")
    other = await officer.create(places=["bourem"])
    assert int((await officer.get(f"/v1/projects/{other}"))["reference"][-3:]) == int(reference[-3:]) + 1
    _, following = await post("monitoring", {"mechanism": "TF", "phase": {"fr": "Première phase"}})
    assert int(following[-3:]) == int(monitoring[-3:]) + 1
    again = await client.post("/v1/activities", json={**LAUNCH, "reference": activity})
    assert again.status_code == 409
    again = await client.post(
        "/v1/monitoring", json={"mechanism": "TF", "phase": {"fr": "Phase"}, "reference": monitoring}
    )
    assert (again.status_code, again.json()["type"]) == (409, "urn:djoliba:problem:name-retired")
    named = await client.post("/v1/activities", json={**LAUNCH, "projects": [reference]})
    assert (named.status_code, named.json()["errors"][0]["code"]) == (422, "unknown_key")
    for row in ({"type": "activity", **LAUNCH, "reference": activity},
                {"type": "project", "reference": reference, "mechanism": "QIP", "title": {"fr": "École"},
                 "transitions": [{"to": "identified", "on": "2022-02-01"}]}):  # fmt: skip
        with pytest.raises(NameRetired):
            async with units() as unit:
                await import_rows(unit, rows_of(row))


async def test_a_project_that_something_names_stays(officer, post, desks):
    client = officer.client
    project = await officer.create(places=["bourem"], roles=ROLES)
    reference = (await officer.get(f"/v1/projects/{project}"))["reference"]
    launched, _ = await post("activities", {**LAUNCH, "projects": [reference]})
    assert (await refused(client, f"/v1/projects/{project}"))["referred_to_by"] == {"activity_project": 1}
    assert "delete" not in (await officer.get(f"/v1/projects/{project}"))["can"]
    await gone(client, launched)
    assert "delete" in (await officer.get(f"/v1/projects/{project}"))["can"]
    assert (await officer.move(project, "submitted", "2022-02-10")).status_code == 201
    assert "delete" not in (await officer.get(f"/v1/projects/{project}"))["can"]
    answer = await refused(client, f"/v1/projects/{project}", **{"Accept-Language": "fr"})
    assert answer["type"] == "urn:djoliba:problem:not-a-draft"
    assert f"{reference} est au statut « soumis »" in answer["detail"]
    assert (await officer.move(project, "identified", "2022-02-11", reason="Entered twice.")).status_code == 201
    await gone(client, f"/v1/projects/{project}")


async def test_an_activity_goes_with_its_links_and_is_there_as_known_before(officer, post, admin):
    project = await officer.create(places=["bourem"])
    reference = (await officer.get(f"/v1/projects/{project}"))["reference"]
    body = {
        **LAUNCH,
        "projects": [reference],
        "roles": ROLES,
        "links": [{"url": "https://example.org/a", "label": {"fr": "Photos"}}],
    }
    launched, activity = await post("activities", body)
    read = await officer.get(launched)
    monitored, _ = await post("monitoring", {"mechanism": "TF", "phase": {"fr": "Phase"}, "activity": activity})
    assert "delete" not in (await officer.get(launched))["can"]
    assert (await refused(officer.client, launched))["referred_to_by"] == {"monitoring": 1}
    await gone(officer.client, monitored)
    before = await now(admin)
    await gone(officer.client, launched)
    assert await listed(officer.client, "activities", project__in=reference) == []
    then = await officer.client.get(launched, params={"known_at": before})
    assert then.status_code == 200, then.text
    ActivityDetail.model_validate(then.json())
    for member in ("title", "projects", "roles", "links"):
        assert then.json()[member] == read[member] != []


async def test_an_announcement_goes_with_its_amounts_from_its_leaves_up(officer, post, admin):
    amounts = [{"kind": "approved", "amount": "78500000", "currency": "XOF", "on": "2022-03-14"}]
    title = {"title": {"fr": "Sept projets"}, "mechanism": "QIP", "project_count": 7}
    above, top = await post("announcements", {**title, "amounts": amounts})
    below, _ = await post("announcements", {**title, "parent": top})
    assert (await refused(officer.client, above))["referred_to_by"] == {"announcement": 1}
    assert "delete" not in (await officer.get(above))["can"]
    await gone(officer.client, below)
    assert "delete" in (await officer.get(above))["can"]
    before = await now(admin)
    await gone(officer.client, above)
    assert await listed(officer.client, "announcements") == []
    then = await officer.client.get(above, params={"known_at": before})
    assert [one["amount"] for one in then.json()["amounts"]] == ["78500000"]
    assert await listed(officer.client, "announcements", known_at=before) == [top]


async def test_who_deletes(officer, post, clients, desks):
    own = await clients("projects", "sponsor_editor", "sali", sponsor="cad")
    project = await officer.create(places=["bourem"], roles=[{"kind": "sponsor", "organisation": "pad"}])
    launched, _ = await post("activities", {**LAUNCH, "roles": [{"kind": "sponsor", "organisation": "pad"}]})
    announced, _ = await post("announcements", {"title": {"fr": "Deux projets"}, "project_count": 2})
    monitored, _ = await post("monitoring", {"mechanism": "TF", "phase": {"fr": "Phase"}})
    viewer = (await desks("viewer", "oumar")).client
    approver = (await desks("approver", "moussa")).client
    for address in (f"/v1/projects/{project}", launched, announced, monitored):
        for client in (viewer, approver, own):
            assert (await client.delete(address, headers=ANY)).status_code == 403, address
        assert "delete" not in (await viewer.get(address)).json()["can"]
        assert "delete" not in (await own.get(address)).json()["can"]
    mine = await officer.create(places=["bourem"], roles=ROLES)
    assert "delete" in (await own.get(f"/v1/projects/{mine}")).json()["can"]
    await gone(own, f"/v1/projects/{mine}")


async def test_what_an_edition_names_or_prints_stays(officer, post, clients, admin):
    project = await officer.create(places=["bourem"], roles=ROLES)
    reference = (await officer.get(f"/v1/projects/{project}"))["reference"]
    launched, activity = await post("activities", {**LAUNCH, "projects": []})
    announced, group = await post("announcements", {"title": {"fr": "Deux projets"}, "project_count": 2})
    monitored, monitoring = await post("monitoring", {"mechanism": "TF", "phase": {"fr": "Phase"}})
    editor = await clients("reporting", "reporting_officer", "fatou")
    text = {"fr": f"{{ref:{reference}}} {{date:{activity}}} {{count:{group}}} {{ref:{monitoring}}}"}
    groups = [{"place": "bourem", "entries": [{"text": {"fr": "Visite."}}]}]
    edition = {
        "slug": "2022-02", "number": "2022-02", "title": {"fr": "Bulletin"}, "period_start": "2022-02-01",
        "period_end": "2022-03-31", "as_of": "2022-03-31",
        "items": [{"section": "foreword", "kind": "text", "text": text},
                  {"section": "highlights", "kind": "highlights", "parameters": {"groups": groups}}],
    }  # fmt: skip
    made = await editor.post("/v1/editions", json=edition)
    assert made.status_code == 201, made.text
    addresses = (f"/v1/projects/{project}", launched, announced, monitored)
    for address in addresses:
        assert (await refused(officer.client, address))["referred_to_by"] == {"edition": 1}
        assert "delete" not in (await officer.get(address))["can"], address
    place = await officer.client.delete("/v1/places/bourem", headers=ANY)
    assert place.json()["referred_to_by"]["edition"] == 1
    cleared = await editor.patch("/v1/editions/2022-02", json={"items": []}, headers=ANY)
    assert cleared.status_code == 200, cleared.text
    for address in addresses:
        await gone(officer.client, address)


async def test_what_is_being_named_is_not_deleted_meanwhile(officer, post, admin):
    """The deletion waits for the write that has begun to name the row, and then finds that it is named."""
    project = await officer.create(places=["bourem"])
    reference = (await officer.get(f"/v1/projects/{project}"))["reference"]
    async with admin.transaction():  # what a write that names something does first
        await admin.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('names', 0))")
        deleting = asyncio.create_task(officer.client.delete(f"/v1/projects/{project}", headers=ANY))
        while not await admin.fetchval(WAITING):
            assert not deleting.done()
        await admin.execute(
            "INSERT INTO activity (id, reference, kind, title, start_on, end_on, precision, place_slugs, version,"
            " recorded_at, protection, is_synthetic, is_deleted) VALUES ($1, 'ACT-2022-999', 'launch', $2,"
            " '2022-03-14', '2022-03-14', 'day', '{}', 1, now(), 'internal', false, false)",
            uuid7(),
            '{"fr": "Lancement"}',
        )
        await admin.execute(
            "INSERT INTO activity_project (activity_id, project_id, recorded_at)"
            " SELECT activity.id, project.id, now() FROM activity, project WHERE project.reference = $1",
            reference,
        )
    answer = await deleting
    assert (answer.status_code, answer.json()["referred_to_by"]) == (409, {"activity_project": 1})
