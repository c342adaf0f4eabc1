"""Each worklist: what waits is in it, what is mended is not, and its count is the number of its rows."""

from typing import Any

import httpx
import pytest

from services.reporting_worker.worklists.declared import WORKLISTS
from shared.domain.lifecycle import MOVES
from shared.models.organisation import RoleKind
from shared.settings import Service
from tests.facts.builder import Builder
from tests.reporting_worker.worklists.matters import MATTERS, Matter, bare, edition, party, project, proposal


async def head(client: httpx.AsyncClient, key: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/v1/worklists{query}")
    assert answer.status_code == 200, answer.text
    [found] = [one for one in answer.json()["items"] if one["key"] == key]
    return dict(found)


async def rows(client: httpx.AsyncClient, key: str, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/worklists/{key}{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.fixture
async def administrator(clients: Any) -> httpx.AsyncClient:
    client: httpx.AsyncClient = await clients("reporting", "admin", "awa")
    return client


def test_each_worklist_is_tested() -> None:
    assert set(MATTERS) == set(WORKLISTS)


@pytest.mark.parametrize(("key", "matter"), MATTERS.items(), ids=list(MATTERS))
async def test_what_is_the_matter_waits_until_it_is_mended(
    builder: Builder, administrator: httpx.AsyncClient, key: str, matter: Matter
) -> None:
    assert await rows(administrator, key) == []
    await matter.make(builder)
    [row] = await rows(administrator, key, "?include=total")
    waiting = await head(administrator, key)
    assert (waiting["count"], waiting["mine"], row["is_mine"]) == (1, 1, True)
    assert matter.reference in {None, row["reference"]}
    assert matter.english in row["todo"]["en"]
    assert row["todo"]["fr"] not in {"", row["todo"]["en"]}
    assert waiting["todo"]["fr"] != waiting["todo"]["en"]
    assert row["noun"] == waiting["noun"]
    assert row["href"].rpartition("/")[2] == row["reference"]
    await matter.mend(builder)
    assert await rows(administrator, key) == []
    assert (await head(administrator, key))["count"] == 0


@pytest.mark.parametrize("one", WORKLISTS.values(), ids=list(WORKLISTS))
async def test_the_act_is_an_operation_that_takes_its_permission(clients: Any, one: Any) -> None:
    within_a_transition = {move.permission for move in MOVES.values()}
    acts = [one.act, *(one.act_by[1].values() if one.act_by else ())]
    services: tuple[Service, ...] = ("projects", "funds", "reporting")
    served = {
        (method, route.path_format): route.access.permission
        for service in services
        for client in [await clients(service)]
        for route in client._transport.app.routes
        for method in getattr(route, "methods", None) or ()
        if hasattr(route, "access")
    }
    for act in acts:
        permission = served[act.method, act.path]
        assert act.permission == permission or (
            permission == "projects:transition" and act.permission in within_a_transition
        )


class TestWhoseTheyAre:
    async def test_a_section_mends_its_own_projects_only(self, builder: Builder, clients: Any) -> None:
        await bare(builder)
        await party(builder, RoleKind.SPONSOR)
        own = await clients("reporting", "sponsor_editor", "awa", sponsor="org-sponsor")
        other = await clients("reporting", "sponsor_editor", "moussa", sponsor="cad")
        nowhere = await clients("reporting", "sponsor_editor", "issa")
        viewer = await clients("reporting", "viewer", "binta")
        key = "projects.without_partner"
        for client, is_theirs in ((own, True), (other, False), (nowhere, False), (viewer, False)):
            [row] = await rows(client, key)
            assert row["is_mine"] == is_theirs
            assert (await head(client, key))["mine"] == int(is_theirs)
            assert len(await rows(client, key, "?mine=true")) == int(is_theirs)

    async def test_nobody_approves_what_they_wrote(self, builder: Builder, clients: Any) -> None:
        await project(builder, "identified", "submitted", "under_review")
        await edition(builder, "in_review")
        await proposal(builder)
        for key, author in (
            ("projects.to_approve", "test"),
            ("editions.to_approve", "binta"),
            ("proposals.to_release", "binta"),
        ):
            for subject, may in ((author, False), ("fatou", True)):
                approver = await clients("reporting", "approver", subject)
                [row] = await rows(approver, key)
                assert (row["is_mine"], (await head(approver, key))["mine"]) == (may, int(may))

    async def test_a_program_sees_what_its_scopes_name(self, builder: Builder, clients: Any) -> None:
        await bare(builder)
        program = await clients("reporting", "service", "sync", scopes=("worklists:read", "projects:read"))
        answer = await program.get("/v1/worklists")
        assert {one["noun"] for one in answer.json()["items"]} == {"project"}
        assert (await program.get("/v1/worklists/rates.too_old")).status_code == 403
        assert (await (await clients("reporting")).get("/v1/worklists")).status_code == 401


class TestFilters:
    async def test_they_are_those_of_the_list(self, builder: Builder, administrator: httpx.AsyncClient) -> None:
        await project(builder, "completed")
        await builder.project("TF-1", ("completed", "2022-02-01"), places=("kidal",))
        key = "projects.not_handed_over"
        for query, expected in (
            ("?mechanism__in=QIP", ["QIP-1"]),
            ("?mechanism__in=QIP,TF", ["QIP-1", "TF-1"]),
            ("?place__in=gao", ["QIP-1"]),
            ("?place__in=kidal&mechanism__in=QIP", []),
            ("?sponsor__in=cad", []),
            ("?as_of=2022-02-28", ["QIP-1", "TF-1"]),
            ("?as_of=2022-01-31", []),
            ("?known_at=2022-04-04T08:00:00Z", []),
        ):
            found = await rows(administrator, key, query)
            assert sorted(row["reference"] for row in found) == expected, query
            waiting = await head(administrator, key, query)
            assert waiting["count"] == len(expected), query
            assert waiting["href"] == f"/v1/worklists/{key}{query}"

    async def test_one_that_its_rows_do_not_know_is_refused_and_counts_nothing(
        self, builder: Builder, administrator: httpx.AsyncClient
    ) -> None:
        await MATTERS["rates.too_old"].make(builder)
        assert (await head(administrator, "rates.too_old", "?place__in=gao"))["count"] == 0
        refused = await administrator.get("/v1/worklists/rates.too_old?place__in=gao")
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["parameter"] == "place__in"

    async def test_an_unknown_parameter_is_refused(self, administrator: httpx.AsyncClient) -> None:
        for address in ("/v1/worklists?colour=blue", "/v1/worklists/rates.too_old?colour=blue"):
            assert (await administrator.get(address)).status_code == 422

    async def test_an_unknown_key_is_told_those_that_there_are(self, administrator: httpx.AsyncClient) -> None:
        answer = await administrator.get("/v1/worklists/projects.without_colour")
        assert answer.status_code == 404
        assert answer.json()["known"] == list(WORKLISTS)


async def test_pages_follow_each_other_what_waits_longest_first(
    builder: Builder, administrator: httpx.AsyncClient
) -> None:
    for number in range(1, 6):
        await builder.project(f"QIP-{number}", ("completed", f"2022-02-{20 - number:02}"))
    found, address = [], "/v1/worklists/projects.not_handed_over?limit=2&include=total"
    cursor = ""
    while cursor is not None:
        page = (await administrator.get(address + (f"&cursor={cursor}" if cursor else ""))).json()
        assert page["total"] == 5
        found += [row["reference"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert found == ["QIP-5", "QIP-4", "QIP-3", "QIP-2", "QIP-1"]
    other = (await administrator.get("/v1/worklists/projects.not_handed_over?limit=2")).json()["next_cursor"]
    assert (await administrator.get(f"/v1/worklists/projects.not_closed?cursor={other}")).status_code == 422
