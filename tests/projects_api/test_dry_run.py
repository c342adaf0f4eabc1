"""`?dry_run=true`: a write is answered as if it were done, and nothing of it stays."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

OFFICE = {"slug": "head-gao", "title": {"fr": "Chef du bureau de Gao", "en": "Head of office, Gao"}}
EVERYTHING = "SELECT (SELECT count(*) FROM office) + (SELECT count(*) FROM audit) + (SELECT count(*) FROM job)"


@pytest.fixture
async def officer(clients: Any) -> httpx.AsyncClient:
    found: httpx.AsyncClient = await clients("projects", "programme_officer", "moussa")
    return found


async def test_it_is_answered_as_if_it_were_done_and_nothing_stays(
    officer: httpx.AsyncClient, admin: asyncpg.Connection
) -> None:
    before = await admin.fetchval(EVERYTHING)
    key = {"Idempotency-Key": str(uuid4())}
    tried = await officer.post("/v1/offices?dry_run=true", json=OFFICE, headers=key)
    assert tried.status_code == 201, tried.text
    assert tried.headers["Dry-Run"] == "true"
    assert "Location" not in tried.headers
    assert tried.json()["id"]
    assert await admin.fetchval(EVERYTHING) == before
    done = await officer.post("/v1/offices", json=OFFICE, headers=key)
    assert done.status_code == 201, "the key is free after a try"
    assert "Dry-Run" not in done.headers


async def test_it_is_refused_for_what_the_write_would_be_refused_for(officer: httpx.AsyncClient) -> None:
    for body in ({**OFFICE, "slug": "Head of Gao"}, {**OFFICE, "organisation": "nobody"}):
        answers = [await officer.post(f"/v1/offices{query}", json=body) for query in ("?dry_run=true", "")]
        assert [one.status_code for one in answers] == [422, 422]
        assert answers[0].json()["errors"] == answers[1].json()["errors"]


async def test_a_change_is_tried_against_its_version(officer: httpx.AsyncClient) -> None:
    etag = (await officer.post("/v1/offices", json=OFFICE)).headers["ETag"]
    changed = {"title": {"fr": "Cheffe", "en": "Head"}}
    stale = await officer.put("/v1/offices/head-gao?dry_run=true", json=changed, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    tried = await officer.put("/v1/offices/head-gao?dry_run=true", json=changed, headers={"If-Match": etag})
    assert tried.status_code == 200, tried.text
    assert (await officer.get("/v1/offices/head-gao")).json()["title"]["fr"] == "Chef du bureau de Gao"


async def test_only_true_and_false_are_taken_and_reads_take_none(officer: httpx.AsyncClient) -> None:
    assert (await officer.post("/v1/offices?dry_run=yes", json=OFFICE)).status_code == 422
    assert (await officer.post("/v1/offices?dry_run=false", json=OFFICE)).status_code == 201
    assert (await officer.get("/v1/offices?dry_run=true")).status_code == 422
