"""What became of a row, in words for officers; and a feed that misses no change and tells none twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from services.reporting_worker.history.wording import Moved, act, moved
from shared.paths import owner_of
from tests.projects_api.conftest import Desk, build_register


@pytest.fixture
def database_url(cluster):
    name = cluster.clone(cluster.template("projects_register", build_register))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def reader(clients):
    return await clients("reporting", "viewer", "fanta")


@pytest.fixture
async def officer(clients):
    return Desk(await clients("projects", "programme_officer", "moussa"))


async def history(reader, noun: str, key: str) -> list[dict]:
    answer = await reader.get("/v1/history", params={"noun": noun, "key": key})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_correction_is_read_in_words_with_its_reason(reader, officer):
    project = await officer.create()
    reached = {"kind": "planned", "unit": "persons", "total": 1200, "on": "2022-02-01"}
    await officer.send("POST", f"/v1/projects/{project}/beneficiaries", reached)
    [fact] = (await officer.get(f"/v1/projects/{project}"))["beneficiaries"]
    mended = {**reached, "total": 1250, "supersedes_id": fact["id"], "reason": "Recompté sur place."}
    await officer.send("POST", f"/v1/projects/{project}/beneficiaries", mended)
    newest = (await history(reader, "project", project))[0]
    assert newest["words"]["fr"] == "projet : bénéficiaires corrigé"
    assert newest["reason"] == "Recompté sur place."
    assert newest["actor"] == "moussa"
    [change] = [one for one in newest["changes"] if one["member"] == "total"]
    assert change["words"]["en"] == "Number: from 1,200 to 1,250"
    assert (change["before"], change["after"]) == (1200, 1250)


async def test_it_is_paged_and_found_by_reference(reader, officer):
    project = await officer.create(reference="QIP-2022-GAO-077")
    await officer.send("PATCH", f"/v1/projects/{project}", {"title": {"fr": "Puits"}})
    asked = {"noun": "project", "key": "QIP-2022-GAO-077", "limit": 1}
    first = (await reader.get("/v1/history", params=asked)).json()
    second = (await reader.get("/v1/history", params={**asked, "cursor": first["next_cursor"]})).json()
    assert [one["action"] for one in first["items"] + second["items"]] == ["project.edited", "project.identified"]
    assert second["next_cursor"] is None
    assert (await reader.get("/v1/history", params={**asked, "cursor": "abc"})).status_code == 422
    assert (await reader.get("/v1/history", params={"noun": "project", "key": "QIP-1999-GAO-1"})).status_code == 404
    assert (await reader.get("/v1/history", params={"noun": "colour", "key": "x"})).status_code == 422


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def every_change(reader, since: str | None = None, *, awaited: int = 0, **also: str) -> tuple[list[dict], str]:
    """All that the feed tells, and its cursor; `awaited` changes wait for whoever else works on the same server."""
    found: list[dict] = []
    while True:
        asked = {"limit": "2", **also, **({"since": since} if since else {})}
        page = (await reader.get("/v1/changes", params=asked)).json()
        if not page["items"] and len(found) >= awaited:
            return found, page["next_cursor"]
        found += page["items"]
        since = page["next_cursor"]


async def test_the_feed_tells_each_change_once_and_goes_on_where_it_stopped(reader, officer):
    _, here = await every_change(reader)
    first = await officer.create()
    await officer.client.delete(f"/v1/projects/{first}", headers={"If-Match": '"1"'})
    second = await officer.create()
    told, here = await every_change(reader, here, awaited=3, noun__in="project")
    assert [(one["subject_id"], one["change"]) for one in told] == [
        (first, "changed"), (first, "deleted"), (second, "changed"),
    ]  # fmt: skip
    assert told[1]["link"] is None
    assert owner_of(told[2]["link"]) == "projects"
    assert (await officer.client.get(told[2]["link"])).json()["id"] == second
    assert (await every_change(reader, here, noun__in="project"))[0] == []
    assert (await reader.get("/v1/changes", params={"since": here[:-2]})).status_code == 422
    assert (await reader.get("/v1/changes", params={"noun__in": "colour"})).status_code == 422


async def test_a_transaction_that_began_earlier_and_commits_later_is_not_missed(reader, database_url):
    event = "INSERT INTO outbox (at, event, subject_type, subject_id, payload) VALUES (now(), 'project.edited', 'project', $1, '{}')"
    slow, quick = uuid7(), uuid7()
    async with opened(database_url) as early, opened(database_url) as late:
        _, here = await every_change(reader)
        async with early.transaction():
            await early.execute(event, slow)
            await late.execute(event, quick)
            told, between = await every_change(reader, here)
            assert told == [], "what came after one that still runs waits for it"
        told, _ = await every_change(reader, between, awaited=2)
    assert [one["subject_id"] for one in told] == [str(slow), str(quick)]


@pytest.mark.parametrize(
    ("before", "after", "english"),
    [
        ({"amount": "24752766", "currency": "XOF"}, {"amount": "24725766", "currency": "XOF"}, "Amount: from 24,752,766 XOF to 24,725,766 XOF"),
        ({"state": "approved"}, {"to": "in_progress", "on": None}, "Status: from approved to in progress"),
        (None, {"title": {"fr": "Puits", "en": "Well"}}, 'Title: "Well"'),
        ({"is_external": True}, {"is_external": False}, "Outside totals: from yes to no"),
    ],
)  # fmt: skip
def test_a_member_is_said_from_what_to_what(before, after, english):
    assert [one.said("en") for one in moved(before, after)] == [english]


def test_what_is_removed_is_said_in_french_too():
    assert Moved("currency", "XOF", None).said("fr") == "Devise : FCFA retiré"
    assert act("project.approved", "project") == {"fr": "projet : approuvé", "en": "project: approved"}
