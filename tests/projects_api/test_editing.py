"""The registers behind the portfolio are edited over HTTP, and deleted while nothing refers to them."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from services.projects_api.imports.service import import_rows
from shared.recording.record import OwnAncestor
from shared.resources.organisations import OfficeItem, PersonItem
from shared.resources.places import AreaItem, PlaceDetail
from shared.resources.sectors import SectorItem
from tests.projects_api.conftest import rows_of

KINDS: dict[str, tuple[type[Any], dict[str, Any], dict[str, Any]]] = {
    "places": (PlaceDetail, {"kind": "locality", "name": {"fr": "Ber"}}, {"name": {"fr": "Bèr"}}),
    "offices": (OfficeItem, {"title": {"fr": "Chef"}, "organisation": "cad"}, {"title": {"fr": "Cheffe"}}),
    "persons": (PersonItem, {"name": "A. Maïga"}, {"name": "Aïssata Maïga"}),
    "sectors": (SectorItem, {"mechanism": "QIP", "name": {"fr": "Route"}}, {"name": {"fr": "Routes"}}),
    "reporting-areas": (AreaItem, {"name": {"fr": "Sud"}, "places": ["mali"]}, {"position": 7}),
}
"""Per list, the model of one row, its content and what an edit changes."""


@pytest.fixture
async def admin_client(clients):
    return await clients("projects", "admin", "awa")


@pytest.mark.parametrize("name", KINDS)
async def test_a_record_is_made_edited_and_deleted_by_its_slug(admin_client, name):
    model, content, edit = KINDS[name]
    path = f"/v1/{name}/new-one"
    made = await admin_client.post(f"/v1/{name}", json={"slug": "new-one", **content})
    assert made.status_code == 201, made.text
    assert (made.headers["ETag"], made.json()["key"]) == ('"1"', "new-one")
    assert (await admin_client.get(made.headers["Location"])).json()["id"] == made.json()["id"]
    assert (await admin_client.put(path, json={**content, **edit})).status_code == 428
    edited = await admin_client.put(path, json={**content, **edit}, headers={"If-Match": '"1"'})
    assert (edited.status_code, edited.headers["ETag"]) == (200, '"2"'), edited.text
    stale = await admin_client.put(path, json=content, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    read = await admin_client.get(path)
    assert read.json()["etag"] == '"2"'
    row = model.model_validate(read.json())
    assert {field: read.json()[field] for field in edit} == edit
    assert set(row.can) - {"merge"} == {"delete", "edit"}
    listed = (await admin_client.get(f"/v1/{name}?slug__in=new-one&include=total" if name != "places" else
                                     f"/v1/{name}?q=new-one&include=total")).json()  # fmt: skip
    assert [one["slug"] for one in listed["items"]] == ["new-one"]
    assert (await admin_client.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    gone = await admin_client.delete(path, headers={"If-Match": '"2"'})
    assert (gone.status_code, gone.content) == (204, b""), gone.text
    assert (await admin_client.get(path)).status_code == 404
    again = await admin_client.post(f"/v1/{name}", json={"slug": "new-one", **content})
    assert again.status_code == 409
    assert again.json()["errors"][0]["code"] == "name_retired"


@pytest.mark.parametrize(
    ("path", "referring"),
    [
        ("places/bourem", {"place_share": 1, "activity": 1}),
        ("places/gao", {"place": 1, "reporting_area_place": 1}),
        ("organisations/cad", {"role": 1}),
        ("sectors/qip-water", {"sector_share": 1}),
    ],
)
async def test_what_others_refer_to_is_not_deleted(desks, admin_client, path, referring):
    officer = await desks()
    project = await officer.create()
    written = await officer.send(
        "POST",
        f"/v1/projects/{project}/sectors",
        {"shares": [{"sector": "qip-water", "percentage": "100"}], "on": "2022-02-01"},
    )
    assert written.status_code == 201, written.text
    launch = {"kind": "launch", "title": {"fr": "Lancement"}, "start_on": "2022-03-14", "end_on": "2022-03-14"}
    assert (await officer.client.post("/v1/activities", json={**launch, "places": ["bourem"]})).status_code == 201
    answer = await admin_client.delete(f"/v1/{path}", headers={"If-Match": "*"})
    assert answer.status_code == 409
    assert answer.json()["referred_to_by"] == referring
    assert {fault["code"] for fault in answer.json()["errors"]} == {f"referred_to_by_{name}" for name in referring}
    assert (await admin_client.get(f"/v1/{path}")).status_code == 200


async def test_the_audit_of_a_deletion_keeps_what_was_said_but_no_persons_name(admin_client, admin):
    for name in ("persons", "offices"):
        content = KINDS[name][1]
        await admin_client.post(f"/v1/{name}", json={"slug": "new-one", **content})
        await admin_client.delete(f"/v1/{name}/new-one", headers={"If-Match": "*"})
    kept = {
        row["action"]: row["before"]
        for row in await admin.fetch("SELECT action, before FROM audit WHERE action LIKE '%.deleted'")
    }
    assert "Maïga" not in kept["person.deleted"]
    assert "Chef" in kept["office.deleted"]


async def test_a_policy_holds_from_its_date_and_the_one_before_stays(admin_client):
    policy = {
        "mechanism": "QIP",
        "kind": "ceiling",
        "value": "60000",
        "currency": "USD",
        "valid_from": "2023-01-01",
        "source": "Revised directive",
    }
    before = (await admin_client.get("/v1/mechanisms", params={"known_at": "now"})).json()
    instant = datetime.now(UTC).isoformat()
    made = await admin_client.post("/v1/mechanisms/policies", json=policy)
    assert made.status_code == 201, made.text
    again = await admin_client.post("/v1/mechanisms/policies", json={**policy, "value": "70000"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "policy_stands")
    mechanisms = (await admin_client.get("/v1/mechanisms")).json()["items"]
    [qip] = [one for one in mechanisms if one["code"] == "QIP"]
    assert [(one["value"], one["valid_from"]) for one in qip["policies"]] == [
        ("50000", "2013-07-01"),
        ("60000", "2023-01-01"),
    ]
    then = await admin_client.get("/v1/mechanisms", params={"known_at": instant})
    assert then.json() == before
    assert before["items"] != mechanisms


@pytest.mark.parametrize("parent", ["gao", "bourem"])
async def test_a_place_never_lies_within_itself(desks, parent: str) -> None:
    officer = await desks()
    etag = (await officer.client.get("/v1/places/gao")).headers["ETag"]
    body = {"kind": "region", "name": {"fr": "Gao"}, "parent": parent}
    answer = await officer.client.put("/v1/places/gao", json=body, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "own_ancestor")


async def test_two_edits_at_once_do_not_close_a_circle(desks) -> None:
    """Each is right by what it can see; the commits take turns, and the second one is refused."""
    officer = await desks()
    for slug in ("arlal", "borem"):
        body = {"slug": slug, "kind": "locality", "name": {"fr": slug.title()}, "parent": "gao"}
        assert (await officer.client.post("/v1/places", json=body)).status_code == 201

    async def put_under(slug: str, parent: str) -> int:
        body = {"kind": "locality", "name": {"fr": slug.title()}, "parent": parent}
        answer = await officer.client.put(f"/v1/places/{slug}", json=body, headers={"If-Match": "*"})
        return answer.status_code

    statuses = await asyncio.gather(put_under("arlal", "borem"), put_under("borem", "arlal"))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 422}


async def test_the_database_refuses_a_circle_whoever_makes_it(admin) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(
            "UPDATE place SET parent_id = (SELECT id FROM place WHERE slug = 'bourem') WHERE slug = 'gao'"
        )


async def test_a_file_of_places_holds_no_circle(units) -> None:
    place = {"type": "place", "kind": "locality"}
    rows = rows_of(
        {**place, "slug": "arlal", "name": {"fr": "Arlal"}, "parent": "borem"},
        {**place, "slug": "borem", "name": {"fr": "Borem"}, "parent": "arlal"},
    )
    with pytest.raises(OwnAncestor):
        async with units() as unit:
            await import_rows(unit, rows)


async def test_a_place_of_another_area_is_named_with_that_area(admin_client) -> None:
    body = {"slug": "other", "name": {"fr": "other"}, "places": []}
    assert (await admin_client.post("/v1/reporting-areas", json=body)).status_code == 201
    body = {"name": {"fr": "other"}, "places": ["gao"]}
    answer = await admin_client.put("/v1/reporting-areas/other", json=body, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "in_another_area")
    assert "gao-menaka" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("name", ["\u2800\u2800", "\u3164", "\u0301\u0302", "\ue000", "\u00a0\u2003"])
async def test_a_name_that_shows_nothing_is_refused(admin_client, name: str) -> None:
    body = {"slug": "seen", "kind": "locality", "name": {"fr": name}}
    answer = await admin_client.post("/v1/places", json=body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("url", ["http://[::1", "https://", "http:///path", "https://?q"])
async def test_a_link_names_a_site(admin_client, url: str) -> None:
    body = {"links": [{"kind": "article", "url": url}], "mechanism": "QIP", "title": {"fr": "Forage"}}
    answer = await admin_client.post("/v1/projects", json=body)
    assert answer.status_code == 422, answer.text
    assert {fault["code"] for fault in answer.json()["errors"]} & {"address_without_host", "string_pattern_mismatch"}


async def test_an_amount_of_too_many_digits_is_told_so(desks) -> None:
    officer = await desks()
    project = await officer.create()
    answer = await officer.amount(project, amount="1.12345678901")
    assert [fault["code"] for fault in answer.json()["errors"]] == ["too_many_digits"]
