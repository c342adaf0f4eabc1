"""The merging of a double: its names lead to the row that is kept, and what refers to it refers to that one from now on.

The double stays as it was: whatever is asked as known before the merge is answered as it was.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, func, select, text

from services.projects_api.merging.moving import OWN, move_organisation, move_place, move_project
from services.projects_api.merging.schemas import MergeCommand
from shared.database import LIKENESS
from shared.deletion import StillReferredTo, refuse_referred
from shared.errors import RuleBroken
from shared.models import Account, AccountBalance, Agreement, Organisation, Place, Project
from shared.models.naming import NAMES
from shared.portfolio import Reference, UnknownKeys
from shared.reading.neighbours import neighbours
from shared.recording.record import RecordNotFound
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork
from shared.web.named import as_id

Mover = Callable[[UnitOfWork, Any, Any, str], Awaitable[dict[str, int]]]


@dataclass(frozen=True)
class Doubles:
    """How doubles of one kind are merged."""

    noun: str
    model: type[Any]
    alike: str
    """The column in which the double and the kept row must agree."""
    move: Mover
    kin: tuple[str, ...] = ()
    """Columns that name another row of the kind; the first one its parent."""
    are_alike: TextClause | None = None
    """Whether any name of the one resembles any of the other."""
    are_others: TextClause | None = None
    """Whether an authority says that they are not one."""


_NAMES_ALIKE = """
SELECT EXISTS (
    SELECT FROM ({names}) AS one (id, name), ({names}) AS other (id, name)
    WHERE one.id = :double AND other.id = :kept
        AND greatest(word_similarity(search_words(one.name), search_words(other.name)),
                     word_similarity(search_words(other.name), search_words(one.name))) >= :likeness)
"""
_PLACES_ALIKE = text(_NAMES_ALIKE.replace("{names}", """
    SELECT id, value FROM place, jsonb_each_text(name) UNION ALL SELECT place_id, alias FROM place_alias
"""))  # fmt: skip
_ORGANISATIONS_ALIKE = text(_NAMES_ALIKE.replace("{names}", """
    SELECT organisation_id, value FROM organisation_name, jsonb_each_text(name)
    UNION ALL SELECT id, value FROM organisation, jsonb_each_text(acronym)
    UNION ALL SELECT organisation_id, alias FROM organisation_alias
"""))  # fmt: skip

_CODES_DIFFER = text("""
SELECT coalesce(bool_and(one.code <> other.code), false) FROM place_code AS one JOIN place_code AS other USING (scheme)
WHERE one.place_id = :double AND other.place_id = :kept
""")
"""Whether a gazetteer that knows both gives them codes of their own."""

PLACES = Doubles("place", Place, "kind", move_place, ("parent_id", "successor_id"), _PLACES_ALIKE, _CODES_DIFFER)
ORGANISATIONS = Doubles(
    "organisation", Organisation, "kind", move_organisation, ("parent_id", "predecessor_id"), _ORGANISATIONS_ALIKE
)
PROJECTS = Doubles("project", Project, "mechanism_code", move_project)


class MergeRefused(Refusal, RuleBroken):
    """The two rows are no doubles of each other."""

    kind, at = "merge-refused", "/into"
    key: str
    kept: str


class _IntoItself(MergeRefused):
    code = "into_itself"
    fr = "{key} est cette fiche même ; nommez l'autre."
    en = "{key} is this very row; name the other one."


class _IntoMerged(MergeRefused):
    code = "into_merged"
    fr = "{kept} a déjà été fusionné avec {meant} ; fusionnez avec celui-ci."
    en = "{kept} was already merged into {meant}; merge into that one."
    meant: str


class _AnotherKind(MergeRefused):
    code = "another_kind"
    fr = "{key} est « {held} », {kept} est « {other} » : ce ne sont pas des doublons ; corrigez d'abord l'un d'eux."
    en = "{key} is '{held}', {kept} is '{other}': they are no doubles; correct one of them first."
    held: str
    other: str


class _AnotherCode(MergeRefused):
    code = "another_code"
    fr = "{key} et {kept} ont chacun un code officiel : ce ne sont pas des doublons ; corrigez d'abord le code faux."
    en = "{key} and {kept} have an official code each: they are no doubles; correct the wrong code first."


class _NotAlike(MergeRefused):
    code = "not_alike"
    fr = "Aucun nom de {key} ne ressemble à un nom de {kept}. Une fusion ne se défait pas : si ce sont bien des doublons, ajoutez d'abord à {kept} l'autre nom comme alias."
    en = "No name of {key} resembles one of {kept}. A merge is not undone: if they are doubles, first add the other name to {kept} as an alias."


class _BelowDouble(MergeRefused):
    code = "below_double"
    fr = "{kept} dépend de {key} : fusionnez dans l'autre sens, ou changez d'abord son rattachement."
    en = "{kept} lies below {key}: merge the other way round, or change what it belongs to first."


async def merge(unit: UnitOfWork, doubles: Doubles, double_id: UUID, command: MergeCommand) -> Any:
    """Merge a double into the row that is kept; that row. All names are locked by the caller.

    Raises:
        RecordNotFound, UnknownKeys, PreconditionFailed: see there.
        MergeRefused: it is the same row, a merged one, of another kind, or one that lies below the double.
        StillReferredTo: rows of another service refer to the double; they are moved there first.
    """
    double = await unit.session.get(doubles.model, double_id, with_for_update=True)
    if double is None:
        raise RecordNotFound(doubles.noun, double_id)
    unit.expect_version(double)
    kept = await _kept(unit, doubles, command.into)
    await _refuse_others(unit, doubles, double, kept)
    name = NAMES[doubles.noun].key.name
    key, kept_key = getattr(double, name), getattr(kept, name)
    await refuse_referred(unit.session, doubles.noun, double.id, key, beside={*OWN, *_JUDGED_HERE})
    await _refuse_money(unit, double.id, key)
    moved = await doubles.move(unit, double, kept, command.reason)
    for column in doubles.kin:
        if getattr(kept, column) == double.id:
            setattr(kept, column, None)
    double.merged_into_id = kept.id
    unit.changed(double)
    unit.record(f"{doubles.noun}.merged", doubles.noun, double.id, after={"into": kept_key}, reason=command.reason)
    unit.changed(kept)
    counts = {table: count for table, count in moved.items() if count}
    after = {"double": key, "moved": counts}
    unit.record(f"{doubles.noun}.double_merged", doubles.noun, kept.id, after=after, reason=command.reason)
    return kept


_JUDGED_HERE = (Account.__tablename__, Agreement.__tablename__)
"""An account is closed by taking its money back; an earmark holds under every name of a place."""


async def _refuse_money(unit: UnitOfWork, project_id: UUID, key: str) -> None:
    """Raise `StillReferredTo` while money is set aside for the project."""
    query = (
        select(func.count())
        .select_from(Account)
        .join(AccountBalance, AccountBalance.account_id == Account.id)
        .where(Account.project_id == project_id, AccountBalance.balance != 0)
    )
    if count := await unit.session.scalar(query):
        raise StillReferredTo(key, {Account.__tablename__: count})


async def _kept(unit: UnitOfWork, doubles: Doubles, name: str) -> Any:
    """The row that is kept, by its id or key, locked.

    Raises:
        UnknownKeys: there is none.
    """
    naming = NAMES[doubles.noun]
    identity = as_id(name)
    named = naming.key == name if identity is None else naming.target == identity
    row = await unit.session.scalar(select(doubles.model).where(named, naming.stands).with_for_update())
    if row is None:
        missing = [Reference("/into", doubles.noun, name)]
        raise UnknownKeys(missing, await neighbours(unit.session, missing))
    return row


async def _refuse_others(unit: UnitOfWork, doubles: Doubles, double: Any, kept: Any) -> None:
    name = NAMES[doubles.noun].key.name
    key, kept_key = getattr(double, name), getattr(kept, name)
    if kept.id == double.id:
        raise _IntoItself(key, kept_key)
    if kept.merged_into_id is not None:
        meant = await unit.session.get(doubles.model, kept.merged_into_id)
        raise _IntoMerged(key, kept_key, getattr(meant, name))
    held, other = getattr(double, doubles.alike), getattr(kept, doubles.alike)
    if held != other:
        raise _AnotherKind(key, kept_key, held, other)
    both = {"double": double.id, "kept": kept.id}
    if doubles.are_others is not None and await unit.session.scalar(doubles.are_others, both):
        raise _AnotherCode(key, kept_key)
    alike = {**both, "likeness": LIKENESS}
    if doubles.are_alike is not None and not await unit.session.scalar(doubles.are_alike, alike):
        raise _NotAlike(key, kept_key)
    if doubles.kin and await _lies_below(unit, doubles, kept, double.id):
        raise _BelowDouble(key, kept_key)


async def _lies_below(unit: UnitOfWork, doubles: Doubles, row: Any, above: UUID) -> bool:
    seen: set[UUID] = set()
    while row is not None and row.id not in seen:
        seen.add(row.id)
        parent = getattr(row, doubles.kin[0])
        if parent == above:
            return True
        row = None if parent is None else await unit.session.get(doubles.model, parent)
    return False
