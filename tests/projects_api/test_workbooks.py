"""Lists as workbooks: downloaded, edited, tried, taken in whole or not at all, and the same again when nothing changed."""

import io
import re
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from tests.projects_api.workbooks import Edited, Office


def projects(desk, language="fr"):
    return Office(desk.client, "/v1/projects/workbook", language)


def amounts(desk):
    return Office(desk.client, "/v1/projects/amounts-workbook")


def activities(desk):
    return Office(desk.client, "/v1/activities/workbook")


async def test_what_nobody_edited_changes_nothing(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001", summary={"fr": "Un forage\net un réservoir", "en": "A borehole"})
    await officer.create(
        reference="QIP-2022-GAO-002",
        amounts=[{"kind": "requested", "amount": "12500.5", "currency": "USD", "on": "2022-02-01"}],
    )
    for office in (projects(officer), projects(officer, "en"), amounts(officer)):
        sheet = await office.download()
        tried = await office.tried(sheet)
        assert (tried["changes"], tried["created"], tried["changed"]) == ([], 0, 0)
        assert tried["unchanged"] == len(sheet.lines) > 0


async def test_edited_cells_are_said_in_words_then_taken_and_the_same_file_changes_nothing_again(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    await officer.create(reference="QIP-2022-GAO-002")
    office = projects(officer)
    sheet = await office.download("?ordering=reference")
    assert sheet[3, "/protection"] == "interne"
    sheet[3, "/title/fr"] = "Forage solaire de Bourem"
    sheet[3, "/title/en"] = "Solar borehole"
    sheet[4, "/protection"] = "Public"
    tried = await office.tried(sheet)
    assert [one["said"] for one in tried["changes"]] == [
        "QIP-2022-GAO-001, Titre (fr) : « Forage solaire » devient « Forage solaire de Bourem ».",
        "QIP-2022-GAO-001, Titre (en) : « - » devient « Solar borehole ».",
        "QIP-2022-GAO-002, Visibilité : « interne » devient « public ».",
    ]
    assert (tried["changes"][0]["line"], tried["changes"][0]["column"]) == (3, sheet.at("/title/fr") + 1)
    assert (await officer.get("/v1/projects/QIP-2022-GAO-001"))["title"] == {"fr": "Forage solaire"}
    taken = await office.take(sheet)
    assert (taken["created"], taken["changed"], taken["unchanged"]) == (0, 2, 0)
    assert (await officer.get("/v1/projects/QIP-2022-GAO-001"))["title"]["en"] == "Solar borehole"
    again = await office.take(sheet)
    assert (again["changes"], again["unchanged"]) == ([], 2)
    assert (await office.tried(await office.download()))["changes"] == []


async def test_an_emptied_cell_empties_and_a_removed_column_leaves_all_as_it_was(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001", summary={"fr": "Forage", "en": "Borehole"})
    office = projects(officer)
    sheet = await office.download()
    sheet[3, "/summary/en"] = ""
    for pointer in ("/summary/fr", "/protection"):
        place = sheet.at(pointer)
        for row in sheet.rows:
            del row[place]
    await office.take(sheet)
    assert (await officer.get("/v1/projects/QIP-2022-GAO-001"))["summary"] == {"fr": "Forage"}
    sheet = await office.download()
    sheet[3, "/title/fr"] = ""
    assert await office.faults(sheet) == {(3, "/title/fr"): "texts_form"}


async def test_new_rows_are_created_once(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    office = projects(officer)
    sheet = await office.download()
    new = {"title_fr": "École de Bourem", "mechanism": "QIP", "identified_on": date(2022, 2, 3)}
    sheet.add(reference="QIP-2022-GAO-009", **new)
    taken = await office.take(sheet)
    assert (taken["created"], taken["unchanged"]) == (1, 1)
    made = await officer.get("/v1/projects/QIP-2022-GAO-009")
    assert (made["status"], made["status_since"]) == ("identified", "2022-02-03")
    assert (await office.take(sheet))["unchanged"] == 2
    sheet[4, "/title/fr"] = "Autre titre"
    assert await office.faults(sheet) == {(4, "/reference"): "exists"}
    nameless = await office.download()
    nameless.add(**new)
    assert await office.faults(nameless) == {(5, "/reference"): "key_missing"}


async def test_a_row_that_changed_meanwhile_is_a_conflict_with_both_values_and_an_unedited_one_is_none(desks):
    officer = await desks()
    first = await officer.create(reference="QIP-2022-GAO-001")
    second = await officer.create(reference="QIP-2022-GAO-002")
    office = projects(officer)
    sheet = await office.download("?ordering=reference")
    for one in (first, second):
        answer = await officer.send("PATCH", f"/v1/projects/{one}", {"title": {"fr": "Dit entre-temps"}})
        assert answer.status_code == 200, answer.text
    sheet[3, "/title/fr"] = "Dit dans le fichier"
    refused = await office.try_(sheet)
    [conflict] = refused.json()["errors"]
    assert (conflict["code"], conflict["line"]) == ("changed_meanwhile", 3)
    assert "Dit entre-temps" in conflict["detail"]
    assert "Dit dans le fichier" in conflict["detail"]
    sheet[3, "/title/fr"] = "Dit entre-temps"
    assert (await office.tried(sheet))["unchanged"] == 2, "the file says what stands"


async def test_only_what_was_seen_is_done_and_with_a_reason(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    office = projects(officer)
    sheet = await office.download()
    sheet[3, "/title/fr"] = "Un"
    seen = (await office.tried(sheet))["fingerprint"]
    assert (await office.send(sheet, f"?seen={seen}")).json()["type"].endswith("reason-missing")
    sheet[3, "/title/fr"] = "Deux"
    other = await office.send(sheet, f"?seen={seen}", **{"X-Reason": "Relu."})
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (409, "seen-otherwise")
    assert other.json()["changes"][0]["after"] == "Deux"
    assert (await office.send(sheet, "", **{"X-Reason": "Relu."})).status_code == 409


async def test_one_wrong_cell_keeps_all_from_being_done_and_all_of_them_are_told_and_marked(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    await officer.create(reference="QIP-2022-GAO-002")
    office = projects(officer)
    sheet = await office.download("?ordering=reference")
    sheet[3, "/title/fr"] = "Bon titre"
    sheet[4, "/protection"] = "secret"
    sheet.add(reference="QIP-2022-GAO-003", title_fr="Sans mécanisme")
    sheet.add(reference="qip 4", title_fr="Référence mal formée", mechanism="QIP", identified_on="31/02/2022")
    wrong = {(4, "/protection"): "unread_cell", (5, "/mechanism"): "missing", (6, "/identified_on"): "unread_cell"}
    assert await office.faults(sheet) == wrong
    assert (await office.try_(sheet)).json()["changes"][0]["after"] == "Bon titre"
    marked = await office.send(sheet, "/marked")
    assert marked.status_code == 200, marked.text
    back = Edited.of(marked.content)
    assert back[3, "/title/fr"] == "Bon titre"
    assert back[4, "/protection"] == "secret"
    assert await office.faults(back) == wrong, "the marked workbook is mended and sent again"
    comments = zipfile.ZipFile(io.BytesIO(marked.content)).read("xl/comments1.xml").decode()
    assert "secret" in comments
    assert comments.count("<comment ") == 3
    assert (await officer.get("/v1/projects/totals"))["total"] == 2


async def test_columns_may_be_moved_and_notes_beside_them_are_passed_over(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    office = projects(officer)
    sheet = await office.download()
    sheet.rows = [[*reversed(row), "note"] for row in sheet.rows]
    sheet[3, "/title/fr"] = "Déplacé"
    assert [one["after"] for one in (await office.tried(sheet))["changes"]] == ["Déplacé"]


async def test_a_formula_is_read_as_the_value_that_the_spreadsheet_computed(desks):
    officer = await desks()
    await officer.create(
        reference="QIP-2022-GAO-001",
        amounts=[{"kind": "requested", "amount": "500", "currency": "USD", "on": "2022-02-01"}],
    )
    office = amounts(officer)
    sheet = await office.download()
    sheet[3, "/amount"] = 12500.5
    sheet.formulas[3, "/amount"] = "=10000+2500.5"
    sheet[3, "/source"] = '=HYPERLINK("http://example.org")'
    assert {one["pointer"]: one["after"] for one in (await office.tried(sheet))["changes"]} == {
        "/amount": "12\u202f500,5", "/source": '=HYPERLINK("http://example.org")'
    }  # fmt: skip


async def test_an_amount_is_corrected_and_recorded_as_over_the_api(desks):
    officer = await desks()
    project = await officer.create(
        reference="QIP-2022-GAO-001",
        amounts=[
            {"kind": "requested", "amount": "24752766", "currency": "XOF", "on": "2022-03-01", "source": "Demande"},
            {"kind": "estimated", "amount": "20000000", "currency": "XOF", "on": "2022-03-02", "usd": "34000.50"},
        ],
    )  # fmt: skip
    office = amounts(officer)
    sheet = await office.download()
    assert sheet[4, "/usd"] == 34000.5
    sheet[3, "/amount"] = "24 725 766"
    sheet[4, "/qualifier"] = "environ"
    sheet.add(project="QIP-2022-GAO-001", kind="requested", amount=1000, currency="USD", on="15/03/2022")
    taken = await office.take(sheet, "Deux chiffres étaient inversés.")
    assert (taken["changed"], taken["created"]) == (2, 1)
    history = (await officer.get(f"/v1/projects/{project}"))["amounts"]
    standing = [one for one in history if not one["is_superseded"]]
    assert [(one["amount"], one["qualifier"], one["value_on"]) for one in standing] == [
        ("24725766", "exact", "2022-03-01"), ("20000000", "about", "2022-03-02"), ("1000", "exact", "2022-03-15")
    ]  # fmt: skip
    assert standing[0]["reason"] == "Deux chiffres étaient inversés."
    assert (standing[1]["basis"], standing[1]["usd_decimals"]) == ("printed", 2)
    assert (await office.take(sheet))["unchanged"] == 3, "the same file again"


async def test_an_approved_amount_needs_the_approver_as_over_the_api(under_review):
    officer, approver, project = under_review
    assert (await officer.amount(project, kind="requested")).status_code == 201
    decided = await approver.move(project, "approved", "2022-03-14", amount={"amount": "25112500", "currency": "XOF"})
    assert decided.status_code == 201, decided.text
    sheet = await amounts(officer).download()
    line = next(number for number in sheet.lines if sheet[number, "/kind"] == "approuvé")
    sheet[line, "/amount"] = 25000000
    assert list((await amounts(officer).faults(sheet)).values()) == ["forbidden"]
    assert await amounts(approver).faults(sheet) == {(line, "/amount"): "not_requested"}
    asked = await officer.amount(project, kind="requested", amount="25000000")
    assert asked.status_code == 201, asked.text
    sheet = await amounts(approver).download()
    sheet[line, "/amount"] = 45000000
    assert await amounts(approver).faults(sheet) == {(line, "/amount"): "above_ceiling"}
    sheet[line, "/amount"] = 25000000
    assert (await amounts(approver).take(sheet))["changed"] == 1


async def test_an_activity_keeps_what_has_no_column(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    made = await officer.client.post("/v1/activities", json={
        "reference": "ACT-2022-001", "kind": "launch", "title": {"fr": "Lancement"}, "start_on": "2022-03-02",
        "end_on": "2022-03-02", "places": ["bourem", "gao"], "attendance": 40, "projects": ["QIP-2022-GAO-001"],
        "roles": [{"kind": "organiser", "organisation": "cad", "is_lead": True}],
        "links": [{"url": "https://example.org/a", "label": {"fr": "Photo"}}],
    })  # fmt: skip
    assert made.status_code == 201, made.text
    office = activities(officer)
    sheet = await office.download()
    assert sheet[3, "/places"] == "bourem | gao"
    sheet[3, "/places"] = "bourem"
    sheet[3, "/attendance"] = 42
    sheet[3, "/end_on"] = date(2022, 3, 3)
    sheet.add(
        reference="ACT-2022-002", kind="Formation", title_fr="Formation", start_on="04/03/2022", end_on="05/03/2022"
    )
    await office.take(sheet)
    now = await officer.get("/v1/activities/ACT-2022-001")
    assert (now["places"], now["attendance"], now["end_on"]) == (["bourem"], 42, "2022-03-03")
    assert now["roles"][0]["organisation"] == "cad"
    assert now["links"][0]["url"] == "https://example.org/a"
    assert (await officer.get("/v1/activities/ACT-2022-002"))["kind"] == "training"
    sheet = await office.download()
    sheet[3, "/end_on"] = date(2022, 3, 1)
    assert list(await office.faults(sheet)) == [(3, "/end_on")]


async def test_the_filters_are_those_of_the_list(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001", title={"fr": "Forage"})
    await officer.create(reference="TF-2022-GAO-001", mechanism="TF", title={"fr": "École"})
    assert len((await projects(officer).download("?mechanism__in=TF")).lines) == 1
    assert (await officer.client.get("/v1/projects/workbook?colour=red")).status_code == 422


async def test_who_may_not_change_may_download_and_nothing_else(desks):
    officer, viewer = await desks(), await desks("viewer", "fanta")
    await officer.create(reference="QIP-2022-GAO-001")
    sheet = await projects(viewer).download()
    sheet[3, "/title/fr"] = "Autre"
    assert (await projects(viewer).try_(sheet)).status_code == 403
    assert (await projects(viewer).send(sheet, "/marked")).status_code == 403


async def test_a_section_changes_its_own_projects_only(desks):
    officer, editor = await desks(), await desks("sponsor_editor", "aly", sponsor="pad")
    await officer.create(reference="QIP-2022-GAO-001")
    sheet = await projects(editor).download()
    sheet[3, "/title/fr"] = "Autre"
    assert await projects(editor).faults(sheet) == {(3, "/title/fr"): "forbidden"}


async def test_a_row_copied_with_its_hidden_id_and_a_changed_reference_are_told(desks):
    officer = await desks()
    await officer.create(reference="QIP-2022-GAO-001")
    office = projects(officer)
    sheet = await office.download()
    sheet.rows.append([*sheet.rows[2]])
    sheet[3, "/title/fr"] = "Un"
    sheet[4, "/title/fr"] = "Deux"
    assert await office.faults(sheet) == {(4, "/reference"): "duplicate"}
    sheet = await office.download()
    sheet[3, "/reference"] = "QIP-2022-GAO-002"
    sheet[3, "/title/fr"] = "Un"
    assert await office.faults(sheet) == {(3, "/reference"): "key_fixed"}
    sheet = await office.download()
    sheet[3, "/mechanism"] = "TF"
    sheet[3, "/title/fr"] = "Un"
    assert await office.faults(sheet) == {(3, "/mechanism"): "fixed"}


@pytest.mark.parametrize("path", ["/v1/projects.xlsx", "/v1/projects/amounts-workbook"])
async def test_another_workbook_is_not_taken_for_this_one(desks, path):
    officer = await desks()
    await officer.create()
    other = (await officer.client.get(path)).content
    assert (await projects(officer).try_(other)).json()["type"].endswith("not-our-workbook")


async def test_words_are_offered_and_references_locked(desks):
    officer = await desks()
    await officer.create()
    content = (await officer.client.get("/v1/projects/workbook")).content
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["Rows", "Codes"]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert '<dataValidation type="list"' in sheet
    assert "<sheetProtection" in sheet
    assert re.search(r'<row r="1"[^>]* hidden="1"', sheet)
