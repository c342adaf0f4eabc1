"""Contributions: agreed, and received on their value dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from uuid_utils.compat import uuid7

from services.funds_api.contributions.queries import (
    contribution_by_key,
    contributions_by_reference,
    lock_contributions,
)
from services.funds_api.contributions.schemas import ContributionCreate, ReceiptCreate
from services.funds_api.directory import Directory, look_up
from services.funds_api.journal.queries import next_reference
from services.funds_api.journal.service import Booking, book
from services.funds_api.journal.valuation import Rates, Stated, rates_for, valued
from shared.domain.ledger import receipt
from shared.domain.money import MoneyError, money
from shared.errors import Conflict, Fault, InvalidInput, NotFound
from shared.models import Contribution
from shared.models.journal import EntryKind
from shared.unit_of_work import UnitOfWork


class ContributionExists(Conflict):
    """A reference names one contribution for ever."""

    kind = "contribution-exists"

    def __init__(self, reference: str) -> None:
        sentence = {
            "fr": f"La contribution {reference} existe déjà ; une référence ne sert qu'une fois.",
            "en": f"The contribution {reference} exists already; a reference is used once only.",
        }
        super().__init__(sentence, [Fault("/reference", sentence, "reference_taken")])


class ContributionNotFound(NotFound):
    """No contribution of that id or reference is visible."""

    def __init__(self, key: UUID | str) -> None:
        super().__init__(
            {"fr": f"Aucune contribution « {key} ».", "en": f"There is no contribution '{key}'."}
        )


class AmountRefused(InvalidInput):
    """An amount whose currency is unknown, or that has more decimals than its kind."""

    kind = "amount-refused"


@dataclass(frozen=True)
class Received:
    """A receipt to book on a contribution."""

    contribution: Contribution
    command: ReceiptCreate
    is_synthetic: bool = False

    @property
    def stated(self) -> Stated:
        """Its money."""
        return Stated(self.command.amount, self.contribution.currency, self.command.on, self.command.policy)


async def create_contribution(unit: UnitOfWork, command: ContributionCreate) -> Contribution:
    """Record a donor's agreement.

    Raises:
        UnknownKeys: the donor, mechanism or activity does not exist.
        ContributionExists, AmountRefused: see there.
    """
    directory = await look_up(unit.session, [command])
    if await contributions_by_reference(unit.session, [command.reference]):
        raise ContributionExists(command.reference)
    return (await insert_contributions(unit, [(command, command.reference, False)], directory))[0]


async def insert_contributions(
    unit: UnitOfWork, commands: Sequence[tuple[ContributionCreate, str, bool]], directory: Directory
) -> list[Contribution]:
    """Insert agreements that do not exist yet; beside each its reference and whether it is synthetic."""
    refuse_amounts([(one.reference, one.amount, one.currency, one.mechanism) for one, _, _ in commands])
    rows = [
        Contribution(
            id=uuid7(),
            reference=reference,
            donor_id=directory.id_of("donor", command.donor),
            mechanism_code=command.mechanism,
            agreement_on=command.agreement_on,
            amount=command.amount,
            currency=command.currency,
            earmark_kind=command.earmark_kind,
            earmark=command.earmark,
            earmark_sectors=list(command.earmark_sectors),
            earmark_places=list(command.earmark_places),
            activity_id=directory.optional("activity", command.activity),
            protection=command.protection,
            is_synthetic=is_synthetic,
            recorded_at=unit.recorded_at,
            author=unit.actor,
            version=1,
        )
        for command, reference, is_synthetic in commands
    ]
    unit.session.add_all(rows)
    await unit.session.flush()
    for row in rows:
        after = {"reference": row.reference, "amount": f"{row.amount:f}", "currency": row.currency}
        unit.record("contribution.agreed", "contribution", row.id, after=after)
    return rows


async def record_receipt(unit: UnitOfWork, key: UUID | str, command: ReceiptCreate) -> UUID:
    """Book money received on a contribution (`key` is its id or reference); it becomes available. The entry's id.

    Raises:
        ContributionNotFound, AmountRefused: see there.
        RateMissing: the contribution is not in USD, and no rate of the policy is in force on the value date.
        BookedInFuture, ReferenceTaken: see the journal.
    """
    contribution = await contribution_by_key(unit.session, key)
    if contribution is None:
        raise ContributionNotFound(key)
    if command.on < contribution.agreement_on:
        sentence = {
            "fr": f"L'accord est du {contribution.agreement_on} ; rien n'est reçu avant.",
            "en": f"The agreement is of {contribution.agreement_on}; nothing is received before.",
        }
        raise InvalidInput(sentence, [Fault("/on", sentence, "before_agreement")])
    return (await book_receipts(unit, [Received(contribution, command)]))[0]


async def book_receipts(unit: UnitOfWork, received: Sequence[Received]) -> list[UUID]:
    """Book receipts in their order, each at the USD value of its own date."""
    refuse_amounts(
        (
            one.command.reference,
            one.command.amount,
            one.contribution.currency,
            one.contribution.mechanism_code,
        )
        for one in received
    )
    await lock_contributions(unit.session, (one.contribution.id for one in received))
    rates = await rates_for(unit.session, (one.stated for one in received))
    bookings = [await _booking(unit, one, rates) for one in received]
    ids = await book(unit, bookings)
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
    return ids


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


def refuse_amounts(amounts: Iterable[tuple[str | None, Decimal, str, str | None]]) -> None:
    """Raise `AmountRefused` naming every amount (reference, amount, currency, mechanism) of a wrong scale or currency."""
    faults = []
    for reference, amount, currency, mechanism in amounts:
        try:
            money(amount, currency, mechanism)
        except MoneyError as error:
            label = {"fr": f"{reference} : ", "en": f"{reference}: "} if reference else {"fr": "", "en": ""}
            sentence = {"fr": label["fr"] + error.fr, "en": label["en"] + error.en}
            faults.append(Fault("/amount", sentence, "amount_refused"))
    if faults:
        raise AmountRefused(
            {"fr": "Montant(s) refusé(s).", "en": "Amount(s) refused."},
            faults,
        )
