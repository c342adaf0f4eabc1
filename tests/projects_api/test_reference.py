"""The whole reference portfolio over HTTP: every row is what the models document, and facts can be corrected."""

import asyncio
from collections.abc import Iterator

import pytest

from shared.resources.activities import ActivityDetail
from shared.resources.announcements import AnnouncementDetail
from shared.resources.organisations import OrganisationItem
from shared.resources.places import PlaceItem
from shared.resources.projects import ProjectDetail, ProjectItem
from tests.portfolio.reference import reference_database
from tests.projects_api.conftest import Desk


@pytest.fixture
def database_url(cluster) -> Iterator[str]:
    """A database of this test's own that holds the reference portfolio."""
    name = reference_database(cluster)
    yield cluster.url(name)
    cluster.drop(name)


async def pages(client, path, **parameters):
    """Every row of a list, page by page."""
    cursor, rows = None, []
    while True:
        answer = await client.get(
            f"/v1/{path}", params={"limit": 500, **parameters, **({"cursor": cursor} if cursor else {})}
        )
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return rows


async def test_every_row_is_what_its_model_documents(clients):
    viewer = await clients("projects", "viewer")
    projects = await pages(viewer, "projects", as_of="2022-03-31")
    total = (await viewer.get("/v1/projects/totals?as_of=2022-03-31")).json()["total"]
    assert len(projects) == len({one["reference"] for one in projects}) == total > 1000
    for one in projects:
        ProjectItem.model_validate(one)
    named = [one for one in projects if not one["is_synthetic"]]
    for one in named:
        detail = (await viewer.get(f"/v1/projects/{one['reference']}?as_of=2022-03-31")).json()
        ProjectDetail.model_validate(detail)
    for path, item, detail in (
        ("activities", None, ActivityDetail),
        ("announcements", None, AnnouncementDetail),
        ("organisations", OrganisationItem, None),
        ("places", PlaceItem, None),
    ):
        for one in await pages(viewer, path):
            if item is not None:
                item.model_validate(one)
            if detail is not None:
                detail.model_validate((await viewer.get(f"/v1/{path}/{one['reference']}")).json())


async def test_a_back_dated_completion_is_known_from_now_on_and_not_before(clients):
    officer = Desk(await clients("projects", "programme_officer", "moussa"))
    [project] = (await officer.get("/v1/projects?as_of=2022-03-31&mechanism__in=QIP&status__in=in_progress&limit=1"))[
        "items"
    ]
    path = f"/v1/projects/{project['id']}"
    [*_, last] = (await officer.get(f"{path}/transitions"))["items"]
    answer = await officer.move(project["id"], "completed", max("2022-03-20", last["value_on"]))
    assert answer.status_code == 201, answer.text
    read = await officer.get(f"{path}?as_of=2022-03-31")
    assert read["status"] == "completed"
    before = await officer.client.get(path, params={"as_of": "2022-03-31", "known_at": last["recorded_at"]})
    assert before.json()["status"] == "in_progress"


async def test_sixteen_corrections_of_one_amount_leave_one_line(clients):
    officer = Desk(await clients("projects", "programme_officer", "moussa"))
    approver = await clients("projects", "approver", "awa")
    [project] = (await officer.get("/v1/projects?mechanism__in=TF&status__in=in_progress&limit=1"))["items"]
    path = f"/v1/projects/{project['id']}/amounts"
    rows = (await officer.get(path))["items"]
    row = next(one for one in rows if not one["is_superseded"])
    body = {
        "kind": row["kind"],
        "amount": "1000.000",
        "currency": "USD",
        "on": row["value_on"],
        "supersedes_id": row["id"],
        "reason": "Correction",
    }
    asked = await officer.amount(project["id"], kind="requested", currency="USD", amount="1000")
    assert asked.status_code == 201, asked.text
    answers = await asyncio.gather(
        *(
            approver.post(path, json=body, headers={"If-Match": "*", "Idempotency-Key": f"key-{number}"})
            for number in range(16)
        )
    )
    assert sorted({answer.status_code for answer in answers}) == [201, 409]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    after = (await officer.get(path))["items"]
    assert sum(one["supersedes_id"] == row["id"] for one in after) == 1
