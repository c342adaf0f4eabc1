"""HEAD, OPTIONS, Accept and repeated parameters: the same manners at every address, public pages too."""

import json

import httpx
import pytest

from deploy.embedded.origin import Origin, create_origin
from shared.settings import Settings
from shared.web.negotiation import admits
from tests.web.conftest import GOOD
from tests.web.test_origin import started
from tests.web.test_problems import problem

GOOD_JSON = {"Content-Type": "application/json"}
READ_BY_ALL = ("/", "/docs", "/openapi.json", "/livez", "/readyz", "/metrics", "/v1/enumerations")


@pytest.fixture
def origin(settings: Settings) -> Origin:
    return create_origin(settings)


@pytest.mark.whole
async def test_head_is_get_without_its_body(origin: Origin) -> None:
    async with started(origin) as client:
        for path in (*READ_BY_ALL, "/bulletins/2022-02/fr.pdf", "/v1/projects"):
            read, asked = await client.get(path), await client.head(path)
            assert (asked.status_code, asked.content) == (read.status_code, b""), path
            assert asked.headers["content-type"] == read.headers["content-type"], path


@pytest.mark.whole
async def test_options_and_405_name_the_methods_of_every_documented_address(origin: Origin) -> None:
    async with started(origin) as client:
        document = (await client.get("/openapi.json")).json()
        for template, operations in document["paths"].items():
            path = template.replace("{", "").replace("}", "")
            expected = {method.upper() for method in operations}
            answer = await client.options(path)
            assert answer.status_code == 204, path
            allowed = set(answer.headers["allow"].split(", "))
            assert expected == allowed - {"HEAD", "OPTIONS"}, path
            assert ("HEAD" in allowed) == ("GET" in allowed), path
            refused = await client.request("TRACE", path)
            problem(refused, 405, "method-not-allowed")
            assert set(refused.headers["allow"].split(", ")) == allowed, path
        for path in (*READ_BY_ALL[:-1], "/bulletins/2022-02/fr.pdf"):
            assert (await client.options(path)).headers["allow"] == "HEAD, GET, OPTIONS"
        problem(await client.options("/v1/nothing"), 404, "not-found")
        problem(await client.post("/livez"), 405, "method-not-allowed")


@pytest.mark.whole
async def test_what_nobody_here_can_write_is_406(origin: Origin) -> None:
    async with started(origin) as client:
        for path in READ_BY_ALL:
            problem(await client.get(path, headers={"Accept": "image/png"}), 406, "not-acceptable")
            assert (await client.get(path, headers={"Accept": "image/png, */*;q=0.1"})).status_code == 200
        head = await client.head("/docs", headers={"Accept": "application/json"})
        assert (head.status_code, head.content) == (406, b"")
        # an error is told in its own type, whatever was wished for
        problem(await client.get("/v1/projects", headers={"Accept": "text/html"}), 401, "unauthenticated")


async def test_a_write_whose_answer_could_not_be_read_is_refused_before_it_happens(client: httpx.AsyncClient) -> None:
    refused = await client.post("/v1/projects", content=json.dumps(GOOD), headers={**GOOD_JSON, "Accept": "text/csv"})
    problem(refused, 406, "not-acceptable")


def test_the_most_specific_range_of_accept_decides() -> None:
    for accept in (
        "",
        " ",
        "*/*",
        "application/*",
        "APPLICATION/JSON",
        "text/html, application/json;q=0.1",
        "text/*;q=1, */*;q=0.5",
    ):
        assert admits(accept, "application/json"), accept
    for accept in ("text/html", "application/json;q=0, */*", "application/*;q=0.0, */*", "json", "text/html;q=x"):
        assert not admits(accept, "application/json"), accept


async def test_a_scalar_parameter_stands_once(client: httpx.AsyncClient) -> None:
    body = problem(await client.get("/v1/projects?limit=5&limit=7&stauts=a"), 422, "unknown-parameter")
    assert [(one["parameter"], one["code"]) for one in body["errors"]] == [
        ("stauts", "unknown_parameter"),
        ("limit", "repeated_parameter"),
    ]
