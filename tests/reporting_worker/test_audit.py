"""`/v1/audit`: who changed what, for those who may see it, in pages that lose nothing."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
from uuid_utils.compat import uuid7

from shared.auth import Principal
from shared.models import Platform
from shared.unit_of_work import unit_of_work

Clients = Callable[..., Awaitable[httpx.AsyncClient]]


async def write(engines: Any, number: int, actor: str = "awa") -> list[UUID]:
    subjects = [uuid7() for _ in range(number)]
    for subject in subjects:
        async with unit_of_work(
            engines("projects"), Principal(actor), service="projects", reason="test", request_id="r1"
        ) as unit:
            unit.record("project.approved", "project", subject, before={"state": "a"}, after={"state": "b"})
    return subjects


async def test_pages_show_every_change_once_newest_first(engines: Any, clients: Clients) -> None:
    subjects = await write(engines, 7)
    client = await clients("reporting", "approver")
    seen, cursor = [], None
    while True:
        page = (await client.get("/v1/audit", params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["subject_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(subject) for subject in reversed(subjects)]


async def test_an_exact_last_page_has_no_next(engines: Any, clients: Clients) -> None:
    await write(engines, 2)
    client = await clients("reporting", "admin")
    assert (await client.get("/v1/audit?limit=2")).json()["next_cursor"] is None
    assert (await client.get("/v1/audit?action=none")).json() == {"items": [], "next_cursor": None}


async def test_filters_and_contents(engines: Any, clients: Clients) -> None:
    mine = (await write(engines, 1, "issa"))[0]
    await write(engines, 2)
    client = await clients("reporting", "approver")
    by_actor = (await client.get("/v1/audit?actor=issa")).json()["items"]
    by_subject = (await client.get(f"/v1/audit?subject_type=project&subject_id={mine}")).json()["items"]
    assert by_actor == by_subject
    row = by_actor[0]
    assert (row["actor"], row["action"], row["reason"], row["request_id"]) == ("issa", "project.approved", "test", "r1")
    assert (row["before"], row["after"], row["service"]) == ({"state": "a"}, {"state": "b"}, "projects")
    later = await client.get("/v1/audit", params={"at__gte": row["at"], "at__lt": row["at"]})
    assert later.json()["items"] == []


async def test_refuses_other_cursors_instants_and_callers(clients: Clients) -> None:
    client = await clients("reporting", "approver")
    for query in ("cursor=xyz", "cursor=WyItaWQiLCAiIiwgMV0", "at__gte=2022-03-31T00:00:00", "limit=0", "limit=501"):
        answer = await client.get(f"/v1/audit?{query}")
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
    assert (await (await clients("reporting", "programme_officer")).get("/v1/audit")).status_code == 403
    assert (await (await clients("reporting")).get("/v1/audit")).status_code == 401


async def test_a_subject_is_asked_for_by_its_reference_and_shown_with_it(engines: Any, clients: Clients) -> None:
    async with unit_of_work(engines("reporting"), Principal("awa"), service="reporting") as unit:
        platform = Platform(
            id=uuid7(), slug="partner", kind="wordpress", name={"en": "Partner"}, base_url="https://example.org",
            username="djoliba", secret_reference="partner",
            recorded_at=unit.recorded_at,
        )  # fmt: skip
        unit.session.add(platform)
        unit.record("platform.created", "platform", platform.id)
    await write(engines, 1)
    client = await clients("reporting", "approver")
    for query in ("subject_id=partner", "subject_id=partner&subject_type=platform", f"subject_id={platform.id}"):
        [item] = (await client.get(f"/v1/audit?{query}")).json()["items"]
        assert (item["subject"], item["subject_id"]) == ("partner", str(platform.id))
    for query in ("subject_id=nobody", "subject_id=partner&subject_type=project", "subject_type=project_x"):
        assert (await client.get(f"/v1/audit?{query}")).json()["items"] == [], query
