"""Booking entries: balanced, never into the future, and never below zero on any date (DESIGN 7)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from services.funds_api.journal.queries import (
    Movements,
    accounts_for,
    add_to_balances,
    entries_by_reference,
    lock_balances,
    movements_of,
)
from shared.domain.ledger import AccountKey, AccountKind, Line, Lines, available_from, checked, first_overdraft
from shared.domain.money import Money
from shared.errors import Fault, InvalidInput, RuleBroken
from shared.models import JournalEntry, Posting
from shared.models.base import Precision
from shared.models.journal import EntryKind
from shared.recording.record import ReferenceTaken
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Booking:
    """An entry to be booked."""

    reference: str
    kind: EntryKind
    contribution_id: UUID
    value_on: date
    lines: Lines
    precision: str = Precision.DAY
    reason: str | None = None
    source: str | None = None
    is_synthetic: bool = False
    reverses_id: UUID | None = None
    id: UUID = field(default_factory=uuid7)


class Overspent(RuleBroken):
    """The entry would leave less than nothing on an account, on its date or on a later one."""

    kind = "overspent"


class BookedInFuture(Refusal, InvalidInput):
    """Money moves on the day on which it moves: nothing is booked ahead."""

    kind, at, code = "booked-in-future", "/on", "date_future"
    fr = "{reference} : le {on} est à venir ; la date la plus récente admise est aujourd'hui, le {today}."
    en = "{reference}: {on} is in the future; the latest date allowed is today, {today}."
    reference: str
    on: date
    today: date


async def book(unit: UnitOfWork, bookings: Sequence[Booking]) -> list[UUID]:
    """Book entries in their order; all or none. The caller holds the locks of projects and contributions.

    Raises:
        BookedInFuture, ReferenceTaken: see there.
        Overspent: naming each entry that cannot be paid, once those before it are.
        Unbalanced: a programming error.
    """
    today = unit.recorded_at.date()
    for booking in bookings:
        checked(booking.lines)
        if booking.value_on > today:
            raise BookedInFuture(booking.reference, booking.value_on, today)
    await _refuse_taken(unit, bookings)
    accounts = await accounts_for(unit.session, (line.account for booking in bookings for line in booking.lines))
    await lock_balances(unit.session, accounts.values())
    await _refuse_overdraft(unit, bookings, accounts)
    await _insert(unit, bookings, accounts)
    return [booking.id for booking in bookings]


async def _refuse_taken(unit: UnitOfWork, bookings: Sequence[Booking]) -> None:
    references = [booking.reference for booking in bookings]
    twice = {reference for reference in references if references.count(reference) > 1}
    if taken := twice | set(await entries_by_reference(unit.session, references)):
        raise ReferenceTaken("reference", ", ".join(sorted(taken)))


async def _refuse_overdraft(unit: UnitOfWork, bookings: Sequence[Booking], accounts: dict[AccountKey, UUID]) -> None:
    """Fold each guarded account again by value date, with the new entries one after the other."""
    guarded = {
        accounts[line.account]
        for booking in bookings
        for line in booking.lines
        if not line.account.may_be_negative and line.money.amount < 0
    }
    if not guarded:
        return
    movements = await movements_of(unit.session, guarded)
    faults = [fault for booking in bookings if (fault := _pay(booking, accounts, movements))]
    if faults:
        raise Overspent(
            sentence(
                "{count} {count:écriture dépasse|écritures dépassent} ce qui est disponible ; rien n'a été enregistré. "
                "{first}",
                "{count} {count:entry exceeds|entries exceed} what is available; nothing was recorded. {first}",
                count=len(faults),
                first=faults[0].detail,
            ),
            faults,
        )


def _pay(booking: Booking, accounts: dict[AccountKey, UUID], movements: dict[UUID, Movements]) -> Fault | None:
    fault = None
    for line in booking.lines:
        account_id = accounts[line.account]
        if line.account.may_be_negative:
            continue
        held = movements.setdefault(account_id, {})
        before = held.get(booking.value_on, Decimal(0))
        most = available_from(held, booking.value_on)
        held[booking.value_on] = before + line.money.amount
        overdraft = first_overdraft(held) if line.money.amount < 0 else None
        if overdraft is not None:
            held[booking.value_on] = before
            fault = _overdraft_fault(booking, line.account, max(most, Decimal(0)), -line.money.amount)
    return fault


def _overdraft_fault(booking: Booking, account: AccountKey, most: Decimal, wanted: Decimal) -> Fault:
    is_allocated = account.kind is AccountKind.ALLOCATED
    told = sentence(
        "{reference} demande {asked} au {on} ; il n'y a alors que {held} "
        + ("d'alloué" if is_allocated else "de disponible")
        + ", compte tenu des écritures de dates postérieures.",
        "{reference} takes {asked} on {on}, but {held} is "
        + ("allocated" if is_allocated else "available")
        + " then, entries of later dates considered.",
        reference=booking.reference,
        asked=Money(wanted, account.currency),
        held=Money(most, account.currency),
        on=booking.value_on,
    )
    return Fault("/amount", told, "overspent")


async def _insert(unit: UnitOfWork, bookings: Sequence[Booking], accounts: dict[AccountKey, UUID]) -> None:
    try:
        await unit.session.execute(insert(JournalEntry), [_entry_columns(unit, one) for one in bookings])
    except IntegrityError as error:  # taken in another contribution since we looked
        raise ReferenceTaken("reference", ", ".join(sorted(booking.reference for booking in bookings))) from error
    lines = [(booking.id, line) for booking in bookings for line in booking.lines]
    await unit.session.execute(
        insert(Posting), [_posting_columns(entry_id, line, accounts[line.account]) for entry_id, line in lines]
    )
    sums: dict[UUID, Decimal] = defaultdict(Decimal)
    for _, line in lines:
        sums[accounts[line.account]] += line.money.amount
    await add_to_balances(unit.session, sums)


def _entry_columns(unit: UnitOfWork, booking: Booking) -> dict[str, Any]:
    return {
        "id": booking.id,
        "reference": booking.reference,
        "kind": booking.kind,
        "contribution_id": booking.contribution_id,
        "value_on": booking.value_on,
        "precision": booking.precision,
        "recorded_at": unit.recorded_at,
        "recorded_by": unit.actor,
        "reverses_id": booking.reverses_id,
        "reason": booking.reason,
        "source": booking.source,
        "is_synthetic": booking.is_synthetic,
    }


def _posting_columns(entry_id: UUID, line: Line, account_id: UUID) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "entry_id": entry_id,
        "account_id": account_id,
        "currency": line.money.currency,
        "amount": line.money.amount,
        "usd": line.money.usd,
        "policy": line.money.policy,
        "exchange_rate_id": line.money.exchange_rate_id,
        "rate": line.money.rate,
    }
