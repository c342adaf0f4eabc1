"""Kinds of facts: recorded one at a time by a person, or stated as a whole by a register, through the same function."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, create_model
from uuid_utils.compat import uuid7

from shared.models.base import Fact
from shared.recording.directory import Directory
from shared.recording.facts import (
    REGISTER,
    Correction,
    Stated,
    Subject,
    Synthetic,
    fact_columns,
    insist_on_reason,
    keep_kind,
    refuse_repeats,
    row_to_correct,
    says_the_same,
    standing_rows,
)
from shared.recording.rows import Columns, columns_of, filled_by, save
from shared.unit_of_work import UnitOfWork

RowT = TypeVar("RowT", bound=Fact)
StatedT = TypeVar("StatedT", bound=Stated)

_OF_EVERY_FACT = ("on", "precision", "source", "reason")


class FactKind(Generic[RowT, StatedT]):
    """How one kind of fact is recorded, corrected and compared with what a register states."""

    def __init__(
        self,
        name: str,
        model: type[RowT],
        stated: type[StatedT],
        *,
        event: str | None = None,
        same: Sequence[str] = (),
        into: Mapping[str, str] | None = None,
        beside: Iterable[str] = (),
        prepare: Callable[[UnitOfWork, Sequence[StatedT]], Awaitable[Any]] | None = None,
        derived: Callable[[StatedT, Any, Subject], Columns] | None = None,
        is_as_stated: Callable[[RowT, StatedT], bool] | None = None,
        told: Sequence[str] = (),
        repeats: tuple[str, str] = ("Un fait de même date", "A fact of one date"),
        summary: str = "",
        said: str = "",
        listed: str = "",
        example: Mapping[str, Any] | None = None,
    ) -> None:
        """Declare a kind of fact.

        Args:
            name: as inputs, addresses (`/v1/projects/{project}/{name}`) and the audit call it.
            model: its table; `stated`: what a person or a register states.
            event: as the audit calls one of them (`amount`, of which `project.amount_recorded`).
            same: the columns by which, beside the date, a register's statement is matched with what stands.
            into: the columns of members that bear another name; members `beside` fill none.
            prepare: reads what many of them need at once, the rates say, before they are made.
            derived: further columns of a row, from what is stated, what was prepared for it, and its subject.
            is_as_stated: whether a row says what is stated, where that is more than equal columns.
            told: derived columns that the audit keeps too.
            repeats: what is refused to stand twice, as French and English sentences begin.
            summary, said: what its route does, in the contract, and `listed` that of its history; `example`: a body that is shown as an example.

        Raises:
            TypeError: a member fills no column.
        """
        self.name, self.model, self.stated = name, model, stated
        self.event, self.told, self.repeats = event or name, tuple(told), repeats
        self.same, self.prepare, self.derived = tuple(same), prepare, derived
        self.filled = filled_by(stated, model, into=into, beside=(*_OF_EVERY_FACT, *beside))
        self._is_as_stated = is_as_stated or self._has_equal_columns
        self.summary, self.said, self.listed = summary, said, listed
        self.stem = stem = stated.__name__.removesuffix("Stated")
        self.filed: Any = create_model(
            f"{stem}Fact", __base__=(stated, Synthetic), __doc__=f"{stated.__doc__} As a register gives it."
        )
        """What a register states."""
        self.command: Any = create_model(f"{stem}Command", __base__=(stated, Correction), __doc__=stated.__doc__)
        """What a person records, or corrects."""
        if example is not None:
            self.command.model_config = ConfigDict(
                **stated.model_config, json_schema_extra={"examples": [dict(example)]}
            )
            self.command.model_rebuild(force=True)

    async def prepared(self, unit: UnitOfWork, stated: Iterable[StatedT]) -> Any:
        """What is needed to make all of these."""
        return None if self.prepare is None else await self.prepare(unit, list(stated))

    def refuse_repeats(self, stated: Iterable[StatedT]) -> None:
        """Refuse what is stated twice: each is one fact, a second would contradict it."""
        refuse_repeats((self._key(one, one.on) for one in stated), *self.repeats)

    def new(
        self,
        unit: UnitOfWork,
        subject: Subject,
        stated: StatedT,
        *,
        rows: Sequence[RowT],
        superseded: RowT | None = None,
        prepared: Any = None,
        **facts: Any,
    ) -> RowT:
        """The row, to be saved; `rows` are those standing of the subject.

        Raises:
            DateInFuture: it holds from a day to come.
        """
        columns = columns_of(self.filled, stated, Directory())
        if self.derived is not None:
            columns |= self.derived(stated, prepared, subject)
        make: Any = self.model
        row: RowT = make(
            id=uuid7(), **subject.columns, **columns, **fact_columns(unit, stated, rows, superseded, **facts)
        )
        return row

    def reconcile(
        self,
        unit: UnitOfWork,
        subject: Subject,
        stated: Iterable[StatedT],
        standing: Sequence[RowT],
        prepared: Any = None,
    ) -> list[RowT]:
        """The rows to save so that what stands is what is stated; equal ones stay, others are corrected."""
        rows = list(standing)
        held = {self._key(row, row.value_on): row for row in standing}
        new = []
        for one in stated:
            row = held.get(self._key(one, one.on))
            if row is not None and says_the_same(row, one) and self._is_as_stated(row, one):
                continue
            made = self.new(
                unit,
                subject,
                one,
                rows=rows,
                superseded=row,
                prepared=prepared,
                is_synthetic=bool(getattr(one, "is_synthetic", False)),
                reason=None if row is None else unit.reason or REGISTER,
            )
            rows.append(made)
            new.append(made)
        return new

    async def to_correct(self, unit: UnitOfWork, subject: Subject, command: Any, *, is_used: bool) -> RowT | None:
        """The row that a command corrects, if it corrects one.

        Raises:
            FactNotFound, AlreadyCorrected, CorrectionWithoutReason, InvalidInput (another kind): see there.
        """
        if command.supersedes_id is None:
            return None
        row = await row_to_correct(unit.session, self.model, subject, command.supersedes_id)
        if "kind" in self.same:
            keep_kind(row, command.kind)
        insist_on_reason(unit, row, command.reason, is_used=is_used)
        return row

    async def add(
        self,
        unit: UnitOfWork,
        subject: Subject,
        stated: StatedT,
        *,
        superseded: RowT | None = None,
        prepared: Any = None,
    ) -> RowT:
        """Save a fact of a subject that is open for change, and note it for the audit.

        Raises:
            DateInFuture, and what is raised where its columns are derived.
        """
        rows = (await standing_rows(unit.session, self.model, subject.column, [subject.id]))[subject.id]
        row: Any = self.new(unit, subject, stated, rows=rows, superseded=superseded, prepared=prepared)
        await save(unit.session, [row])
        noun = subject.column.removesuffix("_id")
        unit.record(
            f"{noun}.{self.event}_{'recorded' if superseded is None else 'corrected'}",
            noun,
            subject.id,
            before=None if superseded is None else self.described(superseded),
            after=self.described(row),
            reason=stated.reason,
        )
        saved: RowT = row
        return saved

    def described(self, row: RowT) -> Columns:
        """The fact for audit and events."""
        own = {name: getattr(row, name) for name in (*(one.column for one in self.filled), *self.told)}
        return {"id": row.id, "value_on": row.value_on, **own, "supersedes_id": row.supersedes_id}

    def _key(self, said: RowT | StatedT, on: Any) -> tuple[Any, ...]:
        return (*(getattr(said, name) for name in self.same), on)

    def _has_equal_columns(self, row: RowT, stated: StatedT) -> bool:
        said = columns_of(self.filled, stated, Directory())
        return all(getattr(row, name) == value for name, value in said.items())
