"""Amendments of what donors agree, and corrections of what was recorded of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.funds_api.contributions.agreements import Agreed, agreed_on, as_amended, content_of, record_agreement
from services.funds_api.contributions.queries import received_on, standing_agreements
from services.funds_api.contributions.schemas import AmendmentCreate
from services.funds_api.contributions.service import open_contribution, refuse_amounts, refuse_impossible_date
from shared.domain.ledger import greatest_excess
from shared.domain.money import Money
from shared.errors import Fault, InvalidInput, NotFound
from shared.models import Agreement, Contribution
from shared.recording.directory import look_up
from shared.recording.facts import FactNotFound, Subject, row_to_correct
from shared.refusal import Refusal
from shared.sentences import fault, sentence
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
    superseded = await _to_correct(unit, contribution, command.supersedes_id)
    await refuse_impossible_date(unit, "/on", command.on, contribution.mechanism_code)
    _refuse_before_agreement(command.on, standing, superseded)
    held = (await received_on(unit.session, [contribution.id]))[contribution.id]
    if superseded is not None and superseded is standing[0]:
        refuse_before(standing, held, command.on)
    before = superseded or agreed_on(standing, command.on)
    content = as_amended(content_of(before), command, directory)
    refuse_amounts([(None, content["amount"], contribution.currency, contribution.mechanism_code)])
    agreed = Agreed(command.on, content, command.reason, command.source)
    record_agreement(unit, contribution, agreed, standing, before=before, superseded=superseded)
    await unit.session.flush()
    await _warn_of_excess(unit, contribution, held)
    return contribution


async def _warn_of_excess(unit: UnitOfWork, contribution: Contribution, held: Mapping[date, Decimal]) -> None:
    """An agreement may fall below what was received: money is then to be returned, or a row was mistyped."""
    standing = await standing_agreements(unit.session, contribution.id)
    if excess := greatest_excess(held, [(row.value_on, row.amount) for row in standing]):
        doubt = fault(
            "/amount",
            "above_agreement",
            "{received} ont été reçus au {on}, mais {agreed} sont alors convenus. Le contrôle "
            "« funds.above_agreement » le montrera tant que cela dure.",
            "{received} was received by {on}, but {agreed} is agreed then. The control 'funds.above_agreement' shows "
            "it as long as this lasts.",
            on=excess.on,
            received=Money(excess.received, contribution.currency),
            agreed=Money(excess.agreed, contribution.currency),
        )
        unit.warn(doubt)


def _refuse_before_agreement(on: date, standing: Sequence[Agreement], superseded: Agreement | None) -> None:
    first = standing[0]
    if on < first.value_on and superseded is not first:
        told = sentence(
            "L'accord est du {first} ; un avenant ne le précède pas.",
            "The agreement is of {first}; no amendment comes before it.",
            first=first.value_on,
        )
        raise InvalidInput(told, [Fault("/on", told, "before_agreement")])


async def _to_correct(unit: UnitOfWork, contribution: Contribution, agreement_id: UUID | None) -> Agreement | None:
    if agreement_id is None:
        return None
    subject = Subject("contribution_id", contribution.id)
    try:
        return await row_to_correct(unit.session, Agreement, subject, agreement_id)
    except FactNotFound:
        raise AgreementNotFound(agreement_id) from None


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
