"""A project entered in one call, and its way to `in_progress`."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

WHOLE: dict[str, Any] = {
    "mechanism": "QIP",
    "title": {"fr": "Forage solaire de Bourem", "en": "Solar borehole of Bourem"},
    "identified_on": "2022-02-01",
    "source": "Request of the mayor",
    "amounts": [{"kind": "requested", "amount": "25000000", "currency": "XOF", "on": "2022-02-15"}],
    "sectors": {
        "on": "2022-02-01",
        "shares": [{"sector": "qip-water", "percentage": "60"}, {"sector": "qip-health", "percentage": "40"}],
    },
    "places": {"on": "2022-02-01", "shares": [{"place": "bourem", "percentage": "100"}]},
    "beneficiaries": [{"kind": "planned", "unit": "households", "total": 450, "on": "2022-02-01"}],
    "outputs": [{"name": {"fr": "forage"}, "planned": "1", "place": "bourem"}],
    "roles": [
        {"kind": "sponsor", "organisation": "cad", "is_lead": True},
        {"kind": "implementer", "organisation": "turkiye"},
    ],
    "quoted_figures": [
        {"reference": "QUO-1", "value": "3", "unit": "villages", "source": "Request", "scope": {"fr": "x"}}
    ],
    "links": [{"url": "https://example.org/a", "label": {"fr": "Article"}}],
}
APPROVED = {"amount": "25112500", "currency": "XOF"}


async def enter(officer, **members: Any):
    return await officer.client.post("/v1/projects", json={**WHOLE, **members})


async def test_a_project_is_entered_whole_in_one_call(desks, admin):
    officer = await desks()
    answer = await enter(officer)
    assert answer.status_code == 201, answer.text
    read = await officer.get(f"/v1/projects/{answer.json()['id']}")
    assert read["status"] == "identified"
    assert [(one["kind"], one["amount"], one["basis"]) for one in read["amounts"]] == [
        ("requested", "25000000", "rate")
    ]
    assert {one["slug"]: one["percentage"] for one in read["sectors"]} == {"qip-water": "60", "qip-health": "40"}
    assert [(one["slug"], one["percentage"]) for one in read["places"]] == [("bourem", "100")]
    assert [one["total"] for one in read["beneficiaries"]] == [450]
    assert {one["kind"] for one in read["roles"]} == {"sponsor", "implementer"}
    assert len(read["outputs"]) == len(read["quoted_figures"]) == len(read["links"]) == 1
    assert await admin.fetchval("SELECT count(*) FROM audit WHERE actor = 'moussa'") == 1


async def test_places_may_be_slugs_alone(desks):
    officer = await desks()
    read = await officer.get(f"/v1/projects/{(await enter(officer, places=['bourem'])).json()['id']}")
    assert [(one["slug"], one["percentage"]) for one in read["places"]] == [("bourem", None)]
    answer = await enter(officer, places=["bourem", "bourem"])
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/places"]


async def test_every_fault_of_form_is_named_at_its_place_and_nothing_is_written(desks, admin):
    officer = await desks()
    answer = await enter(
        officer,
        amounts=[{**WHOLE["amounts"][0], "amount": 25}],
        sectors={"on": "2022-02-30", "shares": WHOLE["sectors"]["shares"]},
        places={"on": "2022-02-01", "shares": [{"place": "Bourem"}]},
        beneficiaries=[{**WHOLE["beneficiaries"][0], "female": -1}],
        links=[{"url": "example.org", "label": {"fr": "x"}}],
    )
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/amounts/0/amount",
        "/sectors/on",
        "/places/shares/0/place",
        "/beneficiaries/0/female",
        "/links/0/url",
    }
    assert await admin.fetchval("SELECT count(*) FROM project") == 0


async def test_five_writes_bring_a_project_to_in_progress(desks):
    officer, approver = await desks(), await desks("approver", "awa")
    project = (await enter(officer)).json()["id"]
    moves = [
        await officer.move(project, "submitted", "2022-02-10"),
        await officer.move(project, "under_review", "2022-02-20"),
        await approver.move(project, "approved", "2022-03-14", amount=APPROVED, source="Review committee"),
        await officer.move(project, "in_progress", "2022-03-20"),
    ]
    assert [move.status_code for move in moves] == [201, 201, 201, 201], [move.text for move in moves]
    read = await officer.get(f"/v1/projects/{project}")
    assert (read["status"], read["approved_on"]) == ("in_progress", "2022-03-14")
    amount = read["amounts"][-1]
    assert (amount["kind"], amount["amount"], amount["value_on"], amount["source"], amount["basis"]) == (
        "approved", "25112500", "2022-03-14", "Review committee", "rate"
    )  # fmt: skip


async def test_the_amount_of_an_approval_is_judged_and_leaves_nothing_when_it_is_refused(under_review):
    officer, approver, project = under_review
    answer = await approver.move(project, "approved", "2022-03-14", amount={"amount": "50000.01", "currency": "USD"})
    assert answer.status_code == 422
    assert {fault["code"] for fault in answer.json()["errors"]} == {"above_ceiling"}
    assert (await officer.get(f"/v1/projects/{project}"))["amounts"] == []


async def test_an_amount_goes_with_an_approval_only(desks):
    officer = await desks()
    project = await officer.create()
    answer = await officer.move(project, "submitted", "2022-02-10", amount=APPROVED)
    assert {fault["code"] for fault in answer.json()["errors"]} == {"amount_without_approval"}


async def test_a_section_enters_only_its_own_projects_with_all_their_facts(desks):
    editor = await desks("sponsor_editor", "fatou", sponsor="pad")
    assert (await enter(editor)).status_code == 403
    own = await editor.client.post(
        "/v1/projects",
        json={**WHOLE, "roles": [{"kind": "sponsor", "organisation": "pad"}]},
        headers={"Idempotency-Key": str(uuid7())},
    )
    assert own.status_code == 201


async def test_what_was_created_is_read_at_its_location(desks):
    officer = await desks()
    body = {"mechanism": "QIP", "title": {"fr": "Puits"}, "places": ["bourem"]}
    created = await officer.client.post("/v1/projects", json=body)
    address = created.headers["Location"]
    assert address == f"/v1/projects/{created.json()['id']}"
    assert (await officer.get(address))["title"] == {"fr": "Puits"}
    amount = await officer.amount(created.json()["reference"], kind="requested")
    where = amount.headers["Location"]
    assert amount.json()["id"] in {item["id"] for item in (await officer.get(where))["items"]}
    split = {"on": "2022-03-01", "shares": [{"sector": "qip-water", "percentage": "100"}]}
    stated = await officer.send("POST", f"{address}/sectors", split)
    assert (await officer.get(stated.headers["Location"]))["sectors"][0]["slug"] == "qip-water"


SPONSOR = {"kind": "sponsor", "organisation": "cad"}


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("roles", [SPONSOR, SPONSOR], "repeated"),
        ("roles", [SPONSOR] * 3000, "too_long"),
        ("title", {"fr": "1," * 9990}, "string_too_long"),
        ("links", [{"url": f"https://example.org/{n}", "label": {"fr": "Lien"}} for n in range(9000)], "too_long"),
    ],
    ids=["a party twice", "a party 3,000 times", "a title of pages", "9,000 links"],
)
async def test_a_set_names_each_once_and_has_an_end(desks, member, value, code):
    officer = await desks()
    body = {"mechanism": "QIP", "title": {"fr": "Puits"}, "places": ["bourem"], member: value}
    answer = await officer.client.post("/v1/projects", json=body)
    assert answer.status_code == 422, answer.text
    told = {("/" + one["pointer"].split("/")[1], one["code"]) for one in answer.json()["errors"]}
    assert (f"/{member}", code) in told
