"""What the columns of an exported list are: the members of a row, taken apart until each cell is one value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from shared.reading.shown import Listed
from shared.web.words import label, meaning, translated
from shared.worded import Worded

Kind = Literal["text", "number", "integer", "date", "instant", "yes", "several"]
LANGUAGES = ("fr", "en")
APART = " | "
"""Between several values in one cell."""
_KINDS: Mapping[type, Kind] = {bool: "yes", int: "integer", Decimal: "number", datetime: "instant", date: "date"}


@dataclass(frozen=True)
class Column:
    """One column: where its value stands in a row, and what it is headed by."""

    path: tuple[str, ...]
    kind: Kind
    parts: tuple[tuple[str, str], ...]
    """The labels of the members that lead to it, English first, each with the French one."""
    words: type[Worded] | None = None
    """Of an enumeration, what its codes are called; the codes have a column of their own."""

    @property
    def name(self) -> str:
        """The name for programs: `amount_currency`, `title_fr`."""
        return "_".join(self.path) + ("" if self.words is None else "_label")

    def heading(self, language: str) -> str:
        """The name for people: "Amount – Currency"."""
        return " – ".join(french if language == "fr" else english for english, french in self.parts)

    def value(self, row: Mapping[str, Any], language: str) -> Any:
        """The value in a row as JSON has it: an exact number is text still."""
        found: Any = row.get(self.path[0])
        for step in self.path[1:]:
            if found is None:
                return None
            found = found.get(step)
        if self.kind == "several":
            return APART.join(_said(one, language) for one in found or ())
        if self.words is not None and found is not None:
            return self.words(found).words[language]
        return found


@cache
def columns_of(item: type[BaseModel]) -> Sequence[Column]:
    """The columns of a list whose rows are these, in the order of their members.

    A text in two languages has two columns, an enumeration its code and its words, a part its own members; several
    parts stand in one cell, each by its key, with its percentage where it is one of several.
    """
    return tuple(_columns(item, (), ()))


def _columns(model: type[BaseModel], path: tuple[str, ...], parts: tuple[tuple[str, str], ...]) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        if name in Listed.model_fields:
            continue
        member = field.alias or name
        at, headed = (*path, member), (*parts, _headed(model.__name__, member))
        kind = bare(field.annotation)
        if get_origin(kind) is dict:
            for language in LANGUAGES:
                yield Column((*at, language), "text", (*headed, (language, language)))
        elif get_origin(kind) in {list, tuple}:
            yield Column(at, "several", headed)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _columns(kind, at, headed)
        elif isinstance(kind, type) and issubclass(kind, Worded):
            yield Column(at, "text", headed, kind)
            yield Column(at, "text", (*headed, ("code", "code")))
        else:
            yield Column(at, _KINDS.get(kind, "text") if isinstance(kind, type) else "text", headed)


def bare(annotation: Any) -> Any:
    """A type without the choice of being absent and without what is annotated to it."""
    if hasattr(annotation, "__metadata__"):
        return bare(get_args(annotation)[0])
    some = [one for one in get_args(annotation) if one is not NoneType]
    is_choice = NoneType in get_args(annotation) and len(some) == 1
    return bare(some[0]) if is_choice else annotation


def _headed(schema: str, member: str) -> tuple[str, str]:
    """A member's label in English and French."""
    short = label(schema, member)
    if short is not None:
        return short, translated(short, "fr")
    said = meaning(schema, member)
    if said is None:
        return member.replace("_", " ").capitalize(), member.replace("_", " ").capitalize()
    return _beginning(said), _beginning(translated(said, "fr"))


def _beginning(said: str) -> str:
    for mark in ",;:(.":
        said = said.partition(mark)[0]
    return said.strip()


def _said(one: Any, language: str) -> str:
    """One of several: its key, and how much of the whole it is."""
    if not isinstance(one, Mapping):
        return str(one)
    key = next(
        (one[name] for name in ("slug", "reference", "organisation", "office", "person", "key") if one.get(name)), None
    )
    if key is None:
        texts = next((value for value in one.values() if isinstance(value, Mapping)), {})
        key = texts.get(language) or next((value for value in one.values() if value), "")
    share = one.get("percentage")
    return str(key) if share is None or Decimal(share) == 100 else f"{key} {share}%"
