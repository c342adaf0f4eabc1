"""What donors agree: recorded as facts, amended from a date on, corrected by rows that supersede; never overwritten."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from uuid_utils.compat import uuid7

from services.funds_api.contributions.schemas import AmendmentStated, ContributionCreate, EarmarkStated
from shared.domain.ledger import greatest_excess
from shared.domain.money import Money
from shared.errors import RuleBroken
from shared.models import Agreement, Contribution
from shared.models.base import Precision
from shared.recording.directory import Directory
from shared.recording.facts import position_on
from shared.recording.rows import columns_of, filled_by
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

Content = Mapping[str, Any]
"""What is agreed: the columns of an agreement that are not a fact's."""

_EARMARK = filled_by(EarmarkStated, Agreement)


class AboveAgreement(Refusal, RuleBroken):
    """More would be received than the donor agreed to give, on that date or a later one."""

    kind, at = "above-agreement", "/amount"
    fr = "{reference} : avec cette somme, {received} seraient reçus au {on}, soit {over} de plus que les {agreed} convenus. Corrigez le montant, ou enregistrez d'abord l'avenant qui porte l'accord à ce montant (POST /v1/contributions/{reference}/amendments)."
    en = "{reference}: with this sum {received} would be received by {on}, {over} more than the {agreed} that are agreed. Correct the amount, or record first the amendment that raises the agreement to it (POST /v1/contributions/{reference}/amendments)."
    reference: str
    on: date
    received: Money
    agreed: Money
    over: Money


def as_signed(command: ContributionCreate, directory: Directory) -> dict[str, Any]:
    """What the agreement says when it is signed."""
    return {"amount": command.amount, **columns_of(_EARMARK, command, directory)}


def as_amended(before: Content, command: AmendmentStated, directory: Directory) -> dict[str, Any]:
    """What it says with the amendment: what that names is new, the rest stays."""
    amount = {} if command.amount is None else {"amount": command.amount}
    earmark = {} if command.earmark is None else columns_of(_EARMARK, command.earmark, directory)
    return {**before, **amount, **earmark}


def content_of(row: Agreement) -> dict[str, Any]:
    """What a recorded agreement says."""
    return {name: getattr(row, name) for name in ("amount", *(one.column for one in _EARMARK))}


def in_words(row: Agreement, contribution: Contribution) -> dict[str, Any]:
    """An agreement for the audit."""
    return {
        "agreement_id": str(row.id),
        "on": row.value_on.isoformat(),
        "amount": f"{row.amount:f}",
        "currency": contribution.currency,
        "earmark_kind": row.earmark_kind,
        "earmark": row.earmark,
    }


def agreed_on(standing: Sequence[Agreement], on: date) -> Agreement:
    """The one that holds on a date; before the first, the first."""
    return next((row for row in reversed(standing) if row.value_on <= on), standing[0])


class Agreed(NamedTuple):
    """What is said to be agreed from a date on, and why and by what that is known."""

    on: date
    content: Content
    reason: str | None = None
    source: str | None = None


def new_agreement(
    unit: UnitOfWork,
    contribution: Contribution,
    agreed: Agreed,
    standing: Sequence[Agreement] = (),
    superseded: Agreement | None = None,
) -> Agreement:
    """A row to be saved: the agreement itself, an amendment, or the correction of one."""
    return Agreement(
        id=uuid7(),
        contribution_id=contribution.id,
        value_on=agreed.on,
        position=position_on(agreed.on, standing, superseded),
        precision=Precision.DAY,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
        supersedes_id=superseded.id if superseded else None,
        reason=agreed.reason,
        source=agreed.source,
        is_synthetic=contribution.is_synthetic,
        is_retraction=False,
        **agreed.content,
    )


def record_agreement(
    unit: UnitOfWork,
    contribution: Contribution,
    agreed: Agreed,
    standing: Sequence[Agreement],
    *,
    before: Agreement | None,
    superseded: Agreement | None,
) -> Agreement:
    """Add an amendment of `before`, or the correction of `superseded`, and note it; the caller holds the lock."""
    row = new_agreement(unit, contribution, agreed, standing, superseded)
    unit.session.add(row)
    unit.record(
        "contribution.corrected" if superseded else "contribution.amended",
        "contribution",
        contribution.id,
        before=in_words(before, contribution) if before else None,
        after=in_words(row, contribution),
        reason=agreed.reason,
    )
    unit.changed(contribution)
    return row


def refuse_excess(
    contribution: Contribution,
    standing: Sequence[Agreement],
    held: Mapping[date, Decimal],
    moved: Mapping[date, Decimal],
) -> None:
    """Raise `AboveAgreement` when what is booked now (`moved`) makes or enlarges an excess over what was agreed."""
    agreed = [(row.value_on, row.amount) for row in standing]
    together = {on: held.get(on, Decimal(0)) + moved.get(on, Decimal(0)) for on in {*held, *moved}}
    before, after = greatest_excess(held, agreed), greatest_excess(together, agreed)
    if after is None or (before is not None and before.over >= after.over):
        return
    raise AboveAgreement(
        contribution.reference,
        after.on,
        received=Money(after.received, contribution.currency),
        agreed=Money(after.agreed, contribution.currency),
        over=Money(after.over, contribution.currency),
    )
