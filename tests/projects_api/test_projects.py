"""Projects over HTTP: created under a reference, edited with If-Match, read with all their facts."""

from collections import Counter
from decimal import Decimal

import pytest

from shared.resources.project_facts import AmountRead, TransitionRead
from shared.resources.projects import ProjectDetail, ProjectItem


async def test_a_project_begins_as_identified_under_the_next_free_reference(desks):
    officer = await desks()
    first = await officer.create(region="GAO")
    second = await officer.create(region="GAO")
    read = await officer.get(f"/v1/projects/{first}")
    assert (read["reference"], read["status"], read["status_since"]) == ("QIP-2022-GAO-001", "identified", "2022-02-01")
    assert (await officer.get(f"/v1/projects/{second}"))["reference"] == "QIP-2022-GAO-002"


async def test_a_reference_is_used_once(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-MNK-014")
    again = await officer.client.post(
        "/v1/projects", json={"mechanism": "QIP", "title": {"fr": "Autre"}, "reference": "QIP-2022-MNK-014"}
    )
    assert again.status_code == 409
    assert again.json()["errors"][0]["pointer"] == "/reference"


async def test_an_assigned_reference_follows_the_highest_one_given(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-MNK-014")
    project = await officer.create(region="MNK")
    assert (await officer.get(f"/v1/projects/{project}"))["reference"] == "QIP-2022-MNK-015"


async def test_an_assigned_reference_bears_the_letters_of_the_region_of_its_places(desks):
    officer = await desks()
    region = {"slug": "kayes", "kind": "region", "name": {"fr": "Kayes"}, "parent": "mali"}
    letters = [{"scheme": "reference", "code": "KYS"}]
    made = await officer.client.post("/v1/places", json={**region, "codes": letters})
    assert made.status_code == 201, made.text
    village = {"slug": "sadiola", "kind": "locality", "name": {"fr": "Sadiola"}, "parent": "kayes"}
    assert (await officer.client.post("/v1/places", json=village)).status_code == 201
    project = await officer.create(reference=None, places=["sadiola"])
    assert "-KYS-" in (await officer.get(f"/v1/projects/{project}"))["reference"]


async def test_every_unknown_key_is_a_fault_at_its_place(desks):
    officer = await desks()
    answer = await officer.client.post(
        "/v1/projects",
        json={
            "mechanism": "XXX",
            "title": {"fr": "x"},
            "places": ["bourem", "nowhere"],
            "roles": [{"kind": "sponsor", "organisation": "nobody"}],
        },
    )
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/mechanism",
        "/places/1",
        "/roles/0/organisation",
    }


async def test_an_unknown_key_is_told_with_those_that_resemble_it(desks):
    officer = await desks()
    answer = await officer.client.post(
        "/v1/projects",
        json={
            "mechanism": "QPI",
            "title": {"fr": "x"},
            "places": ["bouerm", "nowhere-at-all"],
            "roles": [{"kind": "sponsor", "organisation": "turkey"}],
        },
    )
    told = {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}
    assert "did you mean: QIP?" in told["/mechanism"]
    assert "did you mean: bourem?" in told["/places/0"]
    assert "create it first or correct the key" in told["/places/1"]
    assert "did you mean: turkiye?" in told["/roles/0/organisation"]


async def test_can_names_only_what_the_state_lets_the_caller_do(desks):
    officer, approver, viewer = await desks(), await desks("approver", "awa"), await desks("viewer")
    project = await officer.create()

    async def can(desk):
        [listed] = (await desk.get("/v1/projects"))["items"]
        opened = await desk.get(f"/v1/projects/{project}")
        assert listed["can"] == opened["can"]
        return opened["can"]

    assert await can(officer) == ["delete", "edit", "merge", "submit", "transition"]
    assert await can(approver) == ["approve", "transition"]
    assert await can(viewer) == []
    await officer.move(project, "submitted", "2022-02-10")
    await officer.move(project, "under_review", "2022-02-20")
    assert await can(officer) == ["edit", "merge", "review", "transition"]
    await officer.move(project, "rejected", "2022-03-01", reason="Hors des objectifs")
    assert await can(officer) == ["edit", "merge"]
    assert await can(approver) == []


async def test_nothing_begins_in_the_future(desks):
    officer = await desks()
    answer = await officer.client.post(
        "/v1/projects", json={"mechanism": "QIP", "title": {"fr": "x"}, "identified_on": "2199-01-01"}
    )
    assert answer.status_code == 422
    assert "1 January 2199" in answer.json()["detail"]
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/identified_on"]


async def test_an_edit_changes_only_what_it_names_and_wants_the_version_read(desks):
    officer = await desks()
    project = await officer.create()
    path = f"/v1/projects/{project}"
    blind = await officer.client.patch(path, json={"protection": "public"})
    assert blind.status_code == 428
    assert blind.json()["current_etag"] == blind.headers["ETag"] == '"1"'
    assert blind.json()["current"]["protection"] == "internal"
    edited = await officer.send("PATCH", path, {"protection": "public"})
    assert edited.status_code == 200, edited.text
    assert edited.json()["title"] == {"fr": "Forage solaire"}
    assert edited.json()["protection"] == "public"
    stale = await officer.client.patch(path, json={"protection": "internal"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["current_etag"] == edited.headers["ETag"]
    assert stale.json()["current"]["protection"] == "public"


async def test_an_edit_without_a_field_is_refused(desks):
    officer = await desks()
    project = await officer.create()
    assert (await officer.send("PATCH", f"/v1/projects/{project}", {})).status_code == 422


async def test_a_sponsor_editor_changes_the_projects_of_its_own_section_only(desks):
    officer = await desks()
    theirs = await officer.create(roles=[{"kind": "sponsor", "organisation": "pad"}])
    ours = await officer.create()
    editor = await desks("sponsor_editor", "ibrahim", sponsor="cad")
    assert (await editor.send("PATCH", f"/v1/projects/{ours}", {"title": {"fr": "Nouveau"}})).status_code == 200
    assert (await editor.send("PATCH", f"/v1/projects/{theirs}", {"title": {"fr": "Nouveau"}})).status_code == 403
    stolen = await editor.send(
        "PUT", f"/v1/projects/{ours}/roles", {"roles": [{"kind": "sponsor", "organisation": "pad"}]}
    )
    assert stolen.status_code == 403
    foreign = await editor.client.post(
        "/v1/projects",
        json={"mechanism": "QIP", "title": {"fr": "x"}, "roles": [{"kind": "sponsor", "organisation": "pad"}]},
    )
    assert foreign.status_code == 403


async def test_what_is_read_is_what_the_models_document(desks, under_review):
    officer, _, project = under_review
    path = f"/v1/projects/{project}"
    assert (await officer.amount(project)).status_code == 201
    for part, body in (
        ("roles", [{"kind": "sponsor", "organisation": "cad"}, {"kind": "implementer", "organisation": "pad"}]),
        ("outputs", [{"name": {"fr": "forages"}, "planned": "3", "place": "bourem"}]),
        ("links", [{"url": "https://example.org/a?b=c", "label": {"fr": "Article"}}]),
    ):
        answer = await officer.send("PUT", f"{path}/{part}", {part: body})
        assert answer.status_code == 200, answer.text
    quoted = [
        {
            "reference": "QUO-2022-001",
            "value": "300000",
            "unit": "persons",
            "qualifier": "nearly",
            "source": "Bulletin",
            "scope": {"fr": "accès à l'eau"},
        }
    ]
    answer = await officer.send("PUT", f"{path}/quoted-figures", {"quoted_figures": quoted})
    assert answer.status_code == 200, answer.text
    answer = await officer.send(
        "POST", f"{path}/sectors", {"on": "2022-02-01", "shares": [{"sector": "qip-water", "percentage": "100"}]}
    )
    assert answer.status_code == 201, answer.text
    answer = await officer.send(
        "POST",
        f"{path}/beneficiaries",
        {"on": "2022-02-01", "kind": "planned", "unit": "persons", "total": 450, "female_share": "48"},
    )
    assert answer.status_code == 201, answer.text

    detail = await officer.get(path)
    ProjectDetail.model_validate(detail)
    assert [row["to"] for row in detail["transitions"]] == ["identified", "submitted", "under_review"]
    for row in detail["transitions"]:
        TransitionRead.model_validate(row)
    for row in detail["amounts"]:
        AmountRead.model_validate(row)
    assert detail["outputs"][0]["place"] == "bourem"
    assert detail["sectors"][0]["slug"] == "qip-water"
    [item] = (await officer.get("/v1/projects"))["items"]
    ProjectItem.model_validate(item)
    assert item["amount"]["usd"] == "43019.4930337972"


@pytest.mark.parametrize("part", ["transitions", "amounts"])
async def test_histories_of_no_project_are_not_found(desks, part):
    officer = await desks()
    answer = await officer.client.get(f"/v1/projects/00000000-0000-7000-8000-000000000000/{part}")
    assert answer.status_code == 404


async def test_what_had_no_state_yet_is_counted_under_a_name(desks):
    officer = await desks()
    await officer.create()
    totals = await officer.get("/v1/projects/totals?as_of=1999-01-01")
    assert totals["by"]["status"] == {"none": totals["total"]}


async def test_totals_count_and_add_up_exactly_what_the_filters_keep(desks, under_review):
    officer, approver, first = under_review
    shares = [{"place": "bourem", "percentage": "60"}, {"place": "gao", "percentage": "40"}]
    second = await officer.create(places={"on": "2022-02-01", "shares": shares})
    await officer.create(places=["bourem"])
    for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
        await officer.move(second, to, on)
    for project, amount, currency in ((first, "21500000", "XOF"), (second, "40000.50", "USD")):
        money = {"amount": amount, "currency": currency}
        answer = await approver.move(project, "approved", "2022-03-14", amount=money)
        assert answer.status_code == 201, answer.text
    for query in ("", "status__in=approved", "area__in=gao-menaka", "status__in=identified"):
        totals = await officer.get(f"/v1/projects/totals?{query}")
        listed = (await officer.get(f"/v1/projects?{query}"))["items"]
        amounts = [one["amount"] for one in listed if one["amount"]]
        assert totals["total"] == len(listed)
        assert totals["by"]["place"] == Counter(place["slug"] for one in listed for place in one["places"])
        sums = {currency: sum(Decimal(one["amount"]) for one in amounts if one["currency"] == currency)
                for currency in {one["currency"] for one in amounts}}  # fmt: skip
        assert {currency: Decimal(value) for currency, value in totals["sums"].items()} == sums
        assert Decimal(totals["usd"]) == sum(Decimal(one["usd"]) for one in amounts)
        for area, count in () if "area" in query else totals["by"]["area"].items():
            narrowed = await officer.get(f"/v1/projects?{query}&area__in={area}&include=total")
            assert narrowed["total"] == count, area
