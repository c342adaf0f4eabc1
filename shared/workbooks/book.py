"""What a workbook is of, declared once: its columns, what its rows say now, and the API's own functions that change them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.portfolio import Part
from shared.reading.resource import Resource
from shared.recording.record import Record
from shared.unit_of_work import UnitOfWork
from shared.workbooks.columns import Column, columns_of, key_column

Content = Mapping[str, Any]
"""What a row says, as JSON."""


@dataclass(frozen=True)
class Entry:
    """A row as it stands in the database."""

    ids: tuple[str, ...]
    """Its id, and before it those of the facts that it corrected: a file that was downloaded earlier names these."""
    owner: UUID
    """The row of the list that it belongs to: itself, or the project of an amount."""
    key: str
    version: int
    """The owner's."""
    content: Content

    @property
    def id(self) -> str:
        """The id that it has now."""
        return self.ids[-1]


Entries = Callable[[UUID, int, Mapping[str, Any]], Iterable[Entry]]
"""The rows of a sheet that one row of the list gives: its id, its version, and what it shows when it is opened."""
Change = Callable[[UnitOfWork, Entry, dict[str, Any], frozenset[str]], Awaitable[Any]]
"""Records a row's new content; given the members that differ."""
Create = Callable[[UnitOfWork, UUID | None, dict[str, Any]], Awaitable[Any]]
"""Records a new row; given the id of what it belongs to."""


@dataclass(frozen=True)
class Book:
    """A kind of workbook."""

    name: str
    """As in its address and its file's name."""
    noun: str
    """What one row is, as `shared.models.words` calls it."""
    resource: Resource
    """The list whose filters choose its rows."""
    key: Column
    columns: Sequence[Column]
    entries: Entries
    change: Change
    create: Create
    may_change: str
    may_create: str
    same: tuple[str, ...] = ()
    """The members by which a new row is known again, where its key names what it belongs to and not itself."""

    @property
    def all_columns(self) -> Sequence[Column]:
        """The key and the others."""
        return (self.key, *self.columns)


def book_of_record(record: Record[Any, Any], resource: Resource) -> Book:
    """The workbook of records that are given as a whole: what has no column stays as it is."""

    def entries(owner: UUID, version: int, shown: Mapping[str, Any]) -> Iterable[Entry]:
        key = record.key[0]
        yield Entry((str(owner),), owner, shown[key], version, {**kept(record.content, shown), key: shown[key]})

    async def change(unit: UnitOfWork, entry: Entry, content: dict[str, Any], _: frozenset[str]) -> None:
        content.pop(record.key[0])
        await record.replace(unit, entry.owner, record.content.model_validate(content))

    async def create(unit: UnitOfWork, _: UUID | None, content: dict[str, Any]) -> None:
        key = content.pop(record.key[0])
        await record.create(unit, record.content.model_validate(content), key)

    return Book(
        resource.name,
        record.name,
        resource,
        key_column(record.key[0], resource.item),
        columns_of(record.content),
        entries,
        change,
        create,
        f"{resource.name}:edit",
        f"{resource.name}:create",
    )


def kept(content: type[BaseModel], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a row shows, what its content takes."""
    found: dict[str, Any] = {}
    for name, field in content.model_fields.items():
        value = shown.get(field.alias or name)
        if isinstance(value, list):
            part = next((one for one in _parts(field.annotation)), None)
            value = [one if part is None or not isinstance(one, Mapping) else kept(part, one) for one in value]
        found[name] = value
    return found


def _parts(annotation: Any) -> Iterable[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _parts(inner)
