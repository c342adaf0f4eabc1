"""Records that are written as a whole: created, or changed where they differ; alone by a route, in bulk by a register."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.projects_api.attachments import service as attachments
from services.projects_api.attachments.queries import attached
from services.projects_api.directory import Directory
from services.projects_api.recording import Subject, SubjectColumn, change, save
from shared.deletion import refuse_retired
from shared.errors import Conflict, Fault, InvalidInput
from shared.models.among import among, keys_among
from shared.models.base import Base, Deletable
from shared.models.naming import NAMES
from shared.portfolio import Part
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

Columns = dict[str, Any]
Outcome = Literal["created", "changed", "unchanged"]


def no_columns(_content: Any, _directory: Directory) -> Columns:
    """For a kind of record that never refers to others of its kind."""
    return {}


@dataclass(frozen=True)
class Children:
    """Rows that belong to a record (names, aliases, codes), given with it as a whole set."""

    name: str
    """The member of the content that they come from."""
    model: type[Any]
    parent: str
    """Their column that names the record."""
    key: tuple[str, ...]
    """The columns by which one of a record's children is recognised."""
    columns: Callable[[Any, Directory], list[Columns]]
    may_be_removed: bool = True
    """False where a row, once recorded, is part of what was known."""
    refuse_taken: Callable[[UnitOfWork, Sequence[Any]], Awaitable[None]] | None = None
    """Raises where a new one belongs to another record already."""


@dataclass(frozen=True)
class Kind:
    """How one kind of record is written from its content."""

    name: str
    """As rows, references and the audit call it."""
    model: type[Any]
    key: tuple[str, ...]
    columns: Callable[[Any, Directory], Columns]
    links: Callable[[Any, Directory], Columns] = no_columns
    """Columns that refer to records of the same kind, set once all of them exist."""
    children: tuple[Children, ...] = ()
    attachments: tuple[str, ...] = ()
    subject: SubjectColumn | None = None
    personal: frozenset[str] = frozenset()
    """Columns whose content is not kept once the record is deleted."""
    warn_of_doubles: Callable[[UnitOfWork, Mapping[UUID, str]], Awaitable[None]] | None = None
    """Tells of others that records entered, edited or loaded may be; given the pointer to each."""

    @property
    def is_versioned(self) -> bool:
        """Whether its records have a version."""
        return hasattr(self.model, "version")


@dataclass
class Written:
    """A record after a write, with what happened to it."""

    row: Any
    content: Any
    outcome: Outcome
    before: Columns = field(default_factory=dict)
    after: Columns = field(default_factory=dict)

    def note(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Add differences; a record that had none counts as changed from now on."""
        self.before |= before
        self.after |= after
        if after and self.outcome == "unchanged":
            self.outcome = "changed"


class KeptForEver(Conflict):
    """What was recorded stays: leaving it out of the whole set would forget it."""

    kind = "kept-for-ever"

    def __init__(self, name: str, left_out: Sequence[Any]) -> None:
        told = sentence(
            "Ce qui est déjà enregistré sous « {name} » y reste ; ajoutez : {left_out}.",
            "What is already recorded under '{name}' stays there; add: {left_out}.",
            name=name,
            left_out=left_out,
        )
        super().__init__(told, faults=[Fault(f"/{name}", told, "kept_for_ever")])


async def existing(
    session: AsyncSession, kind: Kind, keys: Sequence[tuple[Any, ...]], *, for_update: bool = False
) -> dict[tuple[Any, ...], Any]:
    """The records that bear these keys."""
    columns = [getattr(kind.model, name) for name in kind.key]
    query = select(kind.model).where(keys_among(columns, keys))
    rows = (await session.scalars(query.with_for_update() if for_update else query)).all()
    return {tuple(getattr(row, name) for name in kind.key): row for row in rows}


async def write(
    unit: UnitOfWork, kind: Kind, contents: Sequence[tuple[Any, Columns]], directory: Directory
) -> list[Written]:
    """Create or change records; each content stands with its further columns (its key among them).

    Nothing is recorded for the audit here: see `record`.

    Raises:
        KeptForEver, QuotedElsewhere, NameRetired: see there.
    """
    stated = [(content, {**kind.columns(content, directory), **extra}) for content, extra in contents]
    keys = [tuple(columns[name] for name in kind.key) for _, columns in stated]
    held = await existing(unit.session, kind, keys, for_update=True)
    written: list[Written] = []
    for (content, columns), key in zip(stated, keys, strict=True):
        row = held.get(key)
        if row is None:
            written.append(Written(_new(unit, kind, columns), content, "created", after=columns))
        else:
            written.append(Written(row, content, "unchanged"))
            written[-1].note(*change(row, columns))
    new = [one.row for one in written if one.outcome == "created"]
    gone = [row for row in held.values() if isinstance(row, Deletable) and row.is_deleted]
    if (new or gone) and kind.name in NAMES:
        await refuse_retired(unit.session, kind.name, [getattr(row, kind.key[0]) for row in (*new, *gone)])
    await save(unit.session, new)
    if len(kind.key) == 1:
        for one in written:
            directory.add(kind.name, getattr(one.row, kind.key[0]), _identity(one.row))
    for one in written:
        one.note(*change(one.row, kind.links(one.content, directory)))
    for children in kind.children:
        await _write_children(unit, children, written, directory)
    for name in kind.attachments:
        await _write_attachments(unit, kind, name, written, directory)
    await unit.session.flush()
    await _refuse_circles(unit, kind, [one.row for one in written])
    return written


class OwnAncestor(InvalidInput):
    """A record would lie in itself, or follow itself, directly or through others: no walk through them would end."""

    def __init__(self, column: str, key: str) -> None:
        said = sentence(
            "{key} se trouverait dans son propre contenu ou se succéderait à lui-même ; nommez-en un autre.",
            "{key} would lie within itself or follow itself; name another one.",
            key=key,
        )
        super().__init__(said, faults=[Fault(f"/{column.removesuffix('_id')}", said, "own_ancestor")])


TREES = ("parent_id", "successor_id", "predecessor_id")
"""Columns that lead to another row of their own table; the database refuses a circle too, at the commit."""


async def _refuse_circles(unit: UnitOfWork, kind: Kind, rows: Sequence[Any]) -> None:
    for column in TREES:
        ids = [row.id for row in rows if getattr(row, column, None) is not None]
        if not ids:
            continue
        above = (
            select(kind.model.id.label("start"), getattr(kind.model, column).label("at"))
            .where(among(kind.model.id, ids))
            .cte(recursive=True)
        )
        further = select(above.c.start, getattr(kind.model, column)).join(
            kind.model, kind.model.id == above.c.at
        )
        above = above.union(further)
        own = await unit.session.scalar(select(above.c.start).where(above.c.start == above.c.at).limit(1))
        if own is not None:
            raise OwnAncestor(column, next(getattr(row, kind.key[0]) for row in rows if row.id == own))


def record(unit: UnitOfWork, kind: Kind, written: Sequence[Written]) -> Counter[str]:
    """Note each creation and change for the audit and as an event; how many of each there were."""
    for one in written:
        if one.outcome == "created":
            unit.record(f"{kind.name}.created", kind.name, _identity(one.row), after=one.after)
        elif one.outcome == "changed":
            unit.record(
                f"{kind.name}.changed", kind.name, _identity(one.row), before=one.before, after=one.after
            )
            if kind.is_versioned:
                unit.changed(one.row)
    return Counter(one.outcome for one in written)


def _new(unit: UnitOfWork, kind: Kind, columns: Columns) -> Any:
    own: Columns = dict(columns)
    if hasattr(kind.model, "id"):
        own["id"] = uuid7()
    if kind.is_versioned:
        own["version"] = 1
    if hasattr(kind.model, "recorded_at"):
        own["recorded_at"] = unit.recorded_at
    return kind.model(**own)


def _identity(row: Any) -> UUID:
    """The id that an audit row names; a mechanism, whose key is its code, gets a stable one made from it."""
    return row.id if hasattr(row, "id") else uuid5(NAMESPACE_OID, f"{row.__tablename__}:{row.code}")


async def _write_children(
    unit: UnitOfWork, children: Children, written: Sequence[Written], directory: Directory
) -> None:
    by_parent: dict[UUID, dict[tuple[Any, ...], Any]] = {one.row.id: {} for one in written}
    parent = getattr(children.model, children.parent)
    old = [one.row.id for one in written if one.outcome != "created"]
    if old:
        for row in (await unit.session.scalars(select(children.model).where(among(parent, old)))).all():
            key = tuple(getattr(row, name) for name in children.key)
            by_parent[getattr(row, children.parent)][key] = row
    added: list[Base] = []
    removed: list[Any] = []
    for one in written:
        held = by_parent[one.row.id]
        new, gone, changed = _compare(unit, children, one, held, directory)
        if gone and not children.may_be_removed:
            raise KeptForEver(children.name, [key[-1] for key in gone])
        added += new
        removed += [held[key] for key in gone]
        if new or gone or changed:
            one.note({}, {children.name: _plain(getattr(one.content, children.name))})
    for row in removed:
        await unit.session.delete(row)
    await unit.session.flush()
    if children.refuse_taken is not None:
        await children.refuse_taken(unit, added)
    await save(unit.session, added)


def _compare(
    unit: UnitOfWork,
    children: Children,
    one: Written,
    held: Mapping[tuple[Any, ...], Any],
    directory: Directory,
) -> tuple[list[Base], list[tuple[Any, ...]], bool]:
    """Children to add, keys of those that are no longer given, and whether another one changed."""
    new: list[Base] = []
    seen: set[tuple[Any, ...]] = set()
    has_changed = False
    for columns in children.columns(one.content, directory):
        key = tuple(columns[name] for name in children.key)
        seen.add(key)
        if key in held:
            has_changed |= bool(change(held[key], columns)[1])
            continue
        recorded = {"recorded_at": unit.recorded_at} if hasattr(children.model, "recorded_at") else {}
        new.append(children.model(**{children.parent: one.row.id}, **columns, **recorded))
    return new, [key for key in held if key not in seen], has_changed


async def _write_attachments(
    unit: UnitOfWork, kind: Kind, name: str, written: Sequence[Written], directory: Directory
) -> None:
    assert kind.subject is not None
    old = [one for one in written if one.outcome != "created"]
    held = await attached(unit.session, name, kind.subject, [one.row.id for one in old]) if old else {}
    for one in old:
        parts: Sequence[Part] = getattr(one.content, name)
        current = held[one.row.id]
        subject = Subject(kind.subject, one.row.id)
        if (parts or current) and await attachments.replace_set(
            unit, subject, name, parts, current=current, directory=directory
        ):
            one.note({}, {name: _plain(parts)})
    new = [
        (Subject(kind.subject, one.row.id), getattr(one.content, name))
        for one in written
        if one.outcome == "created"
    ]
    await attachments.add_sets(unit, name, new, directory)


def _plain(parts: Sequence[Any]) -> list[Any]:
    return [part.model_dump(mode="json") if isinstance(part, Part) else part for part in parts]
