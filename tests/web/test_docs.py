"""`/docs`: every operation on one page, without scripts, escaped, and nothing fetched from elsewhere."""

import html
import re

import httpx
import pytest

from shared.web.docs import GUIDES, Pages, refusals, slug_of
from shared.web.examples import example_of


async def test_shows_every_operation_with_an_example_that_can_be_pasted(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    answer = await client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    index = html.unescape(answer.text)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            [tag] = operation["tags"]
            page = html.unescape((await client.get(f"/docs/{slug_of(tag)}")).text)
            assert f'id="{operation["operationId"]}"' in page
            assert path in page
            assert f"/docs/{slug_of(tag)}?lang=en#{operation['operationId']}" in index
    assert '-H "Idempotency-Key: $(' in page
    assert '"amount": "64636472"' in page


async def test_a_member_is_shown_with_type_meaning_and_whether_it_is_required(client: httpx.AsyncClient) -> None:
    page = html.unescape((await client.get("/docs/projects")).text)
    row = re.search(r"<tr><td><code>amount</code>.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert "required" in row[0]
    assert "<td>string</td>" in row[0]


async def test_a_french_reader_reads_french(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs/projects", headers={"Accept-Language": "fr"})).text
    assert '<html lang="fr">' in page
    assert "Paramètres" in page
    assert "Parameters" in (await client.get("/docs/projects?lang=en", headers={"Accept-Language": "fr"})).text


async def test_every_type_of_problem_is_explained(client: httpx.AsyncClient) -> None:
    page = html.unescape((await client.get("/docs/errors")).text)
    for one in refusals():
        assert f'id="{one.type}"' in page
        assert one.meaning


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("guide", GUIDES)
async def test_each_guide_is_a_page(client: httpx.AsyncClient, guide: str, language: str) -> None:
    answer = await client.get(f"/docs/{guide}?lang={language}")
    assert answer.status_code == 200
    assert "<h1>" in answer.text


async def test_a_page_that_is_not_there_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("page", ["", "/projects", "/errors", "/enter-a-qip"])
async def test_needs_nothing_but_itself(client: httpx.AsyncClient, page: str) -> None:
    text = (await client.get(f"/docs{page}")).text
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
    text = "".join(Pages(document).render(name, "en") for name in ("", "x"))
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
    assert found == {"on": "2022-03-31", "kind": "a", "amount": "7", "children": [{}]}
