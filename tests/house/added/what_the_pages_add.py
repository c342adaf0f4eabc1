"""Run as a test in a copy of the project to which the how-to pages have added a record, a kind of fact and a refusal."""

import json

from portfolio.loading import load_portfolio
from portfolio.source import lines_at
from services.projects_api.imports.schemas import ROWS
from services.projects_api.imports.service import import_rows
from tests.projects_api.conftest import rows_of

VEHICLE = {"slug": "gao-1", "plate": "UN 4711", "name": {"fr": "Pick-up"}, "office": "head-gao"}


async def test_a_vehicle_is_recorded_changed_listed_counted_and_deleted(desks):
    officer = await desks()
    made = await officer.client.post("/v1/offices", json={"slug": "head-gao", "title": {"fr": "Chef"}})
    assert made.status_code == 201, made.text
    made = await officer.client.post("/v1/vehicles", json=VEHICLE)
    assert made.status_code == 201, made.text
    assert made.json()["key"] == "gao-1"
    read = (await officer.client.get("/v1/vehicles/gao-1")).json()
    assert {name: read[name] for name in VEHICLE} == VEHICLE
    assert read["can"] == ["delete", "edit"]
    content = {name: value for name, value in VEHICLE.items() if name != "slug"}
    changed = {**content, "in_service_on": "2022-03-01"}
    edited = await officer.client.put("/v1/vehicles/gao-1", json=changed, headers={"If-Match": '"1"'})
    assert (edited.status_code, edited.headers["ETag"]) == (200, '"2"'), edited.text
    listed = await officer.client.get("/v1/vehicles?in_service_on__gte=2022-01-01&include=total&ordering=-slug")
    assert (listed.json()["total"], listed.json()["items"][0]["office"]) == (1, "head-gao"), listed.text
    assert (await officer.client.get("/v1/vehicles/totals")).json()["total"] == 1
    kept = await officer.client.delete("/v1/offices/head-gao", headers={"If-Match": "*"})
    assert (kept.status_code, kept.json()["referred_to_by"]) == (409, {"vehicle": 1})
    assert "1 vehicle" in kept.json()["detail"]
    gone = await officer.client.delete("/v1/vehicles/gao-1", headers={"If-Match": '"2"'})
    assert gone.status_code == 204, gone.text
    again = await officer.client.post("/v1/vehicles", json=VEHICLE)
    assert again.json()["errors"][0]["code"] == "name_retired"


async def test_only_who_the_table_names_writes_it(clients):
    viewer = await clients("projects", "viewer", "fanta")
    assert (await viewer.get("/v1/vehicles")).status_code == 200
    assert (await viewer.post("/v1/vehicles", json=VEHICLE)).status_code == 403


async def test_what_it_refuses_is_a_refusal_of_the_contract(desks):
    officer = await desks()
    content = {**VEHICLE, "office": None}
    assert (await officer.client.post("/v1/vehicles", json=content)).status_code == 201
    taken = await officer.client.post(
        "/v1/vehicles", json={**content, "slug": "gao-2"}, headers={"Accept-Language": "fr"}
    )
    assert (taken.status_code, taken.json()["slug"]) == (409, "gao-1")
    assert taken.json()["detail"] == "La plaque UN 4711 est celle de gao-1 ; vérifiez-la."
    assert taken.json()["errors"][0]["pointer"] == "/plate"


async def test_a_register_brings_it_after_what_it_names(units):
    assert list(ROWS).index("vehicle") > list(ROWS).index("office")
    office = {"type": "office", "slug": "head-gao", "title": {"fr": "Chef"}}
    rows = rows_of({"type": "vehicle", **VEHICLE}, office)
    async with units() as unit:
        assert (await import_rows(unit, rows))["created"] == 2
    async with units() as unit:
        assert (await import_rows(unit, rows))["unchanged"] == 2


async def test_progress_is_recorded_corrected_and_known_as_it_was(desks):
    officer = await desks()
    project = await officer.create(progress=[{"share_done": "10", "on": "2022-02-01"}])
    path = f"/v1/projects/{project}/progress"
    etag = (await officer.client.get(f"/v1/projects/{project}")).headers["ETag"]
    command = {"share_done": "40", "on": "2022-02-20", "source": "Visit"}
    made = await officer.client.post(path, json=command, headers={"If-Match": etag})
    assert (made.status_code, made.json()["share_done"]) == (201, "40"), made.text
    known = made.json()["recorded_at"]
    correction = {**command, "share_done": "45", "supersedes_id": made.json()["id"]}
    corrected = await officer.client.post(path, json=correction, headers={"If-Match": made.headers["ETag"]})
    assert corrected.status_code == 201, corrected.text
    rows = (await officer.client.get(path)).json()["items"]
    said = [(row["share_done"], row["is_superseded"]) for row in rows]
    assert said == [("10", False), ("40", True), ("45", False)]
    then = (await officer.client.get(path, params={"known_at": known})).json()["items"]
    assert [(row["share_done"], row["is_superseded"]) for row in then] == [("10", False), ("40", False)]


async def test_a_register_states_progress_and_corrects_it(units):
    project = {
        "type": "project", "reference": "QIP-2022-GAO-001", "mechanism": "QIP", "title": {"fr": "Forage"},
        "transitions": [{"to": "identified", "on": "2022-02-01"}],
    }  # fmt: skip
    for share, outcome in (("10", "created"), ("10", "unchanged"), ("20", "changed")):
        row = {**project, "progress": [{"share_done": share, "on": "2022-02-01"}]}
        async with units() as unit:
            assert (await import_rows(unit, rows_of(row)))[outcome] == 1


async def test_a_file_is_loaded_with_it(settings_for, database_url, tmp_path):
    office = {"type": "office", "slug": "head-gao", "title": {"fr": "Chef"}}
    path = tmp_path / "portfolio.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ({"type": "vehicle", **VEHICLE}, office)))
    report = await load_portfolio(settings_for(database_url, "redis://localhost"), lines_at(str(path)))
    assert report.outcomes == {"office": {"created": 1}, "vehicle": {"created": 1}}


FUND = [
    {"type": "mechanism", "code": "PBF", "name": {"fr": "Fonds pour la consolidation de la paix"}, "since": 2015},
    {"type": "bucket", "mechanism": "PBF", "bucket": "ongoing", "states": ["in_progress"], "valid_from": "2015-01-01"},
    {
        "type": "project", "reference": "PBF-2018-GAO-001", "mechanism": "PBF", "title": {"fr": "Dialogue"},
        "protection": "public",
        "transitions": [
            {"to": "identified", "on": "2018-01-01"}, {"from": "identified", "to": "submitted", "on": "2018-01-02"},
            {"from": "submitted", "to": "under_review", "on": "2018-01-03"},
            {"from": "under_review", "to": "approved", "on": "2018-01-04"},
            {"from": "approved", "to": "agreement_signed", "on": "2018-01-05"},
            {"from": "agreement_signed", "to": "in_progress", "on": "2018-01-06"},
        ],
    },
]  # fmt: skip
"""A mechanism that is nowhere in the code."""


async def test_a_mechanism_that_is_data_has_figures_and_names(clients, units):
    async with units() as unit:
        assert (await import_rows(unit, rows_of(*FUND)))["created"] == len(FUND)
    reader = await clients("reporting", "reporting_officer", "sira")
    asked = (await reader.get("/v1/figures?measure=projects&mechanism=PBF&bucket=ongoing")).json()
    assert [one["value"] for one in asked["items"]] == ["1"], asked
    named = {"slug": "peace", "measure": "projects", "mechanism": "PBF", "bucket": "ongoing", "title": {"fr": "Paix"}}
    assert (await reader.post("/v1/named-figures", json=named)).status_code == 201
    assert (await reader.get("/v1/figures/peace")).json()["value"] == "1"
    rows = (await reader.get("/v1/figures/peace/rows")).json()["items"]
    assert [row["reference"] for row in rows] == ["PBF-2018-GAO-001"]


async def test_a_figure_that_is_written_down_is_asked_like_the_others(clients):
    reader = await clients("reporting", "viewer", "fanta")
    assert (await reader.get("/v1/figures/fp.ongoing")).json()["value"] == "0"


async def test_a_section_is_a_row(clients):
    officer = await clients("reporting", "reporting_officer", "sira")
    answer = await officer.get("/v1/series/bulletin")
    series = {name: answer.json()[name] for name in ("name", "sections")}
    outlook = {"key": "perspectives", "title": {"fr": "Perspectives"}, "is_numbered": False, "begins_page": False}
    changed = {**series, "sections": [*series["sections"], outlook]}
    given = await officer.put("/v1/series/bulletin", json=changed, headers={"If-Match": answer.headers["ETag"]})
    assert given.status_code == 200, given.text
    kept = (await officer.get("/v1/series/bulletin")).json()["sections"]
    assert kept[-1]["key"] == "perspectives"


RATE = b"""base,quote,value,source,effective_on,document
USD,TND,2.981,unore,2022-03-01,UN operational rates of March 2022
"""


async def test_a_currency_is_converted_at_the_rate_that_is_loaded_for_it(clients):
    manager = await clients("funds", "fund_manager", "fatou")
    loaded = await manager.post("/v1/exchange-rates/files", content=RATE, headers={"Idempotency-Key": "tnd-2022-03"})
    assert (loaded.status_code, loaded.json()["created"]) == (200, 1), loaded.text
    asked = await manager.get("/v1/conversions?amount=1000.125&from=TND&to=USD&on=2022-03-05")
    assert asked.json()["converted"].startswith("335.4998"), asked.text
