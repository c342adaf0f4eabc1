"""`/v1/enumerations`: every value of every enumeration has its words, for everybody, with an ETag."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from importlib import import_module

import httpx

import shared.domain
import shared.models
from services.reporting_worker.enumerations.labels import ENUMERATIONS
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
                    and found is not StrEnum
                    and found.__module__.startswith("shared.")
                ):
                    yield found


def test_every_enumeration_of_the_model_is_listed() -> None:
    listed = {enumeration.values for enumeration in ENUMERATIONS.values()}
    missing = {found.__name__ for found in enumerations() if found not in listed | INTERNAL}
    assert not missing, f"add their labels to enumerations/labels.py: {missing}"


def test_every_value_has_its_words_and_no_words_are_left_over() -> None:
    for key, enumeration in ENUMERATIONS.items():
        assert set(enumeration.labels) == {value.value for value in enumeration.values}, key
        for french, english in (enumeration.title, *enumeration.labels.values()):
            assert french.strip()
            assert english.strip()


async def test_anybody_reads_all_of_them_once(clients: Clients) -> None:
    client = await clients("reporting")
    answer = await client.get("/v1/enumerations")
    assert answer.status_code == 200
    found = {item["key"]: item for item in answer.json()["items"]}
    assert set(found) == set(ENUMERATIONS)
    states = {value["value"]: value["label"] for value in found["project_state"]["values"]}
    assert states["handed_over"] == {"fr": "remis", "en": "handed over"}
    again = await client.get(
        "/v1/enumerations", headers={"If-None-Match": f'W/{answer.headers["etag"]}, "x"'}
    )
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == answer.headers["etag"]


async def test_one_of_them_and_one_that_is_none(clients: Clients) -> None:
    client = await clients("reporting")
    one = (await client.get("/v1/enumerations/place_kind")).json()
    assert [value["value"] for value in one["values"]] == [
        "country",
        "region",
        "cercle",
        "commune",
        "locality",
    ]
    answer = await client.get("/v1/enumerations/unicorn")
    assert answer.status_code == 404
    assert "place_kind" in answer.json()["detail"]
