"""Errors: problem documents (RFC 9457) in both languages, every fault at once, nothing half-written, no trace shown."""

import json
from typing import Any

import httpx
import pytest

from shared.web.language import language_of
from tests.web.conftest import GOOD

JSON = {"Content-Type": "application/json"}


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:djoliba:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("fr", "fr"),
        ("fr-ML, en;q=0.8", "fr"),
        ("en, fr;q=0.9", "en"),
        ("bm, fr;q=0.5, en;q=0.4", "fr"),
        ("de", "en"),
        ("fr;q=0", "en"),
        ("fr;q=x, en;q=0.1", "en"),
        ("EN-gb;q=0.2, FR-fr ; q=0.7", "fr"),
    ],
)
def test_the_language_is_the_caller_s(header: str | None, language: str) -> None:
    assert language_of(header) == language


async def test_lists_every_fault_with_its_pointer_in_both_languages(client: httpx.AsyncClient) -> None:
    wrong = {
        "title": {"de": "Schule"},
        "amount": 1.5,
        "on": "2022-02-30",
        "rate": "1,000",
        "parts": [{"amount": "0", "share": "120"}, {"amount": "NaN", "share": "1e2"}],
        "count": "3",
        "a/b~c": 1,
    }
    found = {}
    for language in ("fr", "en"):
        answer = await client.post("/v1/projects", json=wrong, headers={"Accept-Language": language})
        body = problem(answer, 422, "invalid-input")
        assert answer.headers["content-language"] == language
        found[language] = {fault["pointer"]: (fault["code"], fault["detail"]) for fault in body["errors"]}
    assert {pointer: code for pointer, (code, _) in found["fr"].items()} == {
        "/title": "texts_language",
        "/amount": "amount_not_text",
        "/on": "date_impossible",
        "/rate": "amount_form",
        "/parts/0/amount": "amount_not_positive",
        "/parts/0/share": "percentage_range",
        "/parts/1/amount": "amount_form",
        "/parts/1/share": "amount_form",
        "/count": "int_type",
        "/a~1b~0c": "extra_forbidden",
    }
    for pointer, (_, detail) in found["fr"].items():
        assert detail != found["en"][pointer][1], pointer
    assert found["en"]["/on"][1] == "'2022-02-30' is not in the calendar."
    assert found["fr"]["/on"][1] == "« 2022-02-30 » n'existe pas au calendrier."


async def test_missing_fields_are_named(client: httpx.AsyncClient) -> None:
    body = problem(await client.post("/v1/projects", json={}), 422, "invalid-input")
    assert [fault["pointer"] for fault in body["errors"]] == ["/title", "/amount", "/on"]


async def test_refuses_json_that_is_none(client: httpx.AsyncClient) -> None:
    for broken in (b"{", b'{"title":', b"", b"nul", b'{"a":1}}'):
        answer = await client.post("/v1/projects", content=broken, headers=JSON)
        body = problem(answer, 422, "invalid-input")
        assert body["errors"][0]["pointer"] == ""
    bad_bytes = await client.post("/v1/projects", content=b'{"title": "\xff\xfe"}', headers=JSON)
    assert problem(bad_bytes, 422, "invalid-input")["errors"][0]["code"] == "not_utf8"


async def test_refuses_a_number_longer_than_python_reads(client: httpx.AsyncClient) -> None:
    content = json.dumps({**GOOD, "count": 7}).replace("7", "9" * 6000).encode()
    body = problem(await client.post("/v1/projects", content=content, headers=JSON), 422, "invalid-input")
    assert body["errors"][0]["code"] == "number_too_long"


async def test_refuses_lone_surrogates(client: httpx.AsyncClient) -> None:
    content = json.dumps(GOOD).replace("School", "\\ud800").encode()
    body = problem(await client.post("/v1/projects", content=content, headers=JSON), 422, "invalid-input")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [("/title/en", "lone_surrogate")]


async def test_refuses_a_member_that_stands_twice(client: httpx.AsyncClient) -> None:
    content = json.dumps(GOOD).encode()[:-1] + b', "amo\\u0075nt": "2"}'
    body = problem(await client.post("/v1/projects", content=content, headers=JSON), 422, "invalid-input")
    assert body["errors"][0]["code"] == "duplicate_member"
    assert "'amount'" in body["errors"][0]["detail"]


async def test_unknown_addresses_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    french = {"Accept-Language": "fr"}
    body = problem(await client.get("/v1/projects/nothing/here", headers=french), 404, "not-found")
    assert body["title"] == "Introuvable"
    answer = await client.delete("/v1/projects")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"]


async def test_without_a_token_401_without_the_permission_403(client: httpx.AsyncClient, token_for: Any) -> None:
    del client.headers["Authorization"]
    answer = await client.get("/v1/projects")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    viewer = {"Authorization": f"Bearer {token_for('viewer')}"}
    body = problem(await client.post("/v1/projects", json=GOOD, headers=viewer), 403, "forbidden")
    assert body["permission"] == "projects:create"
    nonsense = await client.get("/v1/projects", headers={"Authorization": "Bearer nonsense"})
    assert problem(nonsense, 401, "unauthenticated")["detail"] == answer.json()["detail"]


async def test_permission_comes_before_the_body_is_judged(client: httpx.AsyncClient, token_for: Any) -> None:
    viewer = {"Authorization": f"Bearer {token_for('viewer')}"}
    problem(await client.post("/v1/projects", json={"x": 1}, headers=viewer), 403, "forbidden")


async def test_a_fault_of_ours_shows_nothing_of_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/projects/broken", headers={"Accept-Language": "fr"})
    body = problem(answer, 500, "internal-error")
    assert set(body) == {"type", "title", "status", "detail", "request_id"}
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_a_write_that_records_nothing_is_a_fault_of_ours(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/projects/silent"), 500, "internal-error")


async def test_an_anonymous_route_cannot_read_a_table(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/projects/public")).json() == {"role": "djoliba_public"}
    problem(await client.get("/v1/projects/forbidden-table"), 500, "internal-error")


async def test_refused_input_leaves_nothing(client: httpx.AsyncClient, pools: Any) -> None:
    await client.post("/v1/projects", json={**GOOD, "amount": "x"})
    await client.post("/v1/projects/silent")
    pool = await pools("djoliba_projects")
    assert await pool.fetchval("SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM outbox)") == 0
    accepted = await client.post("/v1/projects", json=GOOD)
    assert accepted.status_code == 201
    assert accepted.json()["amount"] == "64636472"
    assert await pool.fetchval("SELECT count(*) FROM audit") == 1


async def test_the_request_s_id_reaches_the_audit(client: httpx.AsyncClient, pools: Any) -> None:
    answer = await client.post("/v1/projects", json=GOOD, headers={"X-Request-Id": "portal-7"})
    assert answer.headers["x-request-id"] == "portal-7"
    pool = await pools("djoliba_projects")
    assert await pool.fetchval("SELECT request_id FROM audit") == "portal-7"


async def test_a_request_id_that_could_harm_the_log_is_replaced(client: httpx.AsyncClient) -> None:
    for given in ("", "a b", "x" * 200, "é", "<script>"):
        answer = await client.get("/v1/projects", headers={"X-Request-Id": given.encode()})
        assert answer.headers["x-request-id"] != given
        assert len(answer.headers["x-request-id"]) == 36


async def test_the_reason_keeps_its_accents_however_it_was_sent(client: httpx.AsyncClient, pools: Any) -> None:
    for encoding in ("utf-8", "latin-1"):
        reason = "Corrigé après la visite à Ménaka".encode(encoding)
        answer = await client.post("/v1/projects", json=GOOD, headers={"X-Reason": reason})
        assert answer.status_code == 201
    pool = await pools("djoliba_projects")
    reasons = await pool.fetch("SELECT DISTINCT reason FROM audit")
    assert [row["reason"] for row in reasons] == ["Corrigé après la visite à Ménaka"]


async def test_an_unknown_parameter_hides_no_other_fault(clients: Any) -> None:
    client = await clients("reporting", "viewer", "awa")
    answer = await client.get("/v1/figures", params={"as_of": "2022-13-01", "foo": "1"})
    assert answer.status_code == 422
    assert {fault["parameter"] for fault in answer.json()["errors"]} == {"as_of", "foo"}
