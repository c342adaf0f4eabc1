"""What cannot be so is refused at its place, and what is probably a slip is accepted and told: by hand and from files."""

import json
from typing import Any

import pytest

from portfolio.file import read_again
from portfolio.rules import broken_rules, doubts, places_of, with_row
from services.projects_api.entry.frame import Frame
from services.projects_api.imports.service import import_rows
from tests.projects_api.conftest import REGISTER, rows_of
from tests.projects_api.test_entering import WHOLE

MORE: list[dict[str, Any]] = [
    {"type": "sector", "slug": "tf-justice", "mechanism": "TF", "name": {"fr": "Justice"}},
    {
        "type": "place",
        "slug": "menaka",
        "kind": "region",
        "name": {"fr": "Ménaka"},
        "parent": "mali",
        "valid_from": "2016-01-19",
        "codes": [{"scheme": "reference", "code": "MNK"}],
    },
    {"type": "place", "slug": "cercle-menaka", "kind": "cercle", "name": {"fr": "Cercle de Ménaka"}},
    {
        "type": "place",
        "slug": "cercle-douentza",
        "kind": "cercle",
        "name": {"fr": "Cercle de Douentza"},
        "valid_to": "2023-03-12",
        "successor": "douentza",
    },
    {"type": "place", "slug": "douentza", "kind": "region", "name": {"fr": "Douentza"}, "valid_from": "2023-03-13"},
]
RATE = {
    "type": "rate",
    "base": "USD",
    "quote": "XOF",
    "value": "583.747",
    "source": "unore",
    "effective_on": "2022-03-01",
    "document": "UN",
}


def at(on: str, *shares: tuple[str, str | None]) -> dict[str, Any]:
    """A statement of places."""
    parts = [{"place": place, **({"percentage": share} if share else {})} for place, share in shares]
    return {"on": on, "shares": parts}


def planned(**people: Any) -> list[dict[str, Any]]:
    """A count of people."""
    return [{"kind": "planned", "unit": "persons", "total": 1000, "on": "2022-02-01", **people}]


def requested(**money: Any) -> list[dict[str, Any]]:
    """A requested amount."""
    return [{"kind": "requested", "amount": "21500000", "currency": "XOF", "on": "2022-03-02", **money}]


REFUSED = [
    (
        {"sectors": {"on": "2022-02-01", "shares": [{"sector": "tf-justice", "percentage": "100"}]}},
        "/sectors/shares/0/sector",
        "sector_of_another_mechanism",
        "qip-health, qip-water",
    ),
    ({"places": at("2015-05-01", ("menaka", "100"))}, "/places/shares/0/place", "place_not_valid", "cercle-menaka"),
    ({"places": at("2023-04-01", ("cercle-douentza", None))}, "/places/shares/0/place", "place_not_valid", ": douentza"),
    ({"beneficiaries": planned(on="1025-03-31")}, "/beneficiaries/0/on", "date_too_early", "2013"),
    ({"amounts": requested(on="1899-12-30")}, "/amounts/0/on", "date_too_early", "2013"),
    ({"amounts": requested(on="2199-12-30")}, "/amounts/0/on", "date_future", "30 décembre 2199"),
    ({"amounts": requested(amount="21500000.5")}, "/amounts/0/amount", "not_bookable", "21 500 000,5 XOF"),
    ({"amounts": requested(currency="ZZZ")}, "/amounts/0/currency", "not_bookable", "ZZZ"),
]  # fmt: skip
TOLD = [
    ({"places": at("2022-02-01", ("gao", "50"), ("bourem", "50"))}, "/places/shares/1/place", "places_overlap"),
    ({"beneficiaries": planned(female_share="0.51")}, "/beneficiaries/0/female_share", "share_below_one"),
    ({"amounts": requested(usd="215000.00")}, "/amounts/0/usd", "usd_far_from_rates"),
]  # fmt: skip
NOT_DOUBTED = [
    {"places": at("2022-02-01", ("gao", "50"), ("menaka", "50"))},
    {"places": at("2023-03-31", ("cercle-douentza", None)) | {"precision": "month"}},
    {"beneficiaries": planned(female_share="51")},
    {"amounts": requested(usd="36831.00")},
    {"sectors": {"on": "2022-02-01", "shares": [
        {"sector": "qip-water", "percentage": "66.67"}, {"sector": "qip-health", "percentage": "33.33"}]}},
]  # fmt: skip


def line_of(members: dict[str, Any]) -> str:
    """The project as a row of a portfolio file."""
    shown = {name: value for name, value in WHOLE.items() if name not in {"identified_on", "source"}}
    row = {"type": "project", "reference": "QIP-2022-MNK-001", **shown, **members}
    return json.dumps({**row, "transitions": [{"to": "in_progress", "on": "2022-03-20"}]})


def told_by_file(members: dict[str, Any]):
    """The faults and doubts of a file that holds the register and the project."""
    lines = [*map(json.dumps, [*REGISTER, *MORE, RATE]), line_of(members)]
    rows = [read_again("file", number, line) for number, line in enumerate(lines, 1)]
    assert all(row.model for row in rows)
    frame = Frame(places=places_of(rows))
    for row in rows:
        with_row(frame, row)
    return [one.fault for one in broken_rules(rows, frame)], [one.fault for one in doubts(rows, frame)]


@pytest.fixture
async def officer(desks, units):
    async with units() as unit:
        await import_rows(unit, rows_of(*MORE))
    desk = await desks()
    desk.client.headers["Accept-Language"] = "fr"
    return desk


async def enter(officer, members: dict[str, Any]):
    return await officer.client.post("/v1/projects", json={**WHOLE, **members})


class TestByHand:
    async def test_what_cannot_be_so_is_refused_with_all_its_faults_at_once(self, officer, admin):
        for members, pointer, code, named in REFUSED:
            answer = await enter(officer, members)
            assert answer.status_code == 422, answer.text
            [fault] = answer.json()["errors"]
            assert (fault["pointer"], fault["code"]) == (pointer, code)
            assert named in fault["detail"].replace("\u202f", " ").replace("\u00a0", " ")
        together = {name: value for members, *_ in REFUSED[:5] for name, value in members.items()}
        answer = await enter(officer, {**together, "roles": [{"kind": "sponsor", "organisation": "nobody"}]})
        assert {fault["code"] for fault in answer.json()["errors"]} == {
            "sector_of_another_mechanism", "place_not_valid", "date_too_early", "unknown_key"
        }  # fmt: skip
        assert await admin.fetchval("SELECT count(*) FROM project") == 0

    async def test_what_is_probably_a_slip_is_accepted_and_told(self, officer):
        for members, pointer, code in TOLD:
            answer = await enter(officer, {**members, "quoted_figures": []})
            assert answer.status_code == 201, answer.text
            told = {(one["pointer"], one["code"]) for one in answer.json()["warnings"]}
            assert (pointer, code) in told

    async def test_what_is_right_is_not_doubted(self, officer):
        for members in NOT_DOUBTED:
            answer = await enter(officer, {**members, "quoted_figures": []})
            assert answer.status_code == 201, answer.text
            codes = {one["code"] for one in answer.json().get("warnings", ())}
            assert codes <= {"likely_duplicate"}

    @pytest.mark.parametrize(
        ("members", "pointer", "code"),
        [
            ({"region": "XXX"}, "/region", "region_unknown"),
            ({"reference": "QIP-2022-XXX-001"}, "/reference", "region_unknown"),
            ({"reference": "TF-2022-MNK-001"}, "/reference", "reference_of_another_mechanism"),
        ],
    )
    async def test_no_number_is_burnt_for_a_region_that_is_none(self, officer, admin, members, pointer, code):
        answer = await enter(officer, members)
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
        assert "MNK" in answer.json()["errors"][0]["detail"]
        assert (await enter(officer, {"region": "MNK"})).json()["reference"] == "QIP-2022-MNK-001"

    async def test_later_facts_are_judged_as_the_first_ones(self, officer):
        project = await officer.create()
        for members, pointer, code, _ in REFUSED:
            [(kind, stated)] = members.items()
            body = stated[0] if isinstance(stated, list) else stated
            answer = await officer.send("POST", f"/v1/projects/{project}/{kind}", body)
            assert answer.status_code == 422
            assert [one["code"] for one in answer.json()["errors"]] == [code]
            assert pointer.endswith(answer.json()["errors"][0]["pointer"])

    async def test_the_amount_of_an_approval_has_its_own_place(self, officer):
        project = await officer.create()
        answer = await officer.move(project, "approved", "2022-03-14", amount={"amount": "1.5", "currency": "XOF"})
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/amount/amount"]

    async def test_an_activity_takes_place_where_there_was_a_place(self, officer):
        body = {
            "kind": "launch",
            "title": {"fr": "Lancement"},
            "start_on": "2015-05-01",
            "end_on": "2015-05-02",
            "places": ["menaka"],
        }
        answer = await officer.client.post("/v1/activities", json=body)
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/places/0"]


class TestFromFiles:
    @pytest.mark.parametrize(("members", "pointer", "code", "named"), REFUSED)
    def test_the_same_is_refused(self, members, pointer, code, named):
        [fault], _ = told_by_file(members)
        assert (fault.pointer, fault.code) == (pointer, code)
        assert named in fault.detail["fr"].replace("\u202f", " ").replace("\u00a0", " ")

    @pytest.mark.parametrize(("members", "pointer", "code"), TOLD)
    def test_the_same_is_told(self, members, pointer, code):
        faults, told = told_by_file(members)
        assert faults == []
        assert [(one.pointer, one.code) for one in told] == [(pointer, code)]

    @pytest.mark.parametrize("members", NOT_DOUBTED)
    def test_what_is_right_is_not_doubted(self, members):
        assert told_by_file(members) == ([], [])

    def test_a_register_may_bring_a_number_that_is_in_use(self):
        faults, told = told_by_file({"reference": "QIP-2022-XXX-001"})
        assert faults == []
        assert [one.code for one in told] == ["region_unknown"]
