"""Deleting a row that nothing refers to; its name is retired, so that no other row is ever called so."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, any_, delete, func, inspect, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Conflict, Fault
from shared.models import Activity, Agreement, Announcement, Base, EditionItem, RetiredName
from shared.models.among import among
from shared.models.naming import NAMES
from shared.unit_of_work import UnitOfWork

LISTS_OF_KEYS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "place": (Activity.place_slugs, Announcement.place_slugs, Agreement.earmark_places),
    "sector": (Announcement.sector_slugs, Agreement.earmark_sectors),
}
"""Columns that hold the keys of rows in a list, which no foreign key guards."""

KEYS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "activity": (EditionItem.activity_reference,),
    "standing_text": (EditionItem.standing_text_key,),
}
"""Columns that hold one key, which no foreign key guards."""


class StillReferredTo(Conflict):
    """Other rows refer to it; each kind of them is a fault, with their number."""

    kind = "still-referred-to"

    def __init__(self, key: str, counts: Mapping[str, int]) -> None:
        listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
        sentence = {
            "fr": f"D'autres enregistrements renvoient à {key} : {listed} ; changez-les d'abord.",
            "en": f"Other rows refer to {key}: {listed}; change them first.",
        }
        faults = [Fault("", sentence, f"referred_to_by_{name}") for name in counts]
        super().__init__(sentence, faults, extra={"referred_to_by": dict(counts)})


class NameRetired(Conflict):
    """The key was that of a row which was deleted."""

    kind = "name-retired"

    def __init__(self, column: str, key: str) -> None:
        sentence = {
            "fr": f"{key} désignait un enregistrement supprimé ; une clé ne sert qu'une fois, prenez-en une autre.",
            "en": f"{key} was the key of a deleted row; a key is used once only, take another one.",
        }
        super().__init__(sentence, [Fault(f"/{column}", sentence, "name_retired")])


async def refuse_retired(session: AsyncSession, noun: str, keys: Collection[str]) -> None:
    """Return if none of the keys belonged to a deleted row.

    Raises:
        NameRetired: one did.
    """
    query = select(RetiredName.key).where(RetiredName.noun == noun, among(RetiredName.key, keys)).limit(1)
    if (taken := await session.scalar(query)) is not None:
        raise NameRetired(NAMES[noun].key.name, taken)


async def delete_row(
    unit: UnitOfWork,
    noun: str,
    row: Any,
    *,
    children: Iterable[tuple[type[Any], str]] = (),
    personal: Collection[str] = (),
) -> None:
    """Delete a row that was opened for change, with the rows that belong to it (`children`: model and its column).

    The audit keeps what it said, without what is `personal`.

    Raises:
        StillReferredTo: other rows refer to it.
    """
    naming = NAMES[noun]
    key = getattr(row, naming.key.name)
    own = {model.__tablename__ for model, _ in children}
    await refuse_referred(unit.session, noun, row.id, key, beside=own)
    columns = (attribute.key for attribute in inspect(type(row)).column_attrs)
    said = {name: getattr(row, name) for name in columns if name not in personal}
    for model, column in children:
        await unit.session.execute(delete(model).where(getattr(model, column) == row.id))
    await unit.session.delete(row)
    unit.session.add(RetiredName(noun=noun, key=key, at=unit.recorded_at))
    await unit.session.flush()
    unit.record(f"{noun}.deleted", noun, row.id, before=said)


async def refuse_referred(
    session: AsyncSession, noun: str, row_id: Any, key: str, *, beside: Collection[str] = ()
) -> None:
    """Return if no row refers to this one, but those of the tables named `beside`.

    Raises:
        StillReferredTo: some do.
    """
    counts: dict[str, int] = {}
    for name, refers in _references(noun, row_id, key, beside):
        count = await session.scalar(select(func.count()).where(refers))
        if count:
            counts[name] = counts.get(name, 0) + count
    if counts:
        raise StillReferredTo(key, counts)


def _references(
    noun: str, row_id: Any, key: str, beside: Collection[str]
) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Per table that may refer to the row, its name and the condition: every foreign key, and the lists of keys."""
    target = NAMES[noun].target.property.columns[0]
    for table in Base.metadata.sorted_tables:
        for foreign_key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            if foreign_key.column is target and table.name not in beside:
                yield table.name, foreign_key.parent == row_id
    lists = ((column, literal(key) == any_(column)) for column in LISTS_OF_KEYS.get(noun, ()))
    single = ((column, column == key) for column in KEYS.get(noun, ()))
    for column, refers in (*lists, *single):
        if column.class_.__tablename__ not in beside:
            yield column.class_.__tablename__, refers
