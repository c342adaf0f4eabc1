"""Activities, announcements, monitoring, organisations and places over HTTP; answers are what the models document."""

import pytest
from uuid_utils.compat import uuid7

from services.projects_api.mechanisms.schemas import MechanismRead
from shared.resources.activities import ActivityDetail, ActivityItem
from shared.resources.announcements import AnnouncementDetail, AnnouncementItem
from shared.resources.monitoring import MonitoringDetail, MonitoringItem
from shared.resources.organisations import OfficeItem, OrganisationDetail, OrganisationItem
from shared.resources.places import AreaItem, PlaceDetail, PlaceItem
from shared.resources.sectors import SectorItem

ACTIVITY = {
    "kind": "launch",
    "title": {"fr": "Lancement à Bourem"},
    "start_on": "2022-03-14",
    "end_on": "2022-03-14",
    "area": "gao-menaka",
    "places": ["bourem"],
    "roles": [{"kind": "organiser", "organisation": "cad"}],
    "links": [{"url": "https://example.org/a", "label": {"fr": "Article"}}],
    "quoted_figures": [
        {"reference": "QUO-1", "value": "500000000", "unit": "XOF", "source": "x", "scope": {"fr": "y"}}
    ],
}


@pytest.fixture
async def officer(desks):
    return (await desks()).client


async def read_again(client, path, item, detail):
    """The one row of a list and its detail, both held to their models; and its ETag."""
    listed = (await client.get(f"/v1/{path}?include=total")).json()
    for one in listed["items"]:
        item.model_validate(one)
    opened = await client.get(f"/v1/{path}/{listed['items'][0]['id']}")
    detail.model_validate(opened.json())
    totals = (await client.get(f"/v1/{path}/totals")).json()
    assert totals["total"] == listed["total"] == len(listed["items"])
    return opened.json(), opened.headers["ETag"]


class TestActivities:
    async def test_an_activity_is_recorded_read_and_replaced(self, officer):
        made = await officer.post("/v1/activities", json=ACTIVITY)
        assert made.status_code == 201, made.text
        assert made.json()["key"] == "ACT-2022-001"
        read, etag = await read_again(officer, "activities", ActivityItem, ActivityDetail)
        assert made.headers["Location"] == f"/v1/activities/{read['id']}"
        assert read["roles"][0]["organisation"] == "cad"
        path = f"/v1/activities/{read['id']}"
        assert (await officer.put(path, json=ACTIVITY)).status_code == 428
        edit = {**ACTIVITY, "attendance": 100, "attendance_qualifier": "about", "links": []}
        edited = await officer.put(path, json=edit, headers={"If-Match": etag})
        assert edited.status_code == 200, edited.text
        assert edited.json()["version"] == 2
        again = (await officer.get(path)).json()
        assert (again["attendance"], again["links"]) == (100, [])
        assert (await officer.put(path, json=edit, headers={"If-Match": etag})).status_code == 412

    async def test_a_project_once_linked_stays_linked(self, desks):
        desk = await desks()
        await desk.create(reference="QIP-2022-GAO-008")
        made = await desk.client.post("/v1/activities", json={**ACTIVITY, "projects": ["QIP-2022-GAO-008"]})
        path = made.headers["Location"]
        answer = await desk.client.put(path, json=ACTIVITY, headers={"If-Match": '"1"'})
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("kept-for-ever")
        assert (await desk.client.get(path)).json()["projects"] == ["QIP-2022-GAO-008"]

    async def test_an_activity_does_not_end_before_it_starts(self, officer):
        answer = await officer.post("/v1/activities", json={**ACTIVITY, "end_on": "2022-03-13"})
        assert answer.status_code == 422

    async def test_a_section_records_the_activities_in_which_it_takes_part(self, desks):
        editor = (await desks("sponsor_editor", "ibrahim", sponsor="pad")).client
        assert (await editor.post("/v1/activities", json=ACTIVITY)).status_code == 403
        own = {**ACTIVITY, "roles": [{"kind": "organiser", "organisation": "pad"}]}
        assert (await editor.post("/v1/activities", json=own)).status_code == 201


class TestAnnouncements:
    async def test_a_tree_keeps_amounts_where_they_were_announced(self, officer):
        whole = {"project_count": 8, "title": {"fr": "Huit projets"}}
        part = {
            "parent": "ANN-2022-001",
            "mechanism": "QIP",
            "project_count": 6,
            "title": {"fr": "Six QIP"},
            "sectors": ["qip-water"],
            "amounts": [{"kind": "approved", "amount": "119093930", "currency": "XOF", "on": "2022-03-14"}],
            "beneficiaries": [{"kind": "planned", "unit": "persons", "total": 68000, "on": "2022-03-14"}],
            "outputs": [{"name": {"fr": "digues"}}],
        }
        for body in ({**whole, "reference": "ANN-2022-001"}, {**part, "reference": "ANN-2022-002"}):
            answer = await officer.post("/v1/announcements", json=body, headers={"Idempotency-Key": str(uuid7())})
            assert answer.status_code == 201, answer.text
        await read_again(officer, "announcements", AnnouncementItem, AnnouncementDetail)
        read = (await officer.get("/v1/announcements/ANN-2022-002")).json()
        AnnouncementDetail.model_validate(read)
        assert read["parent"] == "ANN-2022-001"
        assert read["amounts"][0]["usd"] == "204016.3461225497"

        above = await officer.get("/v1/announcements/ANN-2022-001")
        loop = await officer.put(
            f"/v1/announcements/{above.json()['id']}",
            json={**whole, "parent": "ANN-2022-002"},
            headers={"If-Match": above.headers["ETag"]},
        )
        assert loop.status_code == 422
        assert [fault["code"] for fault in loop.json()["errors"]] == ["own_ancestor"]

        path = f"/v1/announcements/{read['id']}"
        corrected = {**part, "amounts": [{**part["amounts"][0], "amount": "119093931"}]}
        silent = await officer.put(path, json=corrected, headers={"If-Match": '"1"'})
        assert silent.status_code == 422
        said = await officer.put(path, json=corrected, headers={"If-Match": '"1"', "X-Reason": "Erreur de saisie"})
        assert said.status_code == 200, said.text
        assert (await officer.get(path)).json()["amounts"][0]["amount"] == "119093931"

    async def test_more_projects_are_not_linked_than_are_announced(self, officer):
        body = {"project_count": 1, "title": {"fr": "x"}, "projects": ["QIP-1", "QIP-2"]}
        answer = await officer.post("/v1/announcements", json=body, headers={"Idempotency-Key": str(uuid7())})
        assert answer.status_code == 422


async def test_a_monitoring_is_recorded_read_and_replaced(officer):
    body = {"mechanism": "TF", "phase": {"fr": "Seconde phase"}, "funder": "turkiye"}
    made = await officer.post("/v1/monitoring", json=body)
    assert made.status_code == 201, made.text
    read, etag = await read_again(officer, "monitoring", MonitoringItem, MonitoringDetail)
    assert read["funder"] == "turkiye"
    edited = await officer.put(
        f"/v1/monitoring/{read['id']}",
        json={**body, "findings": {"fr": "Ouvrages en service"}},
        headers={"If-Match": etag},
    )
    assert edited.status_code == 200, edited.text


class TestOrganisations:
    async def test_an_organisation_keeps_the_names_it_had(self, officer):
        await read_again(officer, "organisations", OrganisationItem, OrganisationDetail)
        turkiye = await officer.get("/v1/organisations/turkiye")
        body = {"kind": "state", "names": [{"name": {"fr": "Türkiye"}, "valid_from": "2022-06-03"}]}
        answer = await officer.put(f"/v1/organisations/{turkiye.json()['id']}", json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 409

    async def test_a_slug_names_one_organisation(self, officer):
        body = {"slug": "cad", "kind": "ngo", "names": [{"name": {"fr": "x"}, "valid_from": "2022-01-01"}]}
        assert (await officer.post("/v1/organisations", json=body)).status_code == 409
        made = await officer.post("/v1/organisations", json={**body, "slug": "mali-espoir"})
        assert made.status_code == 201
        found = (await officer.get("/v1/organisations?kind__in=ngo")).json()["items"]
        assert [one["slug"] for one in found] == ["mali-espoir"]

    async def test_an_office_is_recorded_and_listed(self, officer):
        body = {"slug": "head-gao", "title": {"fr": "Chef du bureau de Gao"}, "place": "gao"}
        assert (await officer.post("/v1/offices", json=body)).status_code == 201
        read = (await officer.get("/v1/offices")).json()
        OfficeItem.model_validate(read["items"][0])
        assert read["items"][0]["place"] == "gao"


class TestPlaces:
    async def test_places_are_found_within_others_and_at_a_date(self, officer):
        await read_again(officer, "places", PlaceItem, PlaceDetail)
        menaka = {
            "slug": "menaka-2023",
            "kind": "region",
            "name": {"fr": "Ménaka"},
            "parent": "mali",
            "valid_from": "2023-01-01",
            "latitude": "15.918",
            "longitude": "2.402",
            "coordinate_precision": "approximate",
            "codes": [{"scheme": "national_2023", "code": "14"}],
        }
        assert (await officer.post("/v1/places", json=menaka)).status_code == 201
        read = (await officer.get("/v1/places/menaka-2023")).json()
        PlaceDetail.model_validate(read)
        assert read["codes"][0]["code"] == "14"
        slugs = [
            one["slug"] for one in (await officer.get("/v1/places?within__in=mali&valid_on=2022-03-31")).json()["items"]
        ]
        assert slugs == ["bourem", "gao", "mali"]

    async def test_half_a_point_is_refused(self, officer):
        body = {"slug": "x", "kind": "locality", "name": {"fr": "x"}, "latitude": "15.9"}
        assert (await officer.post("/v1/places", json=body)).status_code == 422


async def test_what_registers_bring_is_listed(officer):
    for path, model in (("reporting-areas", AreaItem), ("mechanisms", MechanismRead), ("sectors", SectorItem)):
        read = (await officer.get(f"/v1/{path}")).json()
        assert read["items"]
        for one in read["items"]:
            model.model_validate(one)
