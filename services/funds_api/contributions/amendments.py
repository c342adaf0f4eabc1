"""Amendments of what donors agree, and corrections of what was recorded of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.funds_api.contributions.agreements import agreed_on, as_amended, content_of, in_words, new_agreement
from services.funds_api.contributions.queries import received_on, standing_agreements, successor_of
from services.funds_api.contributions.schemas import AmendmentCreate, AmendmentStated
from services.funds_api.contributions.service import open_contribution, refuse_amounts, refuse_impossible_date
from shared.domain.ledger import greatest_excess
from shared.domain.money import Money
from shared.errors import Fault, InvalidInput, NotFound
from shared.models import Agreement, Contribution
from shared.recording.directory import Directory, look_up
from shared.recording.facts import AlreadyCorrected
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class AgreementNotFound(Refusal, NotFound):
    """The agreement to correct is not one of this contribution."""

    fr = "Aucun accord ni avenant {agreement} n'est enregistré ici ; « agreements » les nomme."
    en = "No agreement or amendment {agreement} is recorded here; 'agreements' names them."
    agreement: UUID


async def amend_agreement(unit: UnitOfWork, key: UUID | str, command: AmendmentCreate) -> Contribution:
    """Record what an agreement says from a date on, or correct what was recorded of it.

    Raises:
        ContributionNotFound, AgreementNotFound, AlreadyCorrected, AmountRefused, UnknownKeys: see there.
        InvalidInput: it holds from a day to come, from before the mechanism's first year or the agreement, or from after a receipt.
    """
    directory = await look_up(unit.session, command)
    contribution, standing = await open_contribution(unit, key)
    superseded = None
    if command.supersedes_id is not None:
        superseded = await row_to_correct(unit, contribution, command.supersedes_id, standing)
    await refuse_impossible_date(unit, "/on", command.on, contribution.mechanism_code)
    _refuse_before_agreement(command.on, standing, superseded)
    held = (await received_on(unit.session, [contribution.id]))[contribution.id]
    if superseded is not None and superseded is standing[0]:
        refuse_before(standing, held, command.on)
    before = superseded or agreed_on(standing, command.on)
    await amend(unit, contribution, command, directory, standing=standing, before=before, superseded=superseded)
    await _warn_of_excess(unit, contribution, held)
    return contribution


async def _warn_of_excess(unit: UnitOfWork, contribution: Contribution, held: Mapping[date, Decimal]) -> None:
    """An agreement may fall below what was received: money is then to be returned, or a row was mistyped."""
    standing = (await standing_agreements(unit.session, [contribution.id]))[contribution.id]
    if excess := greatest_excess(held, [(row.value_on, row.amount) for row in standing]):
        told = sentence(
            "{received} ont été reçus au {on}, mais {agreed} sont alors convenus. Le contrôle "
            "« funds.above_agreement » le montrera tant que cela dure.",
            "{received} was received by {on}, but {agreed} is agreed then. The control 'funds.above_agreement' shows "
            "it as long as this lasts.",
            on=excess.on,
            received=Money(excess.received, contribution.currency),
            agreed=Money(excess.agreed, contribution.currency),
        )
        unit.warn(Fault("/amount", told, "above_agreement"))


async def amend(
    unit: UnitOfWork,
    contribution: Contribution,
    command: AmendmentStated,
    directory: Directory,
    *,
    standing: Sequence[Agreement],
    before: Agreement,
    superseded: Agreement | None = None,
) -> Agreement:
    """Save an amendment of `before`, or with `superseded` its correction; the caller holds the lock."""
    content = as_amended(content_of(before), command, directory)
    mechanism = contribution.mechanism_code
    refuse_amounts([(None, content["amount"], contribution.currency, mechanism)])
    row = new_agreement(
        unit,
        contribution,
        command.on,
        content,
        standing,
        supersedes=superseded,
        reason=command.reason,
        source=command.source,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record(
        "contribution.corrected" if superseded else "contribution.amended",
        "contribution",
        contribution.id,
        before=in_words(before, contribution),
        after=in_words(row, contribution),
        reason=command.reason,
    )
    unit.changed(contribution)
    return row


def _refuse_before_agreement(on: date, standing: Sequence[Agreement], superseded: Agreement | None) -> None:
    first = standing[0]
    if on < first.value_on and superseded is not first:
        told = sentence(
            "L'accord est du {first} ; un avenant ne le précède pas.",
            "The agreement is of {first}; no amendment comes before it.",
            first=first.value_on,
        )
        raise InvalidInput(told, [Fault("/on", told, "before_agreement")])


async def row_to_correct(
    unit: UnitOfWork, contribution: Contribution, agreement_id: UUID, standing: Sequence[Agreement]
) -> Agreement:
    """The standing row that a correction names.

    Raises:
        AgreementNotFound: it is not one of this contribution, or was retracted.
        AlreadyCorrected: another row supersedes it.
    """
    row = next((one for one in standing if one.id == agreement_id), None)
    if row is not None:
        return row
    by = await successor_of(unit.session, agreement_id)
    held = await unit.session.get(Agreement, agreement_id)
    if by is None or held is None or held.contribution_id != contribution.id:
        raise AgreementNotFound(agreement_id)
    raise AlreadyCorrected(agreement_id, by)


def refuse_before(standing: Sequence[Agreement], received: Mapping[date, Decimal], on: date) -> None:
    """Raise `InvalidInput` for an agreement that would begin after money was received on it."""
    first = min((day for day, amount in received.items() if amount > 0), default=None)
    if first is not None and on > first and len(standing) == 1:
        told = sentence(
            "Une somme a été reçue le {first} ; l'accord ne peut pas être du {on}.",
            "Money was received on {first}; the agreement cannot be of {on}.",
            first=first,
            on=on,
        )
        raise InvalidInput(told, [Fault("/on", told, "after_receipt")])
