"""What is refused before anything is parsed: depth, size, NUL; and parameters that nobody declared."""

import importlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, get_args

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.reporting_worker.desk.schemas import Command
from shared.fields import DateText, InstantText
from shared.portfolio import Part
from shared.web.body import BODY_MAX_BYTES
from shared.web.limits import JSON_MAX_DEPTH, TooDeep, check_json
from tests.web.conftest import GOOD
from tests.web.test_problems import JSON, problem

TOO_DEEP = [
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'[{"\\"":' * 50_000,
    b'{"title":' * 40 + b"1" + b"}" * 40,
]


async def test_refuses_json_that_is_too_deep(client: httpx.AsyncClient) -> None:
    for content in TOO_DEEP:
        body = problem(await client.post("/v1/projects", content=content, headers=JSON), 422, "json-too-deep")
        assert body["errors"][0]["code"] == "too_deep"


def test_brackets_inside_texts_are_no_depth() -> None:
    check_json(json.dumps({"a": "[" * 500, 'b"{': '\\"[[[' * 50}).encode())
    check_json(json.dumps([[]] * 5000).encode())


def depth(value: Any) -> int:
    if isinstance(value, list):
        return 1 + max((depth(one) for one in value), default=0)
    if isinstance(value, dict):
        return 1 + max((depth(one) for one in value.values()), default=0)
    return 0


@given(
    st.recursive(
        st.text() | st.none() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=60,
    ),
    st.integers(0, JSON_MAX_DEPTH + 5),
)
def test_depth_is_what_a_parser_would_find(value: Any, wrapped: int) -> None:
    value = json.loads(json.dumps(value).replace("\\u0000", ""))
    for _ in range(wrapped):
        value = [value]
    text = json.dumps(value).encode()
    if depth(value) > JSON_MAX_DEPTH:
        with pytest.raises(TooDeep):
            check_json(text)
    else:
        check_json(text)


def test_an_unterminated_text_is_read_once() -> None:
    check_json(b'["' + b'\\"[' * 400_000)  # seconds, if each quote were tried to the end


WITH_NUL = [
    json.dumps({**GOOD, "note": "a\x00b"}).encode(),
    json.dumps({**GOOD, "x\x00": 1}).encode(),
    json.dumps(GOOD).encode() + b"\x00",
    b'{"a": "\\\\\\u0000"}',
]


async def test_refuses_nul_in_a_body(client: httpx.AsyncClient) -> None:
    for content in WITH_NUL:
        answer = await client.post("/v1/projects", content=content, headers=JSON)
        problem(answer, 422, "unstorable-character")


async def test_a_backslash_before_u0000_is_no_nul(client: httpx.AsyncClient) -> None:
    content = json.dumps({**GOOD, "note": "\\u0000"}).encode()
    assert b"\\\\u0000" in content
    answer = await client.post("/v1/projects", content=content, headers=JSON)
    assert answer.status_code == 201
    assert answer.json()["note"] == "\\u0000"


ADDRESSES_WITH_NUL = ["/v1/projects?status=a%00b", "/v1/projects/%00", "/v1/projects?%00=1"]


async def test_refuses_nul_in_an_address(client: httpx.AsyncClient) -> None:
    for address in ADDRESSES_WITH_NUL:
        problem(await client.get(address), 422, "unstorable-character")


async def test_refuses_a_body_that_is_too_large_declared_or_streamed(client: httpx.AsyncClient) -> None:
    async def stream() -> Any:
        for _ in range(BODY_MAX_BYTES // 65536 + 2):
            yield b" " * 65536

    declared = await client.post("/v1/projects", content=b" " * (BODY_MAX_BYTES + 1), headers=JSON)
    problem(declared, 413, "body-too-large")
    problem(await client.post("/v1/projects", content=stream(), headers=JSON), 413, "body-too-large")


async def test_unknown_parameters_are_named_with_the_nearest(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/projects?limt=5&zebra=1&limt=6")
    body = problem(answer, 422, "unknown-parameter")
    assert [fault["parameter"] for fault in body["errors"]] == ["limt", "zebra"]
    assert "did you mean 'limit'" in body["errors"][0]["detail"]
    assert "limit, status" in body["errors"][1]["detail"]
    french = await client.get("/v1/projects?limt=5", headers={"Accept-Language": "fr"})
    assert "vouliez-vous dire « limit »" in french.json()["errors"][0]["detail"]


async def test_unknown_parameters_are_refused_on_writes_too(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/projects?dry_run=1", json=GOOD), 422, "unknown-parameter")


NO_DATES = [
    ("as_of=2022-02-30", "date_impossible"),
    ("as_of=2199-01-01", "date_future"),
    ("as_of=1648684800", "date_form"),
    ("as_of=2022-03-31T00:00:00Z", "date_form"),
    ("as_of=31/03/2022", "date_form"),
    ("as_of=", "date_form"),
]


async def test_refuses_dates_that_are_none_or_to_come(client: httpx.AsyncClient) -> None:
    for query, code in NO_DATES:
        body = problem(await client.get(f"/v1/projects/public?{query}"), 422, "invalid-input")
        assert [(fault["parameter"], fault["code"]) for fault in body["errors"]] == [("as_of", code)]


NO_AMOUNTS = [
    1,
    1.5,
    0,
    -1,
    True,
    None,
    [],
    {},
    "",
    " 1",
    "1 ",
    "1,000",
    "1 000",
    "1.000,5",
    "1e3",
    "1E3",
    "NaN",
    "nan",
    "Infinity",
    "-inf",
    "+1",
    ".5",
    "5.",
    "01",
    "0x10",
    "٣",
    "1_000",
    "0",
    "-5",
    "1.12345678901",
    "9" * 40,
]


async def test_refuses_amounts_that_are_not_exact_texts(client: httpx.AsyncClient) -> None:
    for amount in NO_AMOUNTS:
        answer = await client.post("/v1/projects", json={**GOOD, "amount": amount})
        body = problem(answer, 422, "invalid-input")
        assert [fault["pointer"] for fault in body["errors"]] == ["/amount"]


NO_NUMBERS = [b"NaN", b"Infinity", b"-Infinity", b"1e400"]


async def test_refuses_numbers_that_json_does_not_have(client: httpx.AsyncClient) -> None:
    for raw in NO_NUMBERS:
        content = json.dumps({**GOOD, "amount": 0}).encode().replace(b'"amount": 0', b'"amount": ' + raw)
        problem(await client.post("/v1/projects", content=content, headers=JSON), 422, "invalid-input")


AMOUNTS = ["1", "0.001", "64636472", "110726.859", "12345678901234567.1234567890"]


async def test_keeps_amounts_to_the_last_digit(client: httpx.AsyncClient) -> None:
    for amount in AMOUNTS:
        answer = await client.post("/v1/projects", json={**GOOD, "amount": amount})
        assert answer.json()["amount"] == amount


@pytest.mark.parametrize("written", ["0001-01-01", "0202-01-01", "2202-01-01", "9999-12-31"])
@pytest.mark.parametrize("given", ["date", "instant"])
def test_no_date_is_taken_that_the_driver_writes_as_infinity(written: str, given: str) -> None:
    text, kind = (written, DateText) if given == "date" else (f"{written}T12:00:00Z", InstantText)
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)


def kinds_of(part: type) -> Iterator[type]:
    for kind in part.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_no_member_of_any_body_or_row_takes_such_a_date() -> None:
    importlib.import_module("deploy.embedded.origin")
    importlib.import_module("portfolio.loading")
    taken, asked = [], 0
    for model in {*kinds_of(Part), *kinds_of(Command)}:
        for name, member in model.model_fields.items():
            if not {date, datetime} & set(parts_of(member.annotation)):
                continue
            asked += 1
            with suppress(ValidationError):
                TypeAdapter(member.rebuild_annotation()).validate_python("0001-01-01")
                taken.append(f"{model.__name__}.{name}")
    assert asked > 20
    assert taken == []


def parts_of(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts_of(part)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"])
async def test_a_body_of_another_kind_is_415_and_told_which(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/v1/projects", content=b"{}", headers={"Content-Type": kind})
    assert "application/json" in problem(answer, 415, "unsupported-media-type")["detail"]
