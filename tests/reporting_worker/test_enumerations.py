"""`/v1/enumerations`: every value of every enumeration has its words, for everybody, with an ETag."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from importlib import import_module

import httpx

import shared.domain
import shared.models
import shared.worded
from services.reporting_worker.enumerations.service import by_key
from shared.domain.conversion import Direction
from shared.domain.delivery import DeliveryEvent, Outcome
from shared.domain.publication import EditionAct

Clients = Callable[..., Awaitable[httpx.AsyncClient]]

INTERNAL = {DeliveryEvent, Direction, EditionAct, Outcome}
"""Enumerations that no address of the API shows."""


def enumerations() -> Iterator[type[StrEnum]]:
    for package in (shared.domain, shared.models):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
                if (
                    issubclass(found, StrEnum)
                    and found not in {StrEnum, shared.worded.Worded}
                    and found.__module__.startswith("shared.")
                ):
                    yield found


def test_every_enumeration_of_the_model_has_words() -> None:
    missing = {found.__name__ for found in enumerations()} - {one.__name__ for one in (*by_key().values(), *INTERNAL)}
    assert not missing, f"say their words, as shared/worded.py shows: {missing}"


def test_no_words_are_empty_and_no_key_is_given_twice() -> None:
    worded = list(shared.worded.enumerations())
    assert len(by_key()) == len(worded) > 20
    for one in worded:
        for words in (one.called, *(value.words for value in one)):
            assert all(text.strip() for text in words.values()), one


async def test_anybody_reads_all_of_them_once(clients: Clients) -> None:
    client = await clients("reporting")
    answer = await client.get("/v1/enumerations")
    assert answer.status_code == 200
    found = {item["key"]: item for item in answer.json()["items"]}
    assert list(found) == list(by_key())
    states = {value["value"]: value["label"] for value in found["project_state"]["values"]}
    assert states["handed_over"] == {"fr": "remis", "en": "handed over"}
    again = await client.get("/v1/enumerations", headers={"If-None-Match": f'W/{answer.headers["etag"]}, "x"'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == answer.headers["etag"]


async def test_one_of_them_and_one_that_is_none(clients: Clients) -> None:
    client = await clients("reporting")
    one = (await client.get("/v1/enumerations/place_kind")).json()
    assert [value["value"] for value in one["values"]] == ["country", "region", "cercle", "commune", "locality"]
    answer = await client.get("/v1/enumerations/unicorn")
    assert answer.status_code == 404
    assert "place_kind" in answer.json()["detail"]
