"""Records that are given as a whole: recorded, or changed where they differ; alone by a route, in bulk by a register.

What fills which column follows from the names (`shared.recording.rows`), what refers to what from the content's types;
a record says only what is its own: its sets, its rules.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from shared.deletion import delete_row, refuse_retired
from shared.errors import Conflict, InvalidInput, NotFound
from shared.models import APPEND_ONLY
from shared.models.among import among, keys_among
from shared.models.base import Base, Deletable, Fact
from shared.models.naming import NAMES
from shared.models.referring import PARTS
from shared.portfolio import Part
from shared.recording.children import Children, Parent, write_children
from shared.recording.directory import Directory, look_up
from shared.recording.facts import retract, today
from shared.recording.rows import Columns, change, columns_of, filled_by, plain, save
from shared.references import next_reference
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

RowT = TypeVar("RowT", bound=Base)
ContentT = TypeVar("ContentT", bound=Part)
Effect = Literal["created", "changed", "unchanged"]
Action = Literal["create", "edit", "delete"]
LookUp = Callable[[UnitOfWork, Any], Awaitable[Directory]]

ENTERED_BY_MISTAKE = "Entered by mistake."


class ReferenceTaken(Refusal, Conflict):
    """A reference or slug names one record for ever."""

    kind, at = "reference-taken", "/{member}"
    fr = "{key} est déjà pris ; une référence ne sert qu'une fois."
    en = "{key} is taken; a reference is used once only."
    member: str
    key: str


class RecordNotFound(Refusal, NotFound):
    """No record of that kind and id is visible to the caller."""

    fr = "Aucun enregistrement {record} ({noun}) n'est visible pour vous."
    en = "No {noun} {record} is visible to you."
    noun: str
    record: UUID


class OwnAncestor(Refusal, InvalidInput):
    """A record would lie in itself, or follow itself, directly or through others: no walk through them would end."""

    at, code = "/{member}", "own_ancestor"
    fr = "{key} se trouverait dans son propre contenu ou se succéderait à lui-même ; nommez-en un autre."
    en = "{key} would lie within itself or follow itself; name another one."
    member: str
    key: str


@dataclass
class Written(Generic[RowT]):
    """A record after a write, with what happened to it."""

    row: RowT
    content: Any
    outcome: Effect
    before: Columns = field(default_factory=dict)
    after: Columns = field(default_factory=dict)

    def note(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Add differences; a record that had none counts as changed from now on."""
        self.before |= before
        self.after |= after
        if after and self.outcome == "unchanged":
            self.outcome = "changed"

    @property
    def id(self) -> UUID:
        """The id that an audit row names; a mechanism, whose key is its code, gets a stable one made from it."""
        row: Any = self.row
        return row.id if hasattr(row, "id") else uuid5(NAMESPACE_OID, f"{row.__tablename__}:{row.code}")


async def look_up_named(unit: UnitOfWork, content: Part) -> Directory:
    """The ids of what a content names.

    Raises:
        UnknownKeys: some of it does not exist.
    """
    return await look_up(unit.session, content)


class Record(Generic[RowT, ContentT]):
    """How one kind of record is written from its content."""

    def __init__(
        self,
        model: type[RowT],
        content: type[ContentT],
        *,
        key: Sequence[str] = (),
        numbered: str | None = None,
        year: Callable[[ContentT], int] | None = None,
        into: Mapping[str, str] | None = None,
        children: Sequence[Children] = (),
        beside: Sequence[str] = (),
        row: type[Part] | None = None,
        example: Mapping[str, Any] | None = None,
        personal: frozenset[str] = frozenset(),
        look_up: LookUp = look_up_named,
        admit: Callable[[UnitOfWork, Action, RowT | None, ContentT | None], Awaitable[None]] | None = None,
        after: Callable[[UnitOfWork, Sequence[Written[RowT]], bool], Awaitable[None]] | None = None,
        warn_of_doubles: Callable[[UnitOfWork, Mapping[UUID, str]], Awaitable[None]] | None = None,
    ) -> None:
        """Declare a record.

        Args:
            model: its table; its name is what rows, references and the audit call it.
            content: what a person gives, as a whole; `row`: what a register gives where that is more.
            key: the columns by which one is recognised: its reference, slug or code unless said otherwise.
            numbered: how references begin that are assigned (`MON`, then the year and a number); `year` tells which
                year from the content: the present one unless said otherwise.
            into: the columns of members that bear another name.
            children: sets of rows that belong to it.
            beside: members that `after` records.
            example: a content that is shown as an example.
            personal: columns whose content is not kept once the record is deleted.
            look_up: finds the ids of what a content names, and refuses one that cannot be so.
            admit: raises where the caller may not do this to this one; given the row as it stands, and the content.
            after: records what hangs on those written, before they are noted for the audit; the flag says whether a
                person changes them, who then gives a reason.
            warn_of_doubles: tells of others that those entered, edited or loaded may be; given the pointer to each.

        Raises:
            TypeError: a member fills no column.
        """
        self.model: Any = model
        self.content = content
        self.name: str = model.__tablename__
        self.key = tuple(key) or (NAMES[self.name].key.key,)
        self.numbered, self.year = numbered, year
        self.children = tuple(children)
        self.row, self.example = row, example or {}
        self.personal, self.look_up, self.admit = personal, look_up, admit
        self.after, self.warn_of_doubles = after, warn_of_doubles
        taken = [*beside, *(one.name for one in children)]
        self.filled = filled_by(content, model, into=into, beside=taken)
        self.trees = [one for one in self.filled if one.is_own]

    @property
    def columns(self) -> Any:
        """The columns of its table."""
        return self.model.__table__.c

    async def create(self, unit: UnitOfWork, content: ContentT, key: str | None = None) -> RowT:
        """Record something new under its key, or under the next reference.

        Raises:
            ReferenceTaken: another record bears the key.
            UnknownKeys: the content names what does not exist.
            NameRetired, NotPermitted, and what `look_up` and `after` raise.
        """
        if self.admit is not None:
            await self.admit(unit, "create", None, content)
        if key is None:
            year = today(unit).year if self.year is None else self.year(content)
            key = await next_reference(unit.session, self.model, f"{self.numbered}-{year}")
        directory = await self.look_up(unit, content)
        if await self.existing(unit.session, [(key,)]):
            raise ReferenceTaken(self.key[0], key)
        [written] = await self.write(unit, [(content, {self.key[0]: key})], directory)
        if self.after is not None:
            await self.after(unit, [written], False)
        self.note(unit, [written])
        if self.warn_of_doubles is not None:
            await self.warn_of_doubles(unit, {written.id: ""})
        unit.etag = f'"{getattr(written.row, "version", 1)}"'
        return written.row

    async def for_change(self, unit: UnitOfWork, record_id: UUID) -> RowT:
        """The record, locked against other changes, its version compared.

        Raises:
            RecordNotFound: there is none.
            PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
        """
        row: Any = await unit.session.get(self.model, record_id, with_for_update=True)
        if row is None:
            raise RecordNotFound(self.name, record_id)
        unit.expect_version(row)
        found: RowT = row
        return found

    async def replace(self, unit: UnitOfWork, record_id: UUID, content: ContentT) -> RowT:
        """Give a record this content as a whole; a change that changes nothing is noted too.

        Raises:
            RecordNotFound, UnknownKeys, KeptForEver, OwnAncestor, NotPermitted, and what `look_up` and `after` raise.
        """
        row: Any = await self.for_change(unit, record_id)
        if self.admit is not None:
            await self.admit(unit, "edit", row, content)
        directory = await self.look_up(unit, content)
        key = {name: getattr(row, name) for name in self.key}
        [written] = await self.write(unit, [(content, key)], directory)
        unchanged = written.outcome == "unchanged"
        if not unchanged and self.warn_of_doubles is not None:
            await self.warn_of_doubles(unit, {row.id: ""})
        if self.after is not None:
            await self.after(unit, [written], True)
        if unchanged:
            unit.record(f"{self.name}.edited", self.name, row.id)
            unit.etag = f'"{row.version}"'
        self.note(unit, [written])
        return written.row

    async def delete(self, unit: UnitOfWork, record_id: UUID) -> None:
        """Delete a record that nothing refers to, with what belongs to it.

        Raises:
            RecordNotFound, StillReferredTo, NotPermitted: see there.
        """
        row = await self.for_change(unit, record_id)
        if self.admit is not None:
            await self.admit(unit, "delete", row, None)
        if self.name in PARTS:
            await delete_entry(unit, self.name, row)
            return
        children = [(one.model, f"{self.name}_id") for one in self.children]
        await delete_row(unit, self.name, row, children=children, personal=self.personal)

    async def existing(
        self, session: AsyncSession, keys: Sequence[tuple[Any, ...]], *, for_update: bool = False
    ) -> dict[tuple[Any, ...], RowT]:
        """The records that bear these keys."""
        query = select(self.model).where(keys_among([getattr(self.model, name) for name in self.key], keys))
        rows = (await session.scalars(query.with_for_update() if for_update else query)).all()
        return {tuple(getattr(row, name) for name in self.key): row for row in rows}

    async def write(
        self, unit: UnitOfWork, contents: Sequence[tuple[Any, Columns]], directory: Directory
    ) -> list[Written[RowT]]:
        """Create or change records; each content stands with its further columns (its key among them).

        Nothing is noted for the audit here: see `note`.

        Raises:
            KeptForEver, NameRetired, OwnAncestor, and what children refuse.
        """
        linked = {one.column for one in self.trees}
        own = [one for one in self.filled if one.column not in linked]
        stated = [(content, {**columns_of(own, content, directory), **more}) for content, more in contents]
        keys = [tuple(columns[name] for name in self.key) for _, columns in stated]
        held: dict[Any, Any] = await self.existing(unit.session, keys, for_update=True)
        written: list[Written[RowT]] = []
        for (content, columns), key in zip(stated, keys, strict=True):
            row = held.get(key)
            if row is None:
                written.append(Written(self._new(unit, columns), content, "created", after=columns))
            else:
                written.append(Written(row, content, "unchanged"))
                written[-1].note(*change(row, columns))
        new = [one.row for one in written if one.outcome == "created"]
        gone = [row for row in held.values() if isinstance(row, Deletable) and row.is_deleted]
        if (new or gone) and self.name in NAMES:
            await refuse_retired(unit.session, self.name, [getattr(row, self.key[0]) for row in (*new, *gone)])
        await save(unit.session, new)
        if len(self.key) == 1:
            for one in written:
                directory.add(self.name, getattr(one.row, self.key[0]), one.id)
        for one in written if self.trees else ():
            one.note(*change(one.row, columns_of(self.trees, one.content, directory)))
        for children in self.children:
            await self._write_children(unit, children, written, directory)
        await unit.session.flush()
        await self._refuse_circles(unit, [one.row for one in written])
        return written

    def note(self, unit: UnitOfWork, written: Sequence[Written[RowT]]) -> Counter[str]:
        """Note each creation and change for the audit and as an event; how many of each there were."""
        for one in written:
            if one.outcome == "created":
                unit.record(f"{self.name}.created", self.name, one.id, after=one.after)
            elif one.outcome == "changed":
                unit.record(f"{self.name}.changed", self.name, one.id, before=one.before, after=one.after)
                if "version" in self.columns:
                    row: Any = one.row
                    unit.changed(row)
        return Counter(one.outcome for one in written)

    def _new(self, unit: UnitOfWork, columns: Columns) -> RowT:
        made: Columns = {"id": uuid7(), "version": 1, "recorded_at": unit.recorded_at}
        row: RowT = self.model(**columns, **{name: value for name, value in made.items() if name in self.columns})
        return row

    async def _write_children(
        self, unit: UnitOfWork, children: Children, written: Sequence[Written[RowT]], directory: Directory
    ) -> None:
        parents = [
            Parent(f"{self.name}_id", one.id, getattr(one.content, children.name), one.outcome == "created")
            for one in written
        ]
        await write_children(unit, children, parents, directory)
        for one, parent in zip(written, parents, strict=True):
            if parent.is_changed:
                one.note({}, {children.name: plain(parent.parts)})

    async def _refuse_circles(self, unit: UnitOfWork, rows: Sequence[Any]) -> None:
        model = self.model
        for column in (one.column for one in self.trees):
            ids = [row.id for row in rows if getattr(row, column) is not None]
            if not ids:
                continue
            above = (
                select(model.id.label("start"), getattr(model, column).label("at"))
                .where(among(model.id, ids))
                .cte(recursive=True)
            )
            further = select(above.c.start, getattr(model, column)).join(model, model.id == above.c.at)
            above = above.union(further)
            own = await unit.session.scalar(select(above.c.start).where(above.c.start == above.c.at).limit(1))
            if own is not None:
                key = next(getattr(row, self.key[0]) for row in rows if row.id == own)
                raise OwnAncestor(column.removesuffix("_id"), key)


async def delete_entry(unit: UnitOfWork, noun: str, row: Any) -> None:
    """Delete a row that was opened for change and had been entered by mistake; its facts are retracted.

    Raises:
        StillReferredTo: other rows refer to it, or an edition names or prints it.
    """
    column = f"{noun}_id"
    children = []
    for model in PARTS[noun]:
        if issubclass(model, Fact):
            await retract(unit, model, column, row.id, unit.reason or ENTERED_BY_MISTAKE)
        elif model not in APPEND_ONLY:
            children.append((model, column))
    await delete_row(unit, noun, row, children=children)
