"""Enumerations whose values bear their words: pages, editions, sentences and `/v1/enumerations` read the same ones."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, ClassVar, Self


class Worded(StrEnum):
    """An enumeration that people read: its `key` and title, and for each value what people call it.

    ::

        class Protection(Worded, key="protection", fr="Niveau de protection", en="Protection level"):
            PUBLIC = "public", "public", "public"
            PARTNERS = "partners", "partenaires", "partners"
    """

    key: ClassVar[str]
    called: ClassVar[dict[str, str]]
    """Its title by language."""
    words: dict[str, str]
    """What people call the value, by language."""

    def __init_subclass__(cls, *, key: str, fr: str, en: str) -> None:
        """Take the key and the title."""
        super().__init_subclass__()
        cls.key, cls.called = key, {"fr": fr, "en": en}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Say in the contract under which key `/v1/enumerations` has its words."""
        return {**handler(core), "x-enumeration": cls.key}

    def __new__(cls, value: str, fr: str = "", en: str = "") -> Self:
        """A value with its words, without which no member is: the defaults are for `Protection("public")`."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = {"fr": fr, "en": en}
        return member


def enumerations() -> Iterator[type[Worded]]:
    """Every one that is loaded."""
    yield from Worded.__subclasses__()
