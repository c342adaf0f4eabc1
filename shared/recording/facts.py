"""How facts are recorded: which rows stand, where a new one comes, how one corrects another, what must be saved first."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, exists, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from shared.errors import Conflict, Fault, InvalidInput, NotFound, RuleBroken
from shared.fields import DateText, LineText
from shared.keys import Flag
from shared.models.among import among
from shared.models.base import Correctable, Fact, Precision
from shared.portfolio import Part
from shared.recording.rows import save
from shared.refusal import Refusal
from shared.sentences import refusal, sentence
from shared.unit_of_work import UnitOfWork


def refuse_repeats(keys: Iterable[Hashable], fr: str, en: str) -> None:
    """Refuse a key that stands twice: each of them is one fact, a second would contradict it."""
    listed = list(keys)
    if len(set(listed)) != len(listed):
        raise refusal("repeated", f"{fr} figure deux fois.", f"{en} stands twice.")


class Stated(Part):
    """From when it holds, how exactly that is known, who says so, and why it is recorded."""

    on: DateText
    """The date from which it holds; of a month, period or range its last day."""
    precision: Precision = Precision.DAY
    source: LineText | None = None
    reason: LineText | None = None


class Synthetic(Part):
    """A register may hold facts made up to complete it; they say so wherever they are shown."""

    is_synthetic: Flag = False


class Correction(Part):
    """A new fact, or one that corrects an earlier one (which then needs a reason, unless it is one's own draft)."""

    supersedes_id: UUID | None = Field(None, description="The fact that this one corrects.")


FactRow = TypeVar("FactRow", bound=Fact)
SubjectColumn = Literal["project_id", "activity_id", "announcement_id"]


@dataclass(frozen=True)
class Subject:
    """What a fact is about: the column that names it, its id, and the mechanism that fixes the scale of amounts."""

    column: SubjectColumn
    id: UUID
    mechanism: str | None = None

    @property
    def columns(self) -> dict[str, UUID]:
        """The subject as a row's column."""
        return {self.column: self.id}


class DateInFuture(Refusal, InvalidInput):
    """A fact holds from a day that has not come: what is planned is not recorded as if it were so."""

    at, code = "/on", "date_future"
    fr = "Le {on} est à venir ; la date la plus récente admise est aujourd'hui, {today}."
    en = "{on} is in the future; the latest date allowed is today, {today}."
    on: date
    today: date


class FactNotFound(Refusal, NotFound):
    """The fact to correct is not one of this subject."""

    fr = "Aucun fait {fact} de cette nature n'est enregistré ici."
    en = "No fact {fact} of this kind is recorded here."
    fact: UUID


class AlreadyCorrected(Refusal, Conflict):
    """The fact was corrected before: correct the row that stands, so that history stays a line."""

    kind, at, shown = "already-corrected", "/supersedes_id", ("superseded_by",)
    fr = "Le fait {fact} a déjà été corrigé par {superseded_by} ; corrigez celui-ci."
    en = "The fact {fact} was already corrected by {superseded_by}; correct that one."
    fact: UUID
    superseded_by: UUID


class CorrectionWithoutReason(Refusal, RuleBroken):
    """A correction of what another recorded, or of what was used since, says why."""

    kind, at, code = "correction-without-reason", "/reason", "reason_missing"
    fr = "Cette correction demande un motif (reason) : la ligne est d'une autre personne ou a déjà servi."
    en = "This correction needs a reason: the row is another person's or has been used since."


class SecondPersonDecides(Refusal, RuleBroken):
    """What counts of an approved project is asked for by one person and stated by another."""

    kind = "second-person-decides"


def standing(model: type[Correctable]) -> ColumnElement[bool]:
    """The condition that a row stands now: nothing supersedes it and it is no retraction."""
    facts: Any = model
    return _standing(facts)


@cache  # an alias of a wide table takes a millisecond to make
def _standing(model: Any) -> ColumnElement[bool]:
    later = aliased(model)
    return and_(~model.is_retraction, ~exists().where(later.supersedes_id == model.id))


async def standing_rows(
    session: AsyncSession, model: type[FactRow], column: SubjectColumn, ids: Iterable[UUID]
) -> dict[UUID, list[FactRow]]:
    """The rows that stand, per subject, in the order in which they hold."""
    wanted = list(ids)
    found: dict[UUID, list[FactRow]] = {one: [] for one in wanted}
    subject = getattr(model, column)
    rows = await session.scalars(
        select(model).where(among(subject, wanted), standing(model)).order_by(model.value_on, model.position)
    )
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


async def row_to_correct(session: AsyncSession, model: type[FactRow], subject: Subject, fact_id: UUID) -> FactRow:
    """The standing row that a correction names.

    Raises:
        FactNotFound: it is not a fact of this subject.
        AlreadyCorrected: another row supersedes it.
    """
    row = await session.get(model, fact_id)
    if row is None or getattr(row, subject.column) != subject.id:
        raise FactNotFound(fact_id)
    by = await session.scalar(select(model.id).where(model.supersedes_id == fact_id))
    if by is not None:
        raise AlreadyCorrected(fact_id, by)
    if row.is_retraction:
        raise FactNotFound(fact_id)
    return row


def insist_on_reason(unit: UnitOfWork, superseded: Fact, reason: str | None, *, is_used: bool) -> None:
    """A correction by the same author before anything used the row needs no reason; every other one does.

    Raises:
        CorrectionWithoutReason: it needs one and none is given, in the body or for the whole unit of work.
    """
    if (is_used or superseded.recorded_by != unit.actor) and not (reason or unit.reason):
        raise CorrectionWithoutReason


def keep_kind(superseded: Any, kind: str) -> None:
    """A correction says the same thing better: of another kind, it would leave its own kind with nothing.

    Raises:
        InvalidInput: the corrected row is of another kind.
    """
    if superseded.kind != kind:
        said = sentence(
            "Une correction garde la nature de la ligne qu'elle corrige (« {kind} ») ; enregistrez l'autre à part.",
            "A correction keeps the kind of the row that it corrects ('{kind}'); record the other one by itself.",
            kind=superseded.kind,
        )
        raise InvalidInput(said, faults=[Fault("/kind", said, "kind_fixed")])


REGISTER = "import"
"""The reason of a correction that a register brings."""


def says_the_same(row: Fact, stated: Stated) -> bool:
    """Whether a fact is known as exactly, from the same source, and made up or not, as is stated."""
    is_synthetic = bool(getattr(stated, "is_synthetic", False))
    return (row.precision, row.source, row.is_synthetic) == (stated.precision, stated.source, is_synthetic)


def today(unit: UnitOfWork) -> date:
    """The day of the unit of work in Africa/Bamako, which is UTC all year."""
    return unit.recorded_at.date()


def refuse_future(unit: UnitOfWork, on: date) -> None:
    """Raise `DateInFuture` for a day after that of the unit of work."""
    if on > today(unit):
        raise DateInFuture(on, today(unit))


def fact_columns(
    unit: UnitOfWork,
    stated: Stated,
    rows: Sequence[Fact],
    superseded: Fact | None = None,
    *,
    is_synthetic: bool = False,
    reason: str | None = None,
) -> dict[str, Any]:
    """The columns that every fact has; `rows` are those standing of the same subject.

    A correction on the same date keeps its place among the facts of that date.
    """
    refuse_future(unit, stated.on)
    return {
        "value_on": stated.on,
        "precision": stated.precision,
        "position": position_on(stated.on, rows, superseded),
        "source": stated.source,
        "reason": stated.reason or reason or unit.reason,
        "recorded_at": unit.recorded_at,
        "recorded_by": unit.actor,
        "is_synthetic": is_synthetic,
        "supersedes_id": None if superseded is None else superseded.id,
    }


def position_on(on: date, rows: Iterable[Fact], superseded: Fact | None = None) -> int:
    """Where a fact of that date stands among the others of it."""
    if superseded is not None and superseded.value_on == on:
        return superseded.position
    return 1 + max((row.position for row in rows if row.value_on == on and row is not superseded), default=-1)


async def retract(unit: UnitOfWork, model: type[Fact], column: str, subject_id: UUID, reason: str) -> int:
    """Take back every standing fact of one kind of a subject; how many there were."""
    query = select(model).where(getattr(model, column) == subject_id, standing(model))
    rows = [superseding(unit, row, reason, is_retraction=True) for row in await unit.session.scalars(query)]
    await save(unit.session, rows)
    return len(rows)


def superseding(unit: UnitOfWork, row: Any, reason: str, *, is_retraction: bool = False) -> Any:
    """A fact that says the same from the same date, in the place of another one, or that takes that one back."""
    columns = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    return type(row)(
        **{
            **columns,
            "id": uuid7(),
            "supersedes_id": row.id,
            "recorded_at": unit.recorded_at,
            "recorded_by": unit.actor,
            "reason": reason,
            "is_retraction": is_retraction,
        }
    )
