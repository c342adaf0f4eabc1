"""Rows that belong to a record and are given with it as a whole set: names, aliases, codes, parties, links."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from shared.errors import Conflict
from shared.models.among import among
from shared.models.base import Base
from shared.portfolio import refers_to
from shared.recording.directory import Directory
from shared.recording.rows import Columns, Filled, change, columns_of, filled_by, save
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class KeptForEver(Refusal, Conflict):
    """What was recorded stays: leaving it out of the whole set would forget it."""

    kind, at = "kept-for-ever", "/{name}"
    fr = "Ce qui est déjà enregistré sous « {name} » y reste ; ajoutez : {left_out}."
    en = "What is already recorded under '{name}' stays there; add: {left_out}."
    name: str
    left_out: Sequence[Any]


@dataclass(frozen=True)
class Children:
    """How one set of a record is written; its rows are recognised by a key, or told by their place."""

    name: str
    """The member of the content that they come from."""
    model: type[Any]
    content: type[BaseModel] | None = None
    """The content whose member it is, where that is a list of single values."""
    key: tuple[str, ...] = ("position",)
    """The columns by which one of a record's rows is recognised."""
    may_be_removed: bool = True
    """False where a row, once recorded, is part of what was known."""
    refuse_taken: Callable[[UnitOfWork, Sequence[Any]], Awaitable[None]] | None = None
    """Raises where a new one belongs to another record already."""
    _filled: dict[type[Any], tuple[Filled, ...]] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_ordered(self) -> bool:
        """Whether its rows are told by their place: then the set is replaced where it differs."""
        return self.key == ("position",)

    def columns(self, parts: Sequence[Any], directory: Directory) -> list[Columns]:
        """What each part says, as columns."""
        is_ordered = "position" in self.model.__table__.c
        found = []
        for place, part in enumerate(parts):
            row = self._columns(part, directory)
            found.append({**row, "position": place} if is_ordered else row)
        return found

    def _columns(self, part: Any, directory: Directory) -> Columns:
        if not isinstance(part, BaseModel):
            assert self.content is not None
            noun = refers_to(self.content.model_fields[self.name])
            return {self.key[0]: part if noun is None else directory.id_of(noun, part)}
        kind = type(part)
        if kind not in self._filled:
            self._filled[kind] = filled_by(kind, self.model)
        return columns_of(self._filled[kind], part, directory)


Held = dict[tuple[Any, ...], Any]
"""The rows of one record's set, by their keys."""


@dataclass
class Parent:
    """A record whose set is written: the column that names it, its id, and what it states; new ones hold nothing yet."""

    column: str
    id: UUID
    parts: Sequence[Any]
    is_new: bool = False
    is_changed: bool = False
    """Whether anything of the set changed."""


async def write_children(unit: UnitOfWork, children: Children, parents: Sequence[Parent], directory: Directory) -> None:
    """Give each record this set in place of the one that it has; what stands as stated stays as it is.

    Raises:
        KeptForEver: a row that may not be removed is left out.
        Conflict: a new row belongs to another record already (`refuse_taken`).
    """
    held = await _held(unit, children, [one for one in parents if not one.is_new])
    added: list[Base] = []
    removed: list[Any] = []
    for parent in parents:
        rows = held.get(parent.id, {})
        new, gone = _compare(unit, children, parent, rows, directory)
        if gone and not children.may_be_removed:
            raise KeptForEver(children.name, [getattr(row, children.key[-1]) for row in gone])
        added += new
        removed += gone
        parent.is_changed |= bool(new or gone)
    for row in removed:
        await unit.session.delete(row)
    await unit.session.flush()
    if children.refuse_taken is not None and added:
        await children.refuse_taken(unit, added)
    await save(unit.session, added)


async def _held(unit: UnitOfWork, children: Children, parents: Sequence[Parent]) -> dict[UUID, Held]:
    if not parents:
        return {}
    column = getattr(children.model, parents[0].column)
    query = select(children.model).where(among(column, [one.id for one in parents]))
    found: dict[UUID, Held] = {one.id: {} for one in parents}
    for row in (await unit.session.scalars(query)).all():
        key = tuple(getattr(row, name) for name in children.key)
        found[getattr(row, parents[0].column)][key] = row
    return found


def _compare(
    unit: UnitOfWork, children: Children, parent: Parent, held: Held, directory: Directory
) -> tuple[list[Base], list[Any]]:
    """Rows to add and rows to remove; those that stand under a key are brought to what is stated."""
    stated = {tuple(one[name] for name in children.key): one for one in children.columns(parent.parts, directory)}
    if children.is_ordered and not _is_as_stated(held, stated):
        gone, held = list(held.values()), {}
    else:
        gone = [row for key, row in held.items() if key not in stated]
    recorded = {"recorded_at": unit.recorded_at} if "recorded_at" in children.model.__table__.c else {}
    new: list[Base] = []
    for key, columns in stated.items():
        if key in held:
            parent.is_changed |= bool(change(held[key], columns)[1])
        else:
            new.append(children.model(**{parent.column: parent.id}, **columns, **recorded))
    return new, gone


def _is_as_stated(held: Held, stated: Mapping[tuple[Any, ...], Columns]) -> bool:
    return held.keys() == stated.keys() and all(
        getattr(held[key], name) == value for key, columns in stated.items() for name, value in columns.items()
    )
