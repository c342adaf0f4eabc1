"""Deleting a row that nothing refers to; its name is retired, so that no other row is ever called so."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, delete, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Fault
from shared.models import Edition, RetiredName
from shared.models.among import among
from shared.models.base import Deletable
from shared.models.naming import NAMES
from shared.models.referring import PARTS, editions_of, referrers
from shared.models.words import counted
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class StillReferredTo(Conflict):
    """Other rows refer to it; each kind of them is a fault, with their number."""

    kind = "still-referred-to"

    def __init__(self, key: str, counts: Mapping[str, int]) -> None:
        listed = counted(counts)
        sentence = {
            "fr": f"D'autres enregistrements renvoient à {key} : {listed['fr']} ; changez-les d'abord.",
            "en": f"Other rows refer to {key}: {listed['en']}; change them first.",
        }
        faults = [Fault("", sentence, f"referred_to_by_{name}") for name in counts]
        super().__init__(sentence, faults, extra={"referred_to_by": dict(counts)})


class NameRetired(Refusal, Conflict):
    """The key was that of a row which was deleted."""

    kind, at = "name-retired", "/{column}"
    fr = "{key} désignait un enregistrement supprimé ; une clé ne sert qu'une fois, prenez-en une autre."
    en = "{key} was the key of a deleted row; a key is used once only, take another one."
    column: str
    key: str


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

    A row to which facts belong is marked and stays, for what was known before; the caller retracts the facts. The audit
    keeps what the row said, without what is `personal`.

    Raises:
        StillReferredTo: other rows refer to it.
    """
    naming = NAMES[noun]
    key = getattr(row, naming.key.name)
    own = {model.__tablename__ for model, _ in children} | {one.__tablename__ for one in PARTS.get(noun, ())}
    await refuse_referred(unit.session, noun, row.id, key, beside=own, and_editions=True)
    columns = (attribute.key for attribute in inspect(type(row)).column_attrs)
    said = {name: getattr(row, name) for name in columns if name not in personal}
    for model, column in children:
        await unit.session.execute(delete(model).where(getattr(model, column) == row.id))
    if issubclass(type(row), Deletable):
        row.is_deleted = True
        unit.changed(row)
    else:
        await unit.session.delete(row)
    unit.session.add(RetiredName(noun=noun, key=key, at=unit.recorded_at))
    await unit.session.flush()
    unit.record(f"{noun}.deleted", noun, row.id, before=said)


async def refuse_referred(
    session: AsyncSession, noun: str, row_id: Any, key: str, *, beside: Collection[str] = (), and_editions: bool = False
) -> None:
    """Return if no row refers to this one, but those of the tables named `beside`, nor, where asked, an edition.

    Raises:
        StillReferredTo: some do, or an edition names or prints it.
    """
    counts: Counter[str] = Counter()
    for name, rows in referrers(noun, row_id, key, beside=beside):
        counts[name] += await _count(session, rows)
    for rows in editions_of(noun, row_id, key) if and_editions else ():
        counts[Edition.__tablename__] += await _count(session, rows)
    if found := {name: count for name, count in counts.items() if count}:
        raise StillReferredTo(key, found)


async def _count(session: AsyncSession, rows: Select[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
