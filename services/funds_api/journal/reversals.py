"""Reversals: the mirror of an entry, booked exactly once."""

from datetime import date
from uuid import UUID

from services.funds_api.journal.queries import lines_of, next_reference, reversal_of
from services.funds_api.journal.service import Booking, book
from shared.domain.ledger import reversal
from shared.errors import Conflict, InvalidInput, NotFound
from shared.locks import lock_contribution, lock_project
from shared.models import Contribution, JournalEntry
from shared.models.journal import EntryKind
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class EntryNotFound(Refusal, NotFound):
    """No entry of that id is booked."""

    fr = "Aucune écriture {entry_id} n'existe."
    en = "There is no entry {entry_id}."
    entry_id: UUID


class AlreadyReversed(Conflict):
    """An entry is reversed once; a reversal is not reversed, it is booked anew."""

    kind = "already-reversed"


class BeforeItsEntry(Refusal, InvalidInput):
    """A reversal holds from its entry's date or a later one."""

    at, code = "/on", "before_entry"
    fr = "Une contre-passation ne précède pas son écriture ({reference}, {on})."
    en = "A reversal does not come before its entry ({reference}, {on})."
    reference: str
    on: date


async def reverse_entry(
    unit: UnitOfWork, entry_id: UUID, *, value_on: date, reason: str, reference: str | None = None
) -> UUID:
    """Book the mirror of an entry, exactly once; what followed from it must still be paid.

    Raises:
        EntryNotFound, AlreadyReversed, BeforeItsEntry, BookedInFuture, Overspent: see there.
    """
    entry = await entry_to_reverse(unit, entry_id)
    mirror = await mirror_of(unit, entry, value_on=value_on, reason=reason, reference=reference)
    await book(unit, [mirror])
    contribution = await unit.session.get_one(Contribution, entry.contribution_id, populate_existing=True)
    contribution.version += 1
    record_reversal(unit, mirror)
    return mirror.id


async def entry_to_reverse(unit: UnitOfWork, entry_id: UUID) -> JournalEntry:
    """An entry that is not reversed yet; its projects and its contribution are locked until the transaction ends.

    Raises:
        EntryNotFound, AlreadyReversed: see there.
    """
    entry = await unit.session.get(JournalEntry, entry_id)
    if entry is None:
        raise EntryNotFound(entry_id)
    lines = await lines_of(unit.session, entry_id)
    projects = {line.account.project_id for line in lines if line.account.project_id}
    await lock_project(unit.session, *projects)
    await lock_contribution(unit.session, entry.contribution_id)
    await _refuse_second_reversal(unit, entry)
    return entry


async def mirror_of(
    unit: UnitOfWork, entry: JournalEntry, *, value_on: date, reason: str, reference: str | None = None
) -> Booking:
    """The mirror of an entry, to be booked.

    Raises:
        BeforeItsEntry: it would hold before its entry.
    """
    if value_on < entry.value_on:
        raise BeforeItsEntry(entry.reference, entry.value_on)
    return Booking(
        reference or await next_reference(unit.session, f"{entry.reference}-X"),
        EntryKind(entry.kind),
        entry.contribution_id,
        value_on,
        reversal(await lines_of(unit.session, entry.id)),
        reason=reason,
        is_synthetic=entry.is_synthetic,
        reverses_id=entry.id,
    )


def record_reversal(unit: UnitOfWork, mirror: Booking) -> None:
    """Note a mirror that was booked."""
    assert mirror.reverses_id is not None
    after = {"reversed_by_id": str(mirror.id), "reference": mirror.reference, "value_on": mirror.value_on.isoformat()}
    unit.record("entry.reversed", "entry", mirror.reverses_id, after=after, reason=mirror.reason)


async def _refuse_second_reversal(unit: UnitOfWork, entry: JournalEntry) -> None:
    if entry.reverses_id is not None:
        raise AlreadyReversed(
            {
                "fr": f"{entry.reference} est déjà une contre-passation ; passez une nouvelle écriture.",
                "en": f"{entry.reference} is itself a reversal; book a new entry.",
            }
        )
    earlier = await reversal_of(unit.session, entry.id)
    if earlier is not None:
        raise AlreadyReversed(
            {
                "fr": f"{entry.reference} a déjà été contre-passée par {earlier.reference}.",
                "en": f"{entry.reference} was already reversed by {earlier.reference}.",
            },
            extra={"reversed_by_id": str(earlier.id)},
        )
