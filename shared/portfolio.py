"""The rows of a portfolio file: their base model, and the marker by which a field says what it refers to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.fields import FieldInfo

from shared.errors import Fault, InvalidInput, Texts
from shared.sentences import sentence


@dataclass(frozen=True)
class RefersTo:
    """In an `Annotated` type: the value, or each item of a list, is the key of a row of `type`, which must exist."""

    type: str

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say so in the contract, so that a form can offer the rows: a list's `x-noun` is the same word."""
        return {**handler(core), "x-refers-to": self.type}


@dataclass(frozen=True)
class Reference:
    """One key that a row names: the RFC 6901 pointer of the place, the type of row and its key."""

    pointer: str
    type: str
    key: str


class UnknownKeys(InvalidInput):
    """The input names rows that do not exist; each is a fault at its place."""

    kind = "unknown-reference"

    def __init__(
        self, missing: Iterable[Reference], near: Mapping[Reference, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """`near` gives, for some of them, the keys that resemble them most."""
        faults = [Fault(one.pointer, said_unknown(one, near.get(one, ())), "unknown_key") for one in missing]
        super().__init__(
            sentence(
                "{number} {number:clé inconnue|clés inconnues} ; rien n'a été enregistré.",
                "{number} unknown {number:key|keys}; nothing was recorded.",
                number=Decimal(len(faults)),
            ),
            faults=faults,
        )


def said_unknown(one: Reference, near: Sequence[str]) -> Texts:
    """That a key is not known, with those that resemble it."""
    if not near:
        return {
            "fr": f"« {one.key} » ({one.type}) n'est pas connu ; créez-le d'abord ou corrigez la clé.",
            "en": f"'{one.key}' ({one.type}) is not known; create it first or correct the key.",
        }
    listed = ", ".join(near)
    return {
        "fr": f"« {one.key} » ({one.type}) n'est pas connu ; vouliez-vous dire : {listed} ?",
        "en": f"'{one.key}' ({one.type}) is not known; did you mean: {listed}?",
    }


class Part(BaseModel):
    """A piece of a row; unknown members are refused, so that a misspelt one is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Row(Part):
    """One line of a portfolio file; `key_field` names the member by which other rows refer to it."""

    key_field: ClassVar[str | None] = "reference"

    @property
    def key(self) -> str | None:
        """The row's own key, None where nothing refers to such rows."""
        return None if self.key_field is None else str(getattr(self, self.key_field))


def parts(part: BaseModel, pointer: str = "") -> Iterator[tuple[str, BaseModel]]:
    """A row or command and all that it is made of, each with its RFC 6901 pointer, the whole first."""
    yield pointer, part
    for name, alias, _ in _fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from parts(value, f"{pointer}/{alias}")
        elif isinstance(value, list | tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from parts(item, f"{pointer}/{alias}/{index}")


def named_types(model: type[BaseModel]) -> set[str]:
    """The types of row that a row and its parts may name."""
    found = set()
    for field in model.model_fields.values():
        if (one := refers_to(field)) is not None:
            found.add(one)
        for part in _models_in(field.annotation):
            found |= named_types(part)
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def references(part: BaseModel, pointer: str = "") -> Iterator[Reference]:
    """Every key that a row and its parts name, so that a whole file is checked before anything is written."""
    for name, alias, marker in _fields(type(part)):
        yield from _in_value(getattr(part, name), f"{pointer}/{alias}", marker)


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, str | None], ...]:
    return tuple((name, field.alias or name, refers_to(field)) for name, field in model.model_fields.items())


def refers_to(field: FieldInfo) -> str | None:
    """The type of row that a field's value, or each item of it, names by its key."""
    return _marker(field.metadata) or _marker([field.annotation])


def _marker(annotations: Iterable[Any]) -> str | None:
    """The type named by the first `RefersTo` in annotations, looked for inside unions and lists too."""
    for annotation in annotations:
        if isinstance(annotation, RefersTo):
            return annotation.type
        inner = _marker([*getattr(annotation, "__metadata__", ()), *get_args(annotation)])
        if inner is not None:
            return inner
    return None


def _in_value(value: Any, pointer: str, marker: str | None) -> Iterator[Reference]:
    match value:
        case BaseModel():
            yield from references(value, pointer)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _in_value(item, f"{pointer}/{index}", marker)
        case str() if marker is not None:
            yield Reference(pointer, marker, value)
        case _:
            return
