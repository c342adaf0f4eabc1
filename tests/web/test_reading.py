"""What a read depends on: the database's clock, the whole representation behind an ETag, filters and cursors as sent."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine

from shared.errors import InvalidInput
from shared.pagination import decode_cursor, encode_cursor
from tests.web.test_problems import problem

Clients = Callable[..., Awaitable[httpx.AsyncClient]]
PATH = "/v1/organisations/denmark"
DENMARK = {
    "slug": "denmark",
    "kind": "state",
    "names": [{"name": {"fr": "Danemark", "en": "Denmark"}, "valid_from": "2000-01-01"}],
}


async def created(clients: Clients) -> httpx.AsyncClient:
    """An officer who has entered Denmark."""
    officer = await clients("projects", "programme_officer", "awa")
    answer = await officer.post("/v1/organisations", json=DENMARK)
    assert answer.status_code == 201, answer.text
    return officer


async def test_an_etag_moves_with_whatever_the_answer_depends_on(clients: Clients) -> None:
    officer, viewer = await created(clients), await clients("projects", "viewer")
    read = await officer.get(PATH)
    tags = {
        (await client.get(PATH, params=query)).headers["etag"]
        for client, query in ((officer, {}), (viewer, {}), (officer, {"as_of": "1999-01-01"}))
    }
    assert len(tags) == 3
    assert read.headers["vary"] == "Authorization, Accept"
    held = {"If-None-Match": f'"another", W/{read.headers["etag"]}'}
    same = await officer.get(PATH, headers=held)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", read.headers["etag"])
    assert (await viewer.get(PATH, headers=held)).status_code == 200


async def test_if_match_takes_the_version_of_any_representation(clients: Clients) -> None:
    officer, viewer = await created(clients), await clients("projects", "viewer")
    seen = (await viewer.get(PATH)).headers["etag"]
    content = {"kind": "state", "names": DENMARK["names"], "acronym": {"fr": "DNK"}}
    written = await officer.put(PATH, json=content, headers={"If-Match": seen})
    assert written.status_code == 200, written.text
    problem(await officer.put(PATH, json=content, headers={"If-Match": seen}), 412, "precondition-failed")


async def test_the_clock_of_the_database_decides_what_is_future(clients: Clients) -> None:
    true_now = datetime.now(UTC)
    with time_machine.travel(true_now + timedelta(days=1), tick=True):
        viewer = await clients("projects", "viewer")
        for query, code in (
            ({"known_at": (true_now + timedelta(hours=1)).isoformat()}, "in_future"),
            ({"as_of": (true_now + timedelta(days=1)).date().isoformat()}, "in_future"),
        ):
            body = problem(await viewer.get("/v1/projects", params=query), 422, "invalid-input")
            assert [one["code"] for one in body["errors"]] == [code]
    with time_machine.travel(true_now - timedelta(minutes=20), tick=True):
        viewer = await clients("projects", "viewer")
        known = await viewer.get("/v1/projects", params={"known_at": true_now.isoformat()})
        assert known.status_code == 200


NO_INSTANTS = ["0", "1648684800", "2022-04-04", "2022-04-04T09:00:00", "0001-01-01T00:00:00+23:59", "20220404T090000Z"]


async def test_dates_and_instants_are_never_numbers(clients: Clients) -> None:
    for service, path, names in (
        ("projects", "/v1/projects", ("known_at",)),
        ("reporting", "/v1/figures/qip.total", ("known_at",)),
        ("reporting", "/v1/audit", ("at__gte", "at__lt")),
    ):
        client = await clients(service, ["approver", "admin"], "awa")
        for name, value in product(names, NO_INSTANTS):
            body = problem(await client.get(path, params={name: value}), 422, "invalid-input")
            assert [(one["parameter"], one["code"]) for one in body["errors"]] == [(name, "instant_form")]
    viewer = await clients("projects", "viewer")
    for name, value in product(("as_of", "approved_on__gte", "approved_on__lte"), ("0", "1648684800", "2022-3-1")):
        body = problem(await viewer.get("/v1/projects", params={name: value}), 422, "invalid-input")
        assert [(one["parameter"], one["code"]) for one in body["errors"]] == [(name, "date_form")]


def test_a_cursor_that_was_changed_anywhere_is_refused() -> None:
    identity = uuid4()
    cursor = encode_cursor("reference", "QIP-2022-MNK-014", str(identity))
    assert decode_cursor(cursor, "reference") == ("QIP-2022-MNK-014", UUID(str(identity)))
    changed = [cursor[:at] + letter + cursor[at + 1 :] for at in range(len(cursor)) for letter in "Aa9-_ =é"]
    changed += [cursor[:at] for at in range(len(cursor))] + [cursor + "=", cursor + "A", "", "é", "\ud800"]
    for wrong in set(changed) - {cursor}:
        with pytest.raises(InvalidInput):
            decode_cursor(wrong, "reference")
    with pytest.raises(InvalidInput):
        decode_cursor(cursor, "-reference")


@pytest.mark.whole
async def test_all_filters_of_a_list_hold_together(clients: Clients) -> None:
    for service in ("projects", "funds", "reporting"):
        client = await clients(service, ["programme_officer", "fund_manager", "approver", "admin"], "awa")
        paths = (await client.get("/openapi.json")).json()["paths"]
        for path in (one for one in paths if f"{one}/totals" in paths):
            given = {}
            for parameter in paths[path]["get"]["parameters"]:
                schema = parameter.get("schema", {})
                kinds = [schema, *schema.get("anyOf", [])]
                if parameter.get("in") != "query" or parameter["name"] in {"cursor", "limit", "ordering", "known_at"}:
                    continue
                if any(kind.get("type") == "boolean" for kind in kinds):
                    given[parameter["name"]] = "true"
                elif any(kind.get("format") == "date" for kind in kinds):
                    given[parameter["name"]] = "2022-03-31"
                elif examples := schema.get("examples", parameter.get("examples")):
                    given[parameter["name"]] = examples[0]
                elif any("enum" in kind or "const" in kind for kind in kinds):
                    given[parameter["name"]] = "total"
                else:
                    given[parameter["name"]] = "gao"
            answer = await client.get(path, params=given)
            assert answer.status_code == 200, (path, given, answer.text)
            assert answer.json()["items"] == []


@pytest.mark.parametrize(
    "address",
    [
        "projects?status__in=bogus",
        "projects?status=bogus",
        "projects/totals?status__in=in_progress,bogus",
        "activities?kind__in=bogus",
        "places?kind__in=bogus",
        "contributions?currency__in=USD,bogus",
        "deliveries?language=bogus",
        "platforms?kind__in=bogus",
    ],
)
async def test_a_value_that_there_is_not_is_refused_with_those_there_are(clients, address) -> None:
    services = {"contributions": "funds", "deliveries": "reporting", "platforms": "reporting"}
    viewer = await clients(services.get(address.partition("?")[0], "projects"), "admin", "awa")
    answer = await viewer.get(f"/v1/{address}")
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert (fault["code"], "bogus" in fault["detail"]) == ("value_unknown", True)


async def test_an_address_with_a_slash_at_its_end_is_not_found_and_names_no_host(clients) -> None:
    viewer = await clients("projects", "viewer", "awa")
    answer = await viewer.get("/v1/projects/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)
