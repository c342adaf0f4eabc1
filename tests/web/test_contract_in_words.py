"""What a client draws a form from: the contract in the reader's language, what a value names, which words it has."""

import httpx
import pytest

from services.projects_api.main import create_app
from shared.models.naming import NAMES
from shared.web.words import labels
from shared.worded import enumerations
from tests.web.test_origin import started


@pytest.fixture
async def asked(settings):
    async with started(create_app(settings)) as client:
        yield client


async def contract(client: httpx.AsyncClient, language: str) -> dict:
    answer = await client.get("/openapi.json", headers={"Accept-Language": language})
    assert answer.headers["Content-Language"] == language
    return answer.json()


async def test_it_is_said_in_both_languages_and_is_else_the_same(asked: httpx.AsyncClient) -> None:
    english, french = [await contract(asked, language) for language in ("en", "fr")]
    assert english["paths"].keys() == french["paths"].keys()
    operation = [one["paths"]["/v1/offices"]["post"]["summary"] for one in (english, french)]
    assert operation == ["Record an office", "Enregistrer un bureau"]
    title = [one["components"]["schemas"]["OfficeCreate"]["properties"]["title"] for one in (english, french)]
    assert [one["x-meaning"] for one in title] == ["Title, by language.", "Titre, par langue."]
    assert title[0]["examples"] == title[1]["examples"]


async def test_a_member_that_names_a_row_says_of_which_list(asked: httpx.AsyncClient) -> None:
    document = await contract(asked, "en")
    office = document["components"]["schemas"]["OfficeCreate"]["properties"]["organisation"]
    assert next(one for one in office["anyOf"] if "x-refers-to" in one)["x-refers-to"] == "organisation"
    assert document["paths"]["/v1/organisations"]["get"]["x-noun"] == "organisation"


async def test_every_noun_that_is_named_and_every_enumeration_is_known(asked: httpx.AsyncClient) -> None:
    def found(part: object, word: str) -> set[str]:
        if isinstance(part, dict):
            return {part[word]} if word in part else set().union(*(found(one, word) for one in part.values()))
        return set().union(*(found(one, word) for one in part)) if isinstance(part, list) else set()

    schemas = (await contract(asked, "en"))["components"]["schemas"]
    assert {"sector", "place", "organisation"} <= found(schemas, "x-refers-to") <= NAMES.keys()
    named = found(schemas, "x-enumeration")
    assert "protection" in named
    assert named <= {one.key for one in enumerations()}


def test_a_label_is_short_and_has_one_french() -> None:
    spoken: dict[str, set[str]] = {}
    for french, english in labels().values():
        spoken.setdefault(english, set()).add(french)
        assert len(french) <= 30, french
        assert len(english) <= 30, english
    assert not {english: said for english, said in spoken.items() if len(said) > 1}
