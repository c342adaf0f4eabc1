"""Whatever the framework refuses is said in both languages, with nothing left open."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AnyUrl, BaseModel, Field, FutureDate, TypeAdapter, UrlConstraints, ValidationError

from shared.domain.lifecycle import State
from shared.web.problems import respond_status
from shared.web.sentences import sentence


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


REFUSED: list[tuple[Any, Any]] = [
    (Annotated[Cat | Dog, Field(discriminator="kind")], {}),
    (Annotated[Cat | Dog, Field(discriminator="kind")], {"kind": "cow"}),
    (Literal["planned", "reached", "other"], "x"),
    (State, "x"),
    (Annotated[AnyUrl, UrlConstraints(allowed_schemes=["http", "https"])], "ftp://archive.example/"),
    (bytes, 1),
    (set[str], 1),
    (frozenset[str], 1),
    (Decimal, []),
    (Decimal, "a lot"),
    (Annotated[Decimal, Field(max_digits=3)], "1234"),
    (Annotated[Decimal, Field(max_digits=5, decimal_places=2)], "1234"),
    (Annotated[Decimal, Field(decimal_places=2)], "1.234"),
    (Decimal, "NaN"),
    (FutureDate, "2001-01-01"),
    (date, "2022-02-30"),
    (Annotated[AnyUrl, UrlConstraints(max_length=20)], "https://archive.example/a/long/way"),
    (int, "1" * 5000),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED, ids=str)
def test_a_value_is_refused_in_words_of_ours(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    said = sentence(refused.value.errors()[0])
    assert not said["fr"].startswith("Valeur refusée")
    assert "?" not in said["fr"] + said["en"]
    assert " or " not in said["fr"]
    assert "{" not in said["fr"] + said["en"]


@pytest.mark.parametrize("status", [400, 404, 405, 408, 413, 415, 421, 431, 500, 501, 503, 505])
def test_a_status_is_said_in_french(status: int) -> None:
    french, english = (respond_status(status, language).body for language in ("fr", "en"))
    assert french != english
