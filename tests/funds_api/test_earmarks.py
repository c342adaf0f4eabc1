import pytest
from pydantic import ValidationError

from services.funds_api.allocations.service import AllocationRefused, allocate
from tests.funds_api.agreements import agree, allocation, contribution

pytestmark = pytest.mark.usefixtures("world", "mapped")

WISH = {"fr": "Eau à Gao", "en": "Water in Gao"}
ASSIGN = """
WITH assignment AS (
    INSERT INTO {kind}_assignment (id, project_id, value_on, precision, position, recorded_at, recorded_by,
        is_retraction, is_synthetic)
    SELECT uuidv7(), id, $3, 'day', 0, now(), 'awa', false, false FROM project WHERE reference = $1 RETURNING id)
INSERT INTO {kind}_share (assignment_id, {kind}_id, percentage)
SELECT assignment.id, {kind}.id, 100 FROM assignment, {kind} WHERE slug = $2
"""


@pytest.fixture
async def mapped(admin, world) -> None:
    """Project 1 is water in a commune of Gao; project 2 was that too, and is roads in Mopti since 1 February."""
    await admin.execute(
        """
        INSERT INTO sector (id, slug, mechanism_code, name, position, version)
        SELECT uuidv7(), slug, 'TF', '{"en": "x"}', 0, 1 FROM unnest(ARRAY['water', 'roads']) AS slug;
        INSERT INTO place (id, slug, kind, name, is_sensitive, version)
        SELECT uuidv7(), slug, 'region', '{"en": "x"}', false, 1 FROM unnest(ARRAY['gao', 'gao-region', 'mopti']) AS slug;
        INSERT INTO place (id, slug, kind, name, is_sensitive, version, parent_id)
        SELECT uuidv7(), 'ansongo', 'commune', '{"en": "x"}', false, 1, id FROM place WHERE slug = 'gao';
        UPDATE announcement SET sector_slugs = '{water}', place_slugs = '{ansongo,mopti}'
        """
    )
    for project, sector, place, on in (
        ("TF-2022-GAO-001", "water", "ansongo", "2022-01-01"),
        ("TF-2022-GAO-002", "water", "ansongo", "2022-01-01"),
        ("TF-2022-GAO-002", "roads", "mopti", "2022-02-01"),
    ):
        for kind, slug in (("sector", sector), ("place", place)):
            statement = ASSIGN.format(kind=kind).replace("$3", "$3::text::date")
            await admin.execute(statement, project, slug, on)


async def refusal(units, **changed) -> str:
    """Why an allocation is refused; empty when it is booked."""
    try:
        async with units() as unit:
            await allocate(unit, allocation(**changed))
    except AllocationRefused as refused:
        return refused.detail["en"]
    return ""


async def test_a_hard_earmark_pays_only_what_meets_it_whatever_the_reason(units) -> None:
    await agree(units, earmark_kind="hard", earmark=WISH, earmark_sectors=["water"], earmark_places=["gao"])
    assert await refusal(units, project="TF-2022-GAO-001") == ""
    said = await refusal(units, project="TF-2022-GAO-002", reason="it would be good")
    assert "Water in Gao" in said
    assert "(roads, mopti)" in said
    # a group is outside when one of its places is
    assert "(mopti)" in await refusal(units, project=None, announcement="ANN-2022-01")


async def test_a_soft_earmark_asks_why_only_where_it_is_not_met(units) -> None:
    await agree(units, earmark_kind="soft", earmark=WISH, earmark_sectors=["water"])
    assert await refusal(units, project="TF-2022-GAO-001") == ""
    assert "say in reason" in await refusal(units, project="TF-2022-GAO-002")
    assert await refusal(units, project="TF-2022-GAO-002", reason="the road leads to the well") == ""


async def test_an_earmark_holds_under_the_name_of_a_place_that_was_merged_since(units, admin) -> None:
    await agree(units, earmark_kind="hard", earmark=WISH, earmark_places=["gao-region"])
    assert "(ansongo)" in await refusal(units, project="TF-2022-GAO-001")
    merged = "UPDATE place SET merged_into_id = (SELECT id FROM place WHERE slug = 'gao') WHERE slug = 'gao-region'"
    await admin.execute(merged)
    assert await refusal(units, project="TF-2022-GAO-001") == ""


async def test_money_for_a_double_goes_to_the_project_that_it_was_merged_into(units, admin) -> None:
    await agree(units)
    await admin.execute(
        "UPDATE project SET merged_into_id = (SELECT id FROM project WHERE reference = 'TF-2022-GAO-001')"
        " WHERE reference = 'TF-2022-GAO-002'"
    )
    assert await refusal(units, project="TF-2022-GAO-002") == ""
    paid = "SELECT reference FROM project JOIN account ON project_id = project.id"
    assert await admin.fetchval(paid) == "TF-2022-GAO-001"


async def test_a_project_without_places_meets_no_earmark_of_places(units) -> None:
    await agree(units, mechanism="QIP", earmark_kind="hard", earmark=WISH, earmark_places=["gao"])
    assert "(?)" in await refusal(units, project="QIP-2022-GAO-001")


@pytest.mark.parametrize(
    "changed",
    [
        {"earmark_kind": "hard", "earmark": WISH},
        {"earmark_kind": "none", "earmark_sectors": ["water"]},
        {"earmark_kind": "soft"},
        {"earmark": WISH},
    ],
)
def test_an_earmark_says_what_its_kind_needs(changed) -> None:
    with pytest.raises(ValidationError, match="earmark"):
        contribution(**changed)
