"""Contributions: agreed, edited, and withdrawn while nothing was booked on them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from uuid_utils.compat import uuid7

from services.funds_api.contributions.agreements import agreed_on, as_signed, content_of, in_words, new_agreement
from services.funds_api.contributions.queries import (
    contribution_by_key,
    contributions_by_reference,
    first_year_of,
    has_entries,
    lock_contributions,
    standing_agreements,
)
from services.funds_api.contributions.schemas import ContributionContent, ContributionCreate, ContributionWritten
from shared.domain.money import MoneyError, money
from shared.entry_dates import not_to_come, not_too_early
from shared.errors import Conflict, Fault, InvalidInput, NotFound
from shared.models import Agreement, Contribution
from shared.recording.directory import Directory, look_up
from shared.references import next_reference
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class ContributionExists(Refusal, Conflict):
    """A reference names one contribution for ever."""

    kind, at, code = "contribution-exists", "/reference", "reference_taken"
    fr = "La contribution {reference} existe déjà ; une référence ne sert qu'une fois."
    en = "The contribution {reference} exists already; a reference is used once only."
    reference: str


class ContributionNotFound(Refusal, NotFound):
    """No contribution of that id or reference is visible."""

    fr = "Aucune contribution « {key} »."
    en = "There is no contribution '{key}'."
    key: UUID | str


class ContributionInUse(Refusal, Conflict):
    """Something was booked on the contribution: it is corrected by entries and amendments, never withdrawn."""

    kind = "contribution-in-use"
    fr = "{reference} a des écritures ; corrigez-les (contre-passation) ou amendez l'accord, mais une contribution sur laquelle on a écrit ne se retire pas."
    en = "{reference} has entries: reverse them or amend the agreement, but a contribution on which something was booked is not withdrawn."
    reference: str


class AmountRefused(InvalidInput):
    """An amount whose currency is unknown, or that has more decimals than its kind."""

    kind = "amount-refused"


async def create_contribution(unit: UnitOfWork, command: ContributionCreate) -> Contribution:
    """Record a donor's agreement; without a reference it gets the next one of its year.

    Raises:
        UnknownKeys: the donor, mechanism or activity does not exist.
        ContributionExists, AmountRefused: see there.
        InvalidInput: it is of a day to come, or of one before the mechanism's first year.
    """
    directory = await look_up(unit.session, command)
    await refuse_impossible_date(unit, "/agreement_on", command.agreement_on, command.mechanism)
    reference = command.reference
    if reference is None:
        prefix = f"CTB-{command.agreement_on.year}"
        reference = await next_reference(unit.session, Contribution, prefix)
    elif await contributions_by_reference(unit.session, [reference]):
        raise ContributionExists(reference)
    return (await insert_contributions(unit, [(command, reference, False)], directory))[0]


async def insert_contributions(
    unit: UnitOfWork, commands: Sequence[tuple[ContributionCreate, str, bool]], directory: Directory
) -> list[Contribution]:
    """Insert agreements that do not exist yet; beside each its reference and whether it is synthetic."""
    refuse_amounts([(reference, one.amount, one.currency, one.mechanism) for one, reference, _ in commands])
    rows = [
        Contribution(
            id=uuid7(),
            reference=reference,
            donor_id=directory.id_of("donor", command.donor),
            mechanism_code=command.mechanism,
            currency=command.currency,
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
    for row, (command, _, _) in zip(rows, commands, strict=True):
        unit.session.add(new_agreement(unit, row, command.agreement_on, as_signed(command, directory)))
        after = {"reference": row.reference, "amount": f"{command.amount:f}", "currency": row.currency}
        unit.record("contribution.agreed", "contribution", row.id, after=after)
    await unit.session.flush()
    return rows


async def open_contribution(unit: UnitOfWork, key: UUID | str) -> tuple[Contribution, list[Agreement]]:
    """A contribution by id or reference, locked, with what stands of its agreements.

    Raises:
        ContributionNotFound: there is none, or it was withdrawn.
    """
    contribution = await contribution_by_key(unit.session, key)
    if contribution is None:
        raise ContributionNotFound(key)
    await lock_contributions(unit.session, [contribution.id])
    standing = (await standing_agreements(unit.session, [contribution.id]))[contribution.id]
    if not standing:
        raise ContributionNotFound(key)
    return contribution, standing


async def written(unit: UnitOfWork, contribution: Contribution) -> ContributionWritten:
    """A contribution after a write, with the agreement that holds today."""
    standing = (await standing_agreements(unit.session, [contribution.id]))[contribution.id]
    agreement = agreed_on(standing, unit.recorded_at.date())
    return ContributionWritten(
        id=contribution.id,
        reference=contribution.reference,
        donor_id=contribution.donor_id,
        mechanism=contribution.mechanism_code,
        agreement_on=standing[0].value_on,
        currency=contribution.currency,
        protection=contribution.protection,
        is_synthetic=contribution.is_synthetic,
        version=contribution.version,
        **{**content_of(agreement), "amount": Decimal(f"{agreement.amount.normalize():f}")},
    )


async def edit_contribution(unit: UnitOfWork, key: UUID | str, content: ContributionContent) -> Contribution:
    """Replace what of a contribution is no fact.

    Raises:
        ContributionNotFound, UnknownKeys: see there.
        PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
    """
    directory = await look_up(unit.session, content)
    contribution, _ = await open_contribution(unit, key)
    unit.expect_version(contribution)
    before = {"activity_id": contribution.activity_id, "protection": contribution.protection}
    contribution.activity_id = directory.optional("activity", content.activity)
    contribution.protection = content.protection
    after = {"activity_id": contribution.activity_id, "protection": contribution.protection}
    unit.record("contribution.edited", "contribution", contribution.id, before=before, after=after)
    unit.changed(contribution)
    return contribution


async def withdraw_contribution(unit: UnitOfWork, key: UUID | str) -> None:
    """Take back a contribution that was recorded wrongly, while nothing was booked on it.

    What was known of it stays known at the moments at which it was; its reference is not used again.

    Raises:
        ContributionNotFound, ContributionInUse: see there.
        PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
    """
    contribution, standing = await open_contribution(unit, key)
    unit.expect_version(contribution)
    if await has_entries(unit.session, contribution.id):
        raise ContributionInUse(contribution.reference)
    unit.session.add_all(
        new_agreement(
            unit, contribution, row.value_on, content_of(row), supersedes=row, reason=unit.reason, is_retraction=True
        )
        for row in standing
    )
    unit.record("contribution.withdrawn", "contribution", contribution.id, before=in_words(standing[0], contribution))
    unit.changed(contribution)


async def refuse_impossible_date(unit: UnitOfWork, pointer: str, on: date, mechanism: str) -> None:
    """Raise `InvalidInput` for an agreement or amendment of a day to come, or before its mechanism's first year."""
    since = await first_year_of(unit.session, mechanism)
    today = unit.recorded_at.date()
    if faults := [*not_to_come(pointer, on, today), *not_too_early(pointer, on, mechanism, since)]:
        raise InvalidInput(faults[0].detail, faults)


def refuse_amounts(amounts: Iterable[tuple[str | None, Decimal, str, str | None]]) -> None:
    """Raise `AmountRefused` naming every amount (reference, amount, currency, mechanism) of a wrong scale or currency."""
    faults = []
    for reference, amount, currency, mechanism in amounts:
        try:
            money(amount, currency, mechanism)
        except MoneyError as error:
            label = {"fr": f"{reference} : ", "en": f"{reference}: "} if reference else {"fr": "", "en": ""}
            said = {"fr": label["fr"] + error.fr, "en": label["en"] + error.en}
            faults.append(Fault("/amount", said, "amount_refused"))
    if faults:
        raise AmountRefused(
            sentence("{count:Montant refusé|Montants refusés}.", "{count:Amount|Amounts} refused.", count=len(faults)),
            faults,
        )
