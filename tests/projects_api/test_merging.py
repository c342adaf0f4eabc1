"""Doubles of places, organisations and projects are merged: counted once, found by each name, as they were before."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from services.projects_api.imports.service import import_rows
from tests.projects_api.conftest import rows_of

WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory')"
FIGURES = ("qip.total", "qip.completed", "qip.budget")
DOUBLE = {"slug": "bourem-ville", "kind": "cercle", "name": {"fr": "Bourêm", "en": "Burem"}, "parent": "gao"}


async def merge(client, path: str, into: str, **headers: str) -> Any:
    body = {"into": into, "reason": "Entered twice."}
    return await client.post(f"/v1/{path}/merge", json=body, headers={"If-Match": "*", **headers})


async def merged(client, path: str, into: str) -> dict[str, Any]:
    answer = await merge(client, path, into)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refusal(client, path: str, into: str) -> tuple[int, str]:
    answer = await merge(client, path, into)
    return answer.status_code, answer.json()["errors"][0]["code"]


@pytest.fixture
async def officer(desks):
    return await desks()


@pytest.fixture
async def place(officer) -> str:
    """A place of which Bourem is the other entry."""
    answer = await officer.client.post("/v1/places", json=DOUBLE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


async def running(desks, **fields: Any) -> str:
    """A project in progress with an amount of its own."""
    officer, approver = await desks(), await desks("approver", "awa")
    project = await officer.create(**fields)
    await officer.amount(project)
    for to, on in (("submitted", "2022-02-10"), ("under_review", "2022-02-20")):
        assert (await officer.move(project, to, on)).status_code == 201
    answer = await approver.move(project, "approved", "2022-03-14")
    assert answer.status_code == 201, answer.text
    return project


async def figures(clients, **query: str) -> dict[str, Any]:
    reader = await clients("reporting", "viewer")
    found = {}
    for key in FIGURES:
        answer = await reader.get(f"/v1/figures/{key}", params={"as_of": "2022-03-31", **query})
        assert answer.status_code == 200, answer.text
        found[key] = answer.json()["value"]
    return found


async def test_a_merged_place_is_the_other_one_wherever_it_was_named(officer, place):
    at_double = await officer.create(places=[place])
    at_both = await officer.create(places=["bourem", place])
    launch = {"kind": "launch", "title": {"fr": "Lancement"}, "start_on": "2022-03-14", "end_on": "2022-03-14"}
    made = await officer.client.post("/v1/activities", json={**launch, "places": [place, "bourem"]})
    await officer.client.post("/v1/places", json={**DOUBLE, "slug": "below", "kind": "commune", "parent": place})
    kept = await merged(officer.client, f"places/{place}", "bourem")
    assert kept["key"] == "bourem"
    for project in (at_double, at_both):
        assert [one["slug"] for one in (await officer.get(f"/v1/projects/{project}"))["places"]] == ["bourem"]
    assert (await officer.get(made.headers["Location"]))["places"] == ["bourem"]
    assert (await officer.get("/v1/places/below"))["parent"] == "bourem"
    bourem = await officer.get("/v1/places/bourem")
    assert set(bourem["aliases"]) >= {"Bourêm", "Burem"}


async def test_the_names_of_a_double_lead_to_the_row_that_is_kept(officer, place):
    at = (await officer.get(f"/v1/places/{place}"))["id"]
    await merged(officer.client, f"places/{place}", "bourem")
    for name in (place, at):
        answer = await officer.client.get(f"/v1/places/{name}?as_of=2022-03-31")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/v1/places/bourem?as_of=2022-03-31")
        assert answer.json()["merged_into"] == "bourem"
    edited = await officer.client.put(f"/v1/places/{place}", json=DOUBLE, headers={"If-Match": "*"})
    assert (edited.status_code, edited.headers["Location"]) == (308, "/v1/places/bourem")
    project = await officer.create(places=[place])
    assert [one["slug"] for one in (await officer.get(f"/v1/projects/{project}"))["places"]] == ["bourem"]
    found = await officer.get("/v1/places?q=burem&include=total")
    assert ([one["slug"] for one in found["items"]], found["total"]) == (["bourem"], 1)
    listed = await officer.get("/v1/places?kind__in=cercle")
    assert [one["slug"] for one in listed["items"]] == ["bourem"]
    again = await officer.client.post("/v1/places", json=DOUBLE)
    assert again.status_code == 409


async def test_a_register_that_still_names_a_double_means_the_row_that_is_kept(officer, place, units):
    await merged(officer.client, f"places/{place}", "bourem")
    office = {"type": "office", "slug": "head", "title": {"fr": "Chef"}, "place": place}
    async with units() as unit:
        counted = await import_rows(unit, rows_of({"type": "place", **DOUBLE}, office))
    assert counted == {"unchanged": 1, "created": 1}
    assert (await officer.get("/v1/offices/head"))["place"] == "bourem"


async def test_a_merged_organisation_has_one_part_where_both_had_one(officer):
    double = {
        "slug": "cad-2",
        "kind": "mission_section",
        "names": [{"name": {"fr": "Civiles"}, "valid_from": "2013-07-01"}],
    }
    assert (await officer.client.post("/v1/organisations", json=double)).status_code == 201
    await officer.client.post("/v1/offices", json={"slug": "head", "title": {"fr": "Chef"}, "organisation": "cad-2"})
    roles = [{"kind": "sponsor", "organisation": "cad"}, {"kind": "sponsor", "organisation": "cad-2", "is_lead": True}]
    project = await officer.create(roles=roles)
    await merged(officer.client, "organisations/cad-2", "cad")
    parts = (await officer.get(f"/v1/projects/{project}"))["roles"]
    assert [(one["organisation"], one["is_lead"]) for one in parts] == [("cad", True)]
    assert (await officer.get("/v1/offices/head"))["organisation"] == "cad"
    assert "Civiles" in (await officer.get("/v1/organisations/cad"))["aliases"]


async def test_a_merged_project_counts_no_more_and_still_counts_as_known_before(clients, desks, units, admin):
    buckets = [
        {"type": "bucket", "mechanism": "QIP", "bucket": name, "states": states, "valid_from": "2013-07-01"}
        for name, states in (("total", ["approved", "completed"]), ("completed", ["completed"]))
    ]
    async with units() as unit:
        await import_rows(unit, rows_of(*buckets))
    kept = await running(desks)
    alone = await figures(clients)
    double = await running(desks, title={"fr": "Forage"})
    officer = await desks()
    group = {"title": {"fr": "Deux projets"}, "project_count": 2, "mechanism": "QIP", "projects": [
        (await officer.get(f"/v1/projects/{double}"))["reference"]]}  # fmt: skip
    key = {"Idempotency-Key": str(uuid7())}
    announced = await officer.client.post("/v1/announcements", json=group, headers=key)
    assert announced.status_code == 201, announced.text
    both = await figures(clients)
    assert Decimal(both["qip.total"]) == Decimal(alone["qip.total"]) + 1
    before = (await admin.fetchval("SELECT clock_timestamp()")).isoformat()
    await merged(officer.client, f"projects/{double}", kept)
    assert await figures(clients) == alone
    assert await figures(clients, known_at=before) == both
    listed = await officer.get("/v1/projects?include=total")
    assert [one["id"] for one in listed["items"]] == [kept]
    then = await officer.client.get("/v1/projects", params={"include": "total", "known_at": before})
    assert then.json()["total"] == 2
    as_known = await officer.client.get(f"/v1/projects/{double}", params={"known_at": before})
    assert (as_known.status_code, as_known.json()["status"]) == (200, "approved")
    reference = (await officer.get(f"/v1/projects/{kept}"))["reference"]
    assert (await officer.get(f"/v1/announcements/{announced.json()['id']}"))["projects"] == [reference]


async def test_what_is_no_double_is_not_merged(officer, place, desks):
    client = officer.client
    assert await refusal(client, "places/gao", "bourem") == (422, "another_kind")
    assert await refusal(client, f"places/{place}", place) == (422, "into_itself")
    assert await refusal(client, f"places/{place}", "boureme") == (422, "unknown_key")
    inside = {**DOUBLE, "slug": "inside", "parent": place}
    assert (await client.post("/v1/places", json=inside)).status_code == 201
    assert await refusal(client, f"places/{place}", "inside") == (422, "below_double")
    await merged(client, "places/inside", place)
    assert await refusal(client, "places/bourem", "inside") == (422, "into_merged")
    unseen = await client.post(f"/v1/places/{place}/merge", json={"into": "bourem", "reason": "Twice."})
    assert unseen.status_code == 428
    assert (await merge(client, f"places/{place}", "bourem", **{"If-Match": '"99"'})).status_code == 412
    viewer = await desks("viewer", "oumar")
    assert (await merge(viewer.client, f"places/{place}", "bourem")).status_code == 403
    await merged(client, f"places/{place}", "bourem")
    first = await client.get("/v1/places/inside")
    assert first.headers["Location"] == "/v1/places/bourem"


async def test_a_donors_organisation_is_merged_once_the_donor_names_the_other_one(officer, clients):
    funds = await clients("funds", "fund_manager", "fatou")
    state = {"kind": "state", "names": [{"name": {"fr": "Turquie"}, "valid_from": "2013-07-01"}]}
    await officer.client.post("/v1/organisations", json={"slug": "turquie", **state})
    donor = await funds.post("/v1/donors", json={"slug": "turquie", "organisation": "turquie"})
    assert donor.status_code == 201, donor.text
    answer = await merge(officer.client, "organisations/turquie", "turkiye")
    assert (answer.status_code, answer.json()["referred_to_by"]) == (409, {"donor": 1})
    edit = {"organisation": "turkiye"}
    assert (await funds.put("/v1/donors/turquie", json=edit, headers={"If-Match": "*"})).status_code == 200
    await merged(officer.client, "organisations/turquie", "turkiye")


async def test_both_rows_tell_in_the_audit_of_their_merge(officer, place, admin):
    await merged(officer.client, f"places/{place}", "bourem")
    told = await admin.fetch(
        "SELECT action, slug, reason FROM audit JOIN place ON place.id = subject_id WHERE action LIKE '%merged' ORDER BY 1"
    )
    assert [tuple(row) for row in told] == [
        ("place.double_merged", "bourem", "Entered twice."),
        ("place.merged", place, "Entered twice."),
    ]


async def test_a_write_that_names_the_double_is_before_the_merge_or_after_it(officer, place, admin):
    """The write waits for the merge that has begun, and then means the row that is kept."""
    async with admin.transaction():  # what a merge does first
        await admin.execute("SELECT pg_advisory_xact_lock(hashtextextended('names', 0))")
        writing = asyncio.create_task(officer.create(places=[place]))
        while not await admin.fetchval(WAITING):
            assert not writing.done()
        await admin.execute(
            "UPDATE place SET merged_into_id = (SELECT id FROM place WHERE slug = 'bourem') WHERE slug = $1", place
        )
    project = await writing
    assert [one["slug"] for one in (await officer.get(f"/v1/projects/{project}"))["places"]] == ["bourem"]


async def test_a_merge_waits_for_the_writes_that_have_named_the_double(officer, place, units, admin):
    """What they wrote comes to name the row that is kept."""
    office = {"type": "office", "slug": "head", "title": {"fr": "Chef"}, "place": place}
    async with units() as unit:
        await import_rows(unit, rows_of(office))
        merging = asyncio.create_task(merged(officer.client, f"places/{place}", "bourem"))
        while not await admin.fetchval(WAITING):
            assert not merging.done()
    await merging
    assert (await officer.get("/v1/offices/head"))["place"] == "bourem"


async def test_a_filter_that_names_a_double_means_the_row_that_is_kept(officer, place, admin):
    double = {
        "slug": "cad-2",
        "kind": "mission_section",
        "names": [{"name": {"fr": "Civiles"}, "valid_from": "2013-07-01"}],
    }
    assert (await officer.client.post("/v1/organisations", json=double)).status_code == 201
    office = {"slug": "head", "title": {"fr": "Chef"}, "organisation": "cad-2", "place": place}
    assert (await officer.client.post("/v1/offices", json=office)).status_code == 201
    below = {**DOUBLE, "slug": "below", "kind": "commune", "parent": place}
    assert (await officer.client.post("/v1/places", json=below)).status_code == 201
    at_double = await officer.create(places=[place], roles=[{"kind": "sponsor", "organisation": "cad-2"}])
    at_kept = await officer.create(places=["bourem"], title={"fr": "Forage"})
    double_reference = (await officer.get(f"/v1/projects/{at_double}"))["reference"]
    launch = {"kind": "launch", "title": {"fr": "Lancement"}, "start_on": "2022-03-14", "end_on": "2022-03-14",
              "places": [place], "projects": [double_reference]}  # fmt: skip
    launched = (await officer.client.post("/v1/activities", json=launch)).json()["id"]
    await asyncio.sleep(0.01)
    before = (await admin.fetchval("SELECT clock_timestamp()")).isoformat()
    await merged(officer.client, f"places/{place}", "bourem")
    await merged(officer.client, "organisations/cad-2", "cad")
    await merged(officer.client, f"projects/{at_double}", at_kept)

    async def listed(path: str, **query: str) -> list[str]:
        answer = await officer.client.get(f"/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    for query in (
        {"place": place},
        {"place__in": f"{place},mali"},
        {"sponsor__in": "cad-2"},
        {"reference__in": double_reference},
    ):
        assert await listed("projects", **query) == [at_kept], query
        assert await listed("projects", **query, known_at=before) in ([at_double], sorted([at_kept, at_double]))
    assert await listed("projects", place=place, known_at=before) == [at_double]
    assert await listed("projects", reference__in=double_reference, known_at=before) == [at_double]
    totals = await officer.get(f"/v1/projects/totals?place={place}")
    assert totals["total"] == 1
    assert await listed("activities", place__in=place) == [launched]
    assert await listed("activities", project__in=double_reference) == [launched]
    for path, query, keys in (
        ("organisations", {"slug__in": "cad-2"}, ["cad"]),
        ("places", {"parent__in": place}, ["below"]),
        ("places", {"within__in": place}, ["below", "bourem"]),
        ("offices", {"organisation__in": "cad-2"}, ["head"]),
        ("offices", {"place__in": place}, ["head"]),
    ):
        answer = await officer.client.get(f"/v1/{path}", params=query)
        assert [one["slug"] for one in answer.json()["items"]] == keys, (path, query)


async def test_what_a_double_was_called_finds_the_row_that_is_kept(officer, place, admin):
    double = {
        "slug": "cad-deux",
        "kind": "mission_section",
        "acronym": {"fr": "DAC"},
        "names": [{"name": {"fr": "Civiles"}, "valid_from": "2013-07-01"}],
    }
    assert (await officer.client.post("/v1/organisations", json=double)).status_code == 201
    kept = await officer.create(title={"fr": "Forage à Bourem"})
    other = await officer.create(title={"fr": "Adduction d’eau du quartier"})
    reference = (await officer.get(f"/v1/projects/{other}"))["reference"]
    before = (await admin.fetchval("SELECT clock_timestamp()")).isoformat()
    await merged(officer.client, f"places/{place}", "bourem")
    await merged(officer.client, "organisations/cad-deux", "cad")
    await merged(officer.client, f"projects/{other}", kept)
    for words in ("adduction quartier", reference):
        answer = await officer.client.get("/v1/projects", params={"q": words, "include": "total"})
        assert [one["id"] for one in answer.json()["items"]] == [kept], words
        assert answer.json()["total"] == 1
        then = await officer.client.get("/v1/projects", params={"q": words, "known_at": before})
        assert [one["id"] for one in then.json()["items"]] == [other], words
    for words in ("DAC", "cad-deux", "civiles"):
        answer = await officer.client.get("/v1/organisations", params={"q": words})
        assert [one["slug"] for one in answer.json()["items"]] == ["cad"], words
    found = await officer.client.get("/v1/places", params={"q": place})
    assert [one["slug"] for one in found.json()["items"]] == ["bourem"]


async def test_what_resembles_in_no_name_is_merged_only_once_it_bears_the_others_name(officer):
    for slug, name in (("almoustarat", "Almoustarat"), ("gossi", "Gossi")):
        body = {"slug": slug, "kind": "cercle", "name": {"fr": name}, "parent": "gao"}
        assert (await officer.client.post("/v1/places", json=body)).status_code == 201
    assert await refusal(officer.client, "places/gossi", "almoustarat") == (422, "not_alike")
    body = {"kind": "cercle", "name": {"fr": "Almoustarat"}, "aliases": ["Gossi"], "parent": "gao"}
    edited = await officer.client.put("/v1/places/almoustarat", json=body, headers={"If-Match": "*"})
    assert edited.status_code == 200, edited.text
    assert (await merged(officer.client, "places/gossi", "almoustarat"))["key"] == "almoustarat"


async def test_two_official_codes_are_two_places(officer):
    for slug, code in (("gourma-nord", "ML0609"), ("gourma-sud", "ML0610")):
        body = {
            "slug": slug,
            "kind": "cercle",
            "name": {"fr": "Gourma"},
            "parent": "gao",
            "codes": [{"scheme": "ocha_pcode", "code": code, "valid_from": "2021-12-20"}],
        }
        answer = await officer.client.post("/v1/places", json=body)
        assert answer.status_code == 201, answer.text
    assert await refusal(officer.client, "places/gourma-sud", "gourma-nord") == (422, "another_code")
