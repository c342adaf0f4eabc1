"""Rows as they are written: saved in the order of their references, changed where they differ, filled from content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models.base import Base
from shared.portfolio import refers_to
from shared.recording.directory import Directory

Columns = dict[str, Any]

_ORDER = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}


async def save(session: AsyncSession, rows: Iterable[Base]) -> None:
    """Insert rows table by table, those referred to first: the flush itself sorts by relationships, and there are none."""
    by_table: dict[str, list[Base]] = {}
    for row in rows:
        by_table.setdefault(row.__tablename__, []).append(row)
    for name in sorted(by_table, key=_ORDER.__getitem__):
        session.add_all(by_table[name])
        await session.flush()


def change(row: Base, columns: Mapping[str, Any]) -> tuple[Columns, Columns]:
    """Set the columns that differ; what was and what is, for the audit (both empty: nothing changed)."""
    before: Columns = {}
    after: Columns = {}
    for name, value in columns.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = old, value
            setattr(row, name, value)
    return before, after


@dataclass(frozen=True)
class Filled:
    """A column and the member of a content that fills it."""

    column: str
    member: str
    noun: str | None = None
    """What the member names by its key, where it does."""
    is_id: bool = False
    """Whether the column holds the id of what is named, and not its key."""
    is_own: bool = False
    """Whether it leads to another row of the same table, which may be recorded in the same breath."""
    is_list: bool = False

    def value(self, content: BaseModel, directory: Directory) -> Any:
        """What the column holds."""
        given = getattr(content, self.member)
        if self.noun is None or given is None:
            return list(given) if isinstance(given, tuple) else given
        if self.is_list:
            return directory.keys_of(self.noun, given)
        return directory.id_of(self.noun, given) if self.is_id else directory.key_of(self.noun, given)


def filled_by(
    content: type[BaseModel], model: type[Any], *, into: Mapping[str, str] | None = None, beside: Iterable[str] = ()
) -> tuple[Filled, ...]:
    """Which columns of a table a content fills: those of its members' names, or for a reference `name_id` or `name_code`.

    `into` gives the columns of members that bear another name; members `beside` fill none.

    Raises:
        TypeError: a member fills no column.
    """
    columns = model.__table__.c
    found = []
    for member, field in content.model_fields.items():
        if member in set(beside):
            continue
        names = [(into or {}).get(member, member), f"{member}_id", f"{member}_code"]
        name = next((one for one in names if one in columns), None)
        if name is None:
            raise TypeError(f"{content.__name__}.{member} fills no column of {model.__tablename__}.")
        keys = columns[name].foreign_keys
        target = next(iter(keys)).column if keys else None
        found.append(
            Filled(
                name,
                member,
                refers_to(field),
                is_id=target is not None and target.name == "id",
                is_own=target is not None and target.table is model.__table__,
                is_list=isinstance(columns[name].type, ARRAY),
            )
        )
    return tuple(found)


def columns_of(filled: Iterable[Filled], content: BaseModel, directory: Directory) -> Columns:
    """What a content says, as columns."""
    return {one.column: one.value(content, directory) for one in filled}


def plain(parts: Iterable[Any]) -> list[Any]:
    """Parts of a content as JSON, for the audit."""
    return [part.model_dump(mode="json") if isinstance(part, BaseModel) else part for part in parts]
