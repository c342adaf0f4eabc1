"""Every list as a file: CSV, a workbook, points on a map; the same rows as the list, whatever is filtered."""

import csv
import io
import tempfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from shared.web.exports.columns import columns_of
from shared.web.exports.separated import inert
from tests.facts.test_as_known import RESOURCES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def officer(desks):
    found = await desks()
    shares = [{"place": "bourem", "percentage": "60"}, {"place": "gao", "percentage": "40"}]
    await found.create(title={"fr": "=1+1", "en": 'Well; with "quotes"'}, places={"on": "2022-02-01", "shares": shares})
    await found.create(title={"fr": "Forage solaire"})
    return found


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize(
    "query", ["", "q=forage", "status__in=identified&ordering=-reference", "place__in=gao", "status__in=closed"]
)
async def test_a_csv_has_the_rows_of_the_list_in_its_order(officer, query):
    listed = (await officer.get(f"/v1/projects?{query}"))["items"]
    file = await officer.client.get(f"/v1/projects.csv?{query}")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in file.headers["Content-Disposition"]
    found = rows(file.text)
    assert [one["Reference"] for one in found] == [one["reference"] for one in listed]
    assert [one["Status – code"] for one in found] == [one["status"] for one in listed]
    by_accept = await officer.client.get(f"/v1/projects?{query}", headers={"Accept": "text/csv"})
    assert by_accept.text == file.text


async def test_headings_and_words_are_in_the_readers_language(officer):
    file = await officer.client.get("/v1/projects.csv", headers={"Accept-Language": "fr"})
    found = rows(file.text)[0]
    assert found["État"] == "identifié"
    assert found["État – code"] == "identified"
    assert found["Titre – fr"]


async def test_for_a_french_excel_it_has_semicolons_a_mark_and_decimal_commas(officer, admin):
    await admin.execute(
        "UPDATE place SET latitude = 16.27, longitude = -0.04, coordinate_precision = 'exact' WHERE slug = 'gao'"
    )
    file = await officer.client.get("/v1/places.csv?separator=semicolon")
    assert file.content.startswith(b"\xef\xbb\xbf")
    found = {one["Short name"]: one for one in rows(file.text.removeprefix("\ufeff"), ";")}
    assert found["gao"]["Latitude"] == "16,270000"


async def test_no_cell_of_a_file_is_computed(officer):
    found = rows((await officer.client.get("/v1/projects.csv?q=1")).text) or rows(
        (await officer.client.get("/v1/projects.csv")).text
    )
    assert "'=1+1" in {one["Title – fr"] for one in found}
    file = await officer.client.get("/v1/projects.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert "=1+1" in {cell for line in sheet for cell in line}, "a text, which it reads as"


@pytest.mark.parametrize(
    ("text", "told"), [("=1", "'=1"), ("+cmd", "'+cmd"), ("-5", "-5"), ("-x", "'-x"), ("@a", "'@a"), ("a=b", "a=b")]
)
def test_only_what_would_be_computed_is_made_inert(text, told):
    assert inert(text) == told


async def test_a_workbook_has_real_dates_and_numbers_and_says_what_the_codes_mean(officer):
    file = await officer.client.get("/v1/projects.xlsx", headers={"Accept-Language": "fr"})
    assert file.headers["Content-Type"] == XLSX
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    assert book.sheet_names == ["Lignes", "Codes", "À propos"]
    header, *lines = book.get_sheet_by_name("Lignes").to_python()
    since = header.index("Depuis")
    assert {line[since] for line in lines} == {date(2022, 2, 1)}
    codes = book.get_sheet_by_name("Codes").to_python()
    assert ["État d'un projet", "identified", "identifié", "identified"] in codes or any(
        "identified" in line for line in codes
    )


async def test_a_map_has_the_places_of_each_row_and_hides_sensitive_ones(officer, admin):
    for slug, latitude, longitude in (("bourem", "16.9", "-0.35"), ("gao", "16.27", "-0.04")):
        await admin.execute(
            "UPDATE place SET latitude = $2, longitude = $3, coordinate_precision = 'exact' WHERE slug = $1",
            slug, Decimal(latitude), Decimal(longitude),
        )  # fmt: skip
    found = (await officer.client.get("/v1/projects.geojson")).json()
    assert found["type"] == "FeatureCollection"
    kinds = {one["geometry"]["type"] for one in found["features"] if one["geometry"]}
    assert kinds == {"Point", "MultiPoint"}
    exact = {
        str(one["geometry"]) for one in found["features"] if one["geometry"] and one["geometry"]["type"] == "Point"
    }
    await admin.execute("UPDATE place SET is_sensitive = true WHERE slug = 'bourem'")
    coarse = (await officer.client.get("/v1/projects.geojson")).json()
    points = [one for one in coarse["features"] if one["geometry"] and one["geometry"]["type"] == "Point"]
    assert not exact & {str(one["geometry"]) for one in points}
    assert {one["properties"]["precision"] for one in points} == {"approximate"}


async def test_what_cannot_be_exported_so_is_refused(officer):
    assert (await officer.client.get("/v1/sectors.geojson")).status_code == 422
    assert (await officer.client.get("/v1/projects.pdf")).status_code in {404, 422}
    assert (await officer.client.get("/v1/projects.csv?colour=blue")).status_code == 422
    assert (await officer.client.get("/v1/projects.csv?limit=5")).status_code == 422
    assert (await officer.client.get("/v1/projects", headers={"Accept": "application/pdf"})).status_code == 406


@pytest.mark.whole
async def test_every_list_of_the_service_is_exported(officer):
    document = await officer.get("/openapi.json")
    files = [path for path in document["paths"] if path.endswith(".{export_format}")]
    assert len(files) >= 8
    for path in files:
        answer = await officer.client.get(path.replace("{export_format}", "csv"))
        assert answer.status_code == 200, answer.text
        assert answer.text.splitlines()[0]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/csv;q=0, application/json", "application/json"),
        ("text/csv;q=0.1, application/json;q=1", "application/json"),
        ("application/json;q=0.1, text/csv", "text/csv"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/*", "text/csv"),
        ("*/*", "application/json"),
    ],
)
async def test_the_format_that_is_wanted_most_is_given(officer, accept, given):
    answer = await officer.client.get("/v1/projects", headers={"Accept": accept})
    assert answer.headers["Content-Type"].partition(";")[0] == given
    assert "Accept" in answer.headers["Vary"]


async def test_a_map_of_rows_without_places_is_not_acceptable(officer):
    assert (await officer.client.get("/v1/sectors", headers={"Accept": "application/geo+json"})).status_code == 406


@pytest.mark.parametrize(
    "query", ["/v1/projects.csv?colour=blue", "/v1/projects.csv?limit=5", "/v1/projects.xlsx", "/v1/projects?limit=5"]
)
async def test_no_file_is_left_behind(officer, query, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for wanted in ("text/csv", "*/*"):
        await officer.client.get(query, headers={"Accept": wanted, "Range": "bytes=abc"})
    assert list(tmp_path.iterdir()) == []


async def test_only_the_head_of_a_file_is_had_too(officer):
    answer = await officer.client.head("/v1/projects.csv")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_no_list_has_two_columns_of_one_heading():
    for resource in RESOURCES:
        for language in ("fr", "en"):
            headings = [one.heading(language) for one in columns_of(resource.item)]
            assert len(headings) == len(set(headings)), (resource.name, language)
