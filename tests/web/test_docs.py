"""`/docs`: every operation on one page, without scripts, escaped, and nothing fetched from elsewhere."""

import html
import re

import httpx

from shared.web.docs import page
from shared.web.examples import example_of


async def test_shows_every_operation_with_an_example_that_can_be_pasted(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    answer = await client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    text = html.unescape(answer.text)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
            assert path in text
    assert '-H "Idempotency-Key: $(uuidgen)"' in text
    assert '"amount": "64636472"' in text


async def test_needs_nothing_but_itself(client: httpx.AsyncClient) -> None:
    text = (await client.get("/docs")).text
    assert "<script" not in text
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_what_authors_write_is_escaped() -> None:
    operation = {
        "tags": ["x"], "summary": "<img src=x>", "description": "<b>", "operationId": "a", "x-permission": "p",
        "responses": {"200": {"description": "<i>"}},
    }  # fmt: skip
    document = {
        "openapi": "3.1.0",
        "info": {"title": "<t>", "version": "1", "description": "<d>"},
        "paths": {"/x": {"get": operation}},
    }
    text = page(document)
    for raw in ("<img", "<b>", "<i>", "<t>", "<d>"):
        assert raw not in text


def test_examples_come_from_the_schema_and_end() -> None:
    document = {
        "components": {
            "schemas": {
                "Node": {
                    "type": "object",
                    "properties": {
                        "on": {"type": "string", "format": "date"},
                        "kind": {"enum": ["a", "b"]},
                        "amount": {"anyOf": [{"type": "string", "examples": ["7"]}, {"type": "null"}]},
                        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                    },
                }
            }
        }
    }
    found = example_of(document, {"$ref": "#/components/schemas/Node"}, 2)
    assert found == {
        "on": "2022-03-31",
        "kind": "a",
        "amount": "7",
        "children": [{}],
    }
