"""Money received on contributions: booked on its value date, never more than is agreed, corrected by a new receipt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.funds_api.contributions.agreements import refuse_excess
from services.funds_api.contributions.queries import lock_contributions, received_on
from services.funds_api.contributions.schemas import CorrectionProposed, ReceiptCreate, ReceiptStated
from services.funds_api.contributions.service import open_contribution, refuse_amounts
from services.funds_api.journal.queries import next_reference
from services.funds_api.journal.reversals import entry_to_reverse, mirror_of, record_reversal
from services.funds_api.journal.service import Booking, book
from services.funds_api.journal.valuation import Rates, Stated, rates_for, valued
from shared.domain.ledger import available_in, receipt
from shared.errors import Fault, InvalidInput
from shared.models import Agreement, Contribution
from shared.models.journal import EntryKind
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Received:
    """A receipt to book on a contribution."""

    contribution: Contribution
    command: ReceiptStated
    is_synthetic: bool = False

    @property
    def stated(self) -> Stated:
        """Its money."""
        return Stated(self.command.amount, self.contribution.currency, self.command.on, self.command.policy)


async def record_receipt(unit: UnitOfWork, key: UUID | str, command: ReceiptCreate) -> UUID:
    """Book money received on a contribution (`key` is its id or reference); it becomes available. The entry's id.

    Raises:
        ContributionNotFound, AmountRefused, AboveAgreement: see there.
        RateMissing: the contribution is not in USD, and no rate of the policy is in force on the value date.
        BookedInFuture, ReferenceTaken: see the journal.
    """
    contribution, standing = await open_contribution(unit, key)
    return await _receive(unit, Received(contribution, command), standing)


async def correct_receipt(unit: UnitOfWork, command: CorrectionProposed) -> UUID:
    """Book a receipt as it was, and reverse on its own date the one that was booked otherwise. The new entry's id.

    Raises:
        EntryNotFound: there is none.
        InvalidInput: it is no receipt.
        AlreadyReversed: see there.
        Overspent: more of it is allocated than remains.
        AboveAgreement and all that `record_receipt` raises.
    """
    entry = await entry_to_reverse(unit, command.entry)
    if entry.kind != EntryKind.RECEIPT:
        told = {
            "fr": "Cette écriture n'est pas une somme reçue ; contrepassez-la, puis saisissez la bonne.",
            "en": "This entry is no receipt; reverse it, then enter the right one.",
        }
        raise InvalidInput(told, [Fault("/entry", told, "no_receipt")])
    contribution, standing = await open_contribution(unit, entry.contribution_id)
    mirror = await mirror_of(unit, entry, value_on=entry.value_on, reason=command.reason)
    received = Received(contribution, command, entry.is_synthetic)
    return await _receive(unit, received, standing, [mirror])


async def _receive(
    unit: UnitOfWork, received: Received, standing: Sequence[Agreement], mirrors: Sequence[Booking] = ()
) -> UUID:
    contribution, command = received.contribution, received.command
    _refuse_early(standing[0], command.on)
    held = (await received_on(unit.session, [contribution.id]))[contribution.id]
    moved: dict[date, Decimal] = defaultdict(Decimal)
    moved[command.on] += command.amount
    for mirror in mirrors:
        moved[mirror.value_on] += available_in(mirror.lines)
    refuse_excess(contribution, standing, held, moved)
    return (await book_receipts(unit, [received], mirrors))[0]


def _refuse_early(first: Agreement, on: date) -> None:
    if on < first.value_on:
        told = sentence(
            "L'accord est du {first} ; rien n'est reçu avant.",
            "The agreement is of {first}; nothing is received before.",
            first=first.value_on,
        )
        raise InvalidInput(told, [Fault("/on", told, "before_agreement")])


async def book_receipts(unit: UnitOfWork, received: Sequence[Received], mirrors: Sequence[Booking] = ()) -> list[UUID]:
    """Book receipts in their order, each at the USD value of its own date, and then the reversals of what they correct."""
    refuse_amounts(
        (one.command.reference, one.command.amount, one.contribution.currency, one.contribution.mechanism_code)
        for one in received
    )
    await lock_contributions(unit.session, (one.contribution.id for one in received))
    rates = await rates_for(unit.session, (one.stated for one in received))
    bookings = [await _booking(unit, one, rates) for one in received]
    ids = await book(unit, [*bookings, *mirrors])
    for one, booking in zip(received, bookings, strict=True):
        after = {
            "entry_id": str(booking.id),
            "reference": booking.reference,
            "value_on": booking.value_on.isoformat(),
            "amount": f"{one.command.amount:f}",
            "currency": one.contribution.currency,
        }
        unit.record("contribution.received", "contribution", one.contribution.id, after=after)
        one.contribution.version += 1
    for mirror in mirrors:
        record_reversal(unit, mirror)
    return ids[: len(bookings)]


async def _booking(unit: UnitOfWork, one: Received, rates: Rates) -> Booking:
    contribution, command = one.contribution, one.command
    return Booking(
        command.reference or await next_reference(unit.session, f"{contribution.reference}-R"),
        EntryKind.RECEIPT,
        contribution.id,
        command.on,
        receipt(contribution.id, valued(one.stated, rates)),
        command.precision,
        source=command.source,
        is_synthetic=one.is_synthetic,
    )
