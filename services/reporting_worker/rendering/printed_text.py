"""Every string that a part of an edition prints, found from the models alone, so that no new kind of block escapes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from services.reporting_worker.rendering.spans import COMPUTED, UNSEEN, Span

COMPUTED_PART = "\ufffc"
"""Stands in a typed text for a part that facts make (OBJECT REPLACEMENT CHARACTER)."""


@dataclass(frozen=True)
class PrintedText:
    """One string in print: in which field, its characters, and what of them somebody typed."""

    field: str
    """The way to it through the members of the part: `heading`, `groups/0/entries/1/text`."""
    text: str
    typed: str
    """The text with `COMPUTED_PART` for each part that facts make."""


def printed_texts(part: BaseModel) -> Iterator[PrintedText]:
    """The strings of a block, a head or a whole edition, in order."""
    for name in type(part).model_fields:
        marks = _marks(type(part), name)
        if UNSEEN not in marks:
            yield from _of_value(getattr(part, name), name, is_computed=COMPUTED in marks)


def _of_value(value: Any, field: str, *, is_computed: bool) -> Iterator[PrintedText]:
    if isinstance(value, str) and value:
        yield PrintedText(field, value, COMPUTED_PART if is_computed else value)
    elif isinstance(value, BaseModel):
        for one in printed_texts(value):
            yield PrintedText(f"{field}/{one.field}", one.text, one.typed)
    elif isinstance(value, tuple) and value and all(isinstance(one, Span) for one in value):
        typed = "".join(COMPUTED_PART if span.computed else span.text for span in value)
        yield PrintedText(field, "".join(span.text for span in value), typed)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from _of_value(one, f"{field}/{place}", is_computed=is_computed)


@cache
def _marks(model: type[BaseModel], name: str) -> tuple[Any, ...]:
    """What a field is annotated with, at any depth."""
    field = model.model_fields[name]
    return (*field.metadata, *_within(field.annotation))


def _within(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for one in get_args(annotation):
        yield from _within(one)
