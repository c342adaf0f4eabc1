"""Registers: any state, the same row twice is a no-op, differing facts are corrections, one bad row refuses the chunk."""

from collections import Counter
from copy import deepcopy
from typing import Any

import pytest

from services.projects_api.imports.schemas import ROWS
from services.projects_api.imports.service import import_rows, known_references
from shared.errors import Problem
from shared.portfolio import references
from shared.recording.directory import UnknownKeys
from shared.web.problems import faults_of
from tests.projects_api.conftest import REGISTER, rows_of

PROJECT: dict[str, Any] = {
    "type": "project",
    "reference": "QIP-2022-GAO-008",
    "mechanism": "QIP",
    "title": {"fr": "Forage solaire de Bourem"},
    "protection": "public",
    "transitions": [
        {"to": "approved", "on": "2021-12-31", "precision": "period", "is_synthetic": True},
        {"from": "approved", "to": "in_progress", "on": "2022-03-14", "source": "Bulletin"},
    ],
    "amounts": [{"kind": "approved", "amount": "25112500", "currency": "XOF", "on": "2022-03-14"}],
    "sectors": {"on": "2022-03-14", "shares": [{"sector": "qip-water", "percentage": "100"}]},
    "places": {"on": "2022-03-14", "shares": [{"place": "bourem"}]},
    "beneficiaries": [{"kind": "planned", "unit": "households", "total": 450, "on": "2022-03-14"}],
    "outputs": [{"name": {"fr": "forage"}, "planned": "1", "place": "bourem"}],
    "roles": [{"kind": "sponsor", "organisation": "cad", "is_lead": True}],
    "quoted_figures": [
        {"reference": "QUO-1", "value": "4000000000", "unit": "XOF", "source": "Bulletin", "scope": {"fr": "x"}}
    ],
    "links": [{"url": "https://example.org/?a=%C3%A9", "label": {"fr": "Article"}}],
}
ACTIVITY: dict[str, Any] = {
    "type": "activity",
    "reference": "ACT-2022-014",
    "kind": "launch_or_handover",
    "title": {"fr": "Cérémonie de Bourem"},
    "start_on": "2022-03-14",
    "end_on": "2022-03-14",
    "area": "gao-menaka",
    "places": ["bourem"],
    "projects": ["QIP-2022-GAO-008"],
    "roles": [{"kind": "organiser", "organisation": "cad"}],
}
WHOLE: dict[str, Any] = {
    "type": "announcement",
    "reference": "ANN-2022-001",
    "project_count": 2,
    "title": {"fr": "Deux projets"},
    "beneficiaries": [{"kind": "planned", "unit": "persons", "total": 68000, "on": "2022-03-14"}],
}
PART: dict[str, Any] = {
    "type": "announcement",
    "reference": "ANN-2022-001-A",
    "parent": "ANN-2022-001",
    "activity": "ACT-2022-014",
    "mechanism": "QIP",
    "project_count": 1,
    "title": {"fr": "Un QIP"},
    "projects": ["QIP-2022-GAO-008"],
    "amounts": [{"kind": "approved", "amount": "119093930", "currency": "XOF", "on": "2022-03-14"}],
}
MONITORING: dict[str, Any] = {
    "type": "monitoring",
    "reference": "MON-2022-001",
    "mechanism": "TF",
    "funder": "turkiye",
    "activity": "ACT-2022-014",
    "phase": {"fr": "Seconde phase"},
}
# a part before its whole, and the activity before the project: the chunk is put in order
CHUNK = (PART, WHOLE, MONITORING, ACTIVITY, PROJECT)


async def load(units, *rows) -> Counter[str]:
    async with units() as unit:
        return await import_rows(unit, rows_of(*rows))


def changed(row: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**deepcopy(row), **members}


def people(**members: Any) -> dict[str, Any]:
    """A project's count of people planned."""
    return {"beneficiaries": [{"kind": "planned", "unit": "persons", "total": 450, "on": "2022-03-14", **members}]}


class TestIdempotence:
    async def test_the_same_chunk_again_changes_nothing(self, units, admin):
        assert await load(units, *CHUNK) == {"created": 5}
        written = await admin.fetchval("SELECT count(*) FROM audit")
        assert await load(units, *CHUNK) == {"unchanged": 5}
        assert await admin.fetchval("SELECT count(*) FROM audit") == written

    async def test_the_register_itself_again_changes_nothing(self, units):
        assert await load(units, *REGISTER) == {"unchanged": len(REGISTER)}

    async def test_each_row_bears_one_audit_row_and_one_event(self, units, admin):
        before = await admin.fetchval("SELECT count(*) FROM audit")
        await load(units, *CHUNK)
        assert await admin.fetchval("SELECT count(*) FROM audit") == before + 5
        assert await admin.fetchval("SELECT count(*) FROM outbox WHERE event = 'project.imported'") == 1

    async def test_a_changed_title_changes_the_project_with_an_audit(self, units, admin):
        await load(units, PROJECT)
        assert await load(units, changed(PROJECT, title={"fr": "Forage"})) == {"changed": 1}
        before, after = await admin.fetchrow(
            "SELECT before ->> 'title', after ->> 'title' FROM audit WHERE action = 'project.changed'"
        )
        assert ("Forage solaire" in before, after) == (True, '{"fr": "Forage"}')
        assert await admin.fetchval("SELECT version FROM project WHERE reference = $1", PROJECT["reference"]) == 2


class TestFacts:
    async def test_a_project_enters_in_any_state_without_guards(self, units, admin):
        bare = {
            "type": "project",
            "reference": "QIP-2021-GAO-004",
            "mechanism": "QIP",
            "title": {"fr": "Château d'eau"},
            "transitions": [{"to": "completed", "on": "2021-05-31", "precision": "month"}],
        }
        assert await load(units, bare) == {"created": 1}
        row = await admin.fetchrow("SELECT from_state, to_state, precision, position FROM transition")
        assert tuple(row) == (None, "completed", "month", 0)

    async def test_a_differing_amount_of_the_same_kind_and_date_is_a_correction(self, units, admin):
        await load(units, PROJECT)
        amounts = [{**PROJECT["amounts"][0], "amount": "25112600"}]
        assert await load(units, changed(PROJECT, amounts=amounts)) == {"changed": 1}
        rows = await admin.fetch("SELECT amount, reason, supersedes_id IS NOT NULL FROM amount ORDER BY recorded_at")
        assert [tuple(row) for row in rows] == [(25112500, None, False), (25112600, "import", True)]
        assert await load(units, changed(PROJECT, amounts=amounts)) == {"unchanged": 1}

    async def test_an_amount_of_another_date_stands_beside_the_first(self, units, admin):
        await load(units, PROJECT)
        amounts = [*PROJECT["amounts"], {**PROJECT["amounts"][0], "kind": "revised", "on": "2022-03-20"}]
        await load(units, changed(PROJECT, amounts=amounts))
        assert await admin.fetchval("SELECT count(*) FROM amount WHERE supersedes_id IS NULL") == 2

    async def test_a_moved_transition_is_a_correction_and_a_further_one_is_added(self, units, admin):
        await load(units, PROJECT)
        opening, start = PROJECT["transitions"]
        transitions = [opening, {**start, "on": "2022-03-15"}, {"to": "completed", "on": "2022-03-30"}]
        assert await load(units, changed(PROJECT, transitions=transitions)) == {"changed": 1}
        rows = await admin.fetch(
            "SELECT to_state, value_on::text, reason FROM transition t WHERE NOT EXISTS "
            "(SELECT FROM transition WHERE supersedes_id = t.id) ORDER BY value_on"
        )
        assert [tuple(row) for row in rows] == [
            ("approved", "2021-12-31", None),
            ("in_progress", "2022-03-15", "import"),
            ("completed", "2022-03-30", None),
        ]
        assert await load(units, changed(PROJECT, transitions=transitions)) == {"unchanged": 1}

    async def test_other_shares_of_the_same_date_are_a_correction(self, units, admin):
        await load(units, PROJECT)
        shares = [{"sector": "qip-water", "percentage": "60"}, {"sector": "qip-health", "percentage": "40"}]
        sectors = {"on": "2022-03-14", "shares": shares}
        assert await load(units, changed(PROJECT, sectors=sectors)) == {"changed": 1}
        assert await admin.fetchval("SELECT count(*) FROM sector_assignment WHERE supersedes_id IS NOT NULL") == 1
        assert await load(units, changed(PROJECT, sectors=sectors)) == {"unchanged": 1}

    async def test_sets_are_replaced_as_a_whole(self, units, admin):
        await load(units, PROJECT)
        roles = [{"kind": "sponsor", "organisation": "pad"}, {"kind": "implementer", "organisation": "cad"}]
        assert await load(units, changed(PROJECT, roles=roles, links=[])) == {"changed": 1}
        assert await admin.fetchval("SELECT count(*) FROM link") == 0
        assert await admin.fetchval("SELECT count(*) FROM role") == 2

    async def test_a_group_keeps_its_own_amount_and_people(self, units, admin):
        await load(units, *CHUNK)
        assert await admin.fetchval("SELECT count(*) FROM amount WHERE announcement_id IS NOT NULL") == 1
        assert (await admin.fetchval("SELECT total FROM beneficiary_count WHERE announcement_id IS NOT NULL")) == 68000
        parts = [{**PART["amounts"][0], "amount": "119093931"}]
        assert await load(units, changed(PART, amounts=parts)) == {"changed": 1}

    async def test_a_place_keeps_its_tree_and_an_organisation_its_names(self, clients):
        viewer = await clients("projects", "viewer")
        [found] = (await viewer.get("/v1/places?within__in=gao&kind__in=cercle")).json()["items"]
        assert (found["slug"], found["parent"]) == ("bourem", "gao")
        for on, name in (("2022-03-31", "Turquie"), ("2022-06-03", "Türkiye")):
            read = (await viewer.get(f"/v1/organisations/turkiye?as_of={on}")).json()
            assert read["name"] == {"fr": name}


class TestRefusal:
    async def test_unknown_keys_are_named_with_their_place_in_the_chunk(self, units, admin):
        rows = [PROJECT, changed(ACTIVITY, places=["nowhere"], projects=["QIP-2022-GAO-099"])]
        with pytest.raises(UnknownKeys) as refusal:
            await load(units, *rows)
        assert [fault.pointer for fault in refusal.value.faults] == ["/0/places/0", "/0/projects/0"]
        assert await admin.fetchval("SELECT count(*) FROM project") == 0

    async def test_a_row_that_breaks_a_rule_is_named_and_nothing_is_left(self, units, admin):
        bad = changed(PROJECT, reference="QIP-2022-GAO-009", quoted_figures=[])
        bad["amounts"] = [{**PROJECT["amounts"][0], "amount": "100.5"}]
        with pytest.raises(Problem) as refusal:
            await load(units, PROJECT, bad)
        assert refusal.value.faults[0].pointer == "/1/amount"
        assert refusal.value.extra["row_key"] == "QIP-2022-GAO-009"
        assert await admin.fetchval("SELECT count(*) FROM project") == 0

    async def test_a_project_does_not_change_its_mechanism(self, units):
        await load(units, PROJECT)
        with pytest.raises(Problem, match="is a project of QIP"):
            await load(units, changed(PROJECT, mechanism="TF"))

    async def test_a_quoted_figure_belongs_to_one_record(self, units):
        await load(units, PROJECT)
        with pytest.raises(Problem, match="QUO-1"):
            await load(units, changed(PROJECT, reference="QIP-2022-GAO-009"))

    @pytest.mark.parametrize(
        ("members", "code"),
        [
            ({"transitions": []}, "too_short"),
            ({"transitions": [{"from": "approved", "to": "in_progress", "on": "2022-01-01"}]}, "transition_from"),
            (
                {"transitions": [{"to": "approved", "on": "2022-02-01"}, {"to": "closed", "on": "2022-03-01"}]},
                "forbidden_sequence",
            ),
            (
                {"transitions": [{"to": "approved", "on": "2022-02-01"}, {"to": "in_progress", "on": "2022-01-01"}]},
                "transition_order",
            ),
            ({"amounts": [PROJECT["amounts"][0], PROJECT["amounts"][0]]}, "repeated"),
            ({"mechanism": "qip"}, "string_pattern_mismatch"),
            ({"colour": "blue"}, "extra_forbidden"),
            ({"title": {"de": "x"}}, "texts_language"),
            ({"title": {"fr": "RÃ©habilitation"}}, "wrong_encoding"),
            (people(total=1000, female=500, male=400), "sexes_not_total"),
            (people(total=1000, female=600, male=500), "sexes_exceed_total"),
            (people(total=1000, female=450, female_share="60"), "women_twice"),
            (people(unit="women", total=300, male=10), "men_among_women"),
            (people(unit="women", total=300, female_share="51"), "men_among_women"),
        ],
    )
    def test_a_row_is_refused_before_anything_is_written(self, members, code):
        with pytest.raises(ValueError) as refusal:  # noqa: PT011  (pydantic's own, told apart by its code)
            rows_of(changed(PROJECT, **members))
        [fault] = faults_of(refusal.value.errors())
        assert fault.code == code
        assert set(fault.detail) == {"fr", "en"}


@pytest.mark.parametrize(
    "members",
    [
        people(total=1000, female=500, male=500),
        people(total=1000, female=500),
        people(total=1000, female=500, male=400, qualifier="more_than"),
        people(unit="women", total=300, female=300, male=0),
    ],
)
def test_a_count_may_leave_open_what_is_not_known(members):
    assert rows_of(changed(PROJECT, **members))


async def test_what_rows_refer_to_can_be_checked_before_anything_is_written(units):
    async with units() as unit:
        known = await known_references(
            unit.session, {"place": {"mali", "gao", "nowhere"}, "mechanism": ["TF"], "donor": {"belgium"}}
        )
    assert known == {"place": {"mali", "gao"}, "mechanism": {"TF"}}
    named = {(one.type, one.key) for row in rows_of(PART) for one in references(row)}
    assert named == {
        ("announcement", "ANN-2022-001"),
        ("activity", "ACT-2022-014"),
        ("mechanism", "QIP"),
        ("project", "QIP-2022-GAO-008"),
    }


def test_every_row_of_the_format_has_a_model():
    assert set(ROWS) == {
        "mechanism", "policy", "bucket", "sector", "place", "reporting_area", "organisation", "office", "person",
        "project", "activity", "announcement", "monitoring",
    }  # fmt: skip
