"""Amounts: recorded with the rate that converts them, corrected by rows that supersede, held under the ceiling."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.amounts.queries import ceiling_on, described, states_held
from services.projects_api.amounts.schemas import AmountCommand
from services.projects_api.entry_rules import judge
from services.projects_api.facts import AmountStated
from services.projects_api.projects.service import open_project, subject_of
from shared.domain.conversion import QUANTUM, RATE_WHOLE_DIGITS
from shared.domain.lifecycle import State, was_approved
from shared.domain.money import EXACT, Money, MoneyError, money
from shared.errors import Fault, InvalidInput, RateMissing, RuleBroken
from shared.facts.rates import FUNCTIONAL, RateInForce, RateWanted, rates_in_force
from shared.models import Amount, Policy, Project
from shared.models.project import AmountKind, ConversionBasis
from shared.models.rate import RateSource
from shared.permissions import require
from shared.recording.facts import (
    SecondPersonDecides,
    Subject,
    fact_columns,
    insist_on_reason,
    keep_kind,
    row_to_correct,
    standing_rows,
)
from shared.recording.rows import save
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

IMPLIED_LIMIT = Decimal(10) ** RATE_WHOLE_DIGITS
"""A printed value far from its amount implies a rate that no column holds; then none is noted."""

Rates = dict[RateWanted, RateInForce | RateMissing]


class NotBookable(InvalidInput):
    """The amount has more decimals than its kind, or a currency that is not known."""

    def __init__(self, problem: MoneyError, pointer: str) -> None:
        super().__init__(problem.detail, faults=[Fault(pointer, problem.detail, "not_bookable")])


class AboveCeiling(RuleBroken):
    """The amount of an approved project may not pass the mechanism's ceiling."""

    kind = "above-ceiling"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail, faults=[fault])


_NOT_ASKED = {
    "fr": "Le projet est approuvé : qu'une autre personne enregistre d'abord le montant demandé (« requested ») ; "
    "un approbateur énonce ensuite celui qui compte.",
    "en": "The project is approved: let another person first record the amount that is 'requested'; an approver then "
    "states the one that counts.",
}


def rate_wanted(stated: AmountStated) -> RateWanted | None:
    """The rate that its conversion needs; None where it is in USD or the document prints USD."""
    if stated.currency == FUNCTIONAL or stated.usd is not None:
        return None
    return RateWanted(stated.policy, stated.currency, stated.on)


async def rates_for(unit: UnitOfWork, amounts: Iterable[AmountStated]) -> Rates:
    """The rates in force for all these amounts, or why one is missing, in one round trip."""
    return await rates_in_force(unit.session, [one for one in map(rate_wanted, amounts) if one is not None])


def new_amount(
    unit: UnitOfWork,
    subject: Subject,
    stated: AmountStated,
    rates: Rates,
    *,
    rows: Sequence[Amount],
    superseded: Amount | None = None,
    **facts: Any,
) -> Amount:
    """The amount, converted as far as a rate is held; to be saved. `rows` are those standing of the subject.

    Raises:
        NotBookable: too many decimals for the kind, or an unknown currency.
        DateInFuture: it holds from a day to come.
    """
    _refuse_unless_bookable(stated, subject.mechanism)
    return Amount(
        id=uuid7(),
        **subject.columns,
        kind=stated.kind,
        amount=stated.amount,
        currency=stated.currency,
        qualifier=stated.qualifier,
        **_conversion(stated, rates),
        **fact_columns(unit, stated, rows, superseded, **facts),
    )


def _refuse_unless_bookable(stated: AmountStated, mechanism: str | None) -> None:
    try:
        money(stated.amount, stated.currency, mechanism)
    except MoneyError as problem:
        raise NotBookable(problem, "/amount") from problem
    if stated.usd is not None:
        try:
            money(stated.usd, FUNCTIONAL, mechanism)
        except MoneyError as problem:
            raise NotBookable(problem, "/usd") from problem


def _conversion(stated: AmountStated, rates: Rates) -> dict[str, Any]:
    """The columns of the USD value: stated, printed, at a rate, or none."""
    if stated.currency == FUNCTIONAL:
        return {"basis": ConversionBasis.IDENTITY, "usd": stated.amount.quantize(QUANTUM)}
    if stated.usd is not None:
        implied = EXACT.divide(stated.amount, stated.usd).quantize(QUANTUM, context=EXACT)
        return {
            "basis": ConversionBasis.PRINTED,
            "usd": stated.usd.quantize(QUANTUM),
            "usd_decimals": stated.printed_decimals,
            "rate": implied if 0 < implied < IMPLIED_LIMIT else None,
        }
    wanted = rate_wanted(stated)
    assert wanted is not None
    rate = rates[wanted]
    if isinstance(rate, RateMissing):
        return {"basis": ConversionBasis.UNCONVERTED, "policy": wanted.policy}
    return {
        "basis": ConversionBasis.RATE,
        "usd": rate.convert(stated.amount, stated.currency),
        "policy": wanted.policy,
        "exchange_rate_id": rate.id,
        "rate": rate.value,
    }


def usd_at(row: Amount | AmountStated, rate: RateInForce | None) -> Decimal | None:
    """The USD value for a ceiling: at the rate of the date, or as printed where that is more; nobody types it away."""
    if row.currency == FUNCTIONAL:
        return row.amount
    printed = row.usd if isinstance(row, AmountStated) or row.basis == ConversionBasis.PRINTED else None
    values = [] if rate is None else [rate.convert(row.amount, row.currency)]
    return max([*values, *([] if printed is None else [printed])], default=None)


def ceiling_fault(usd: Decimal, ceiling: Policy) -> Fault | None:
    """The reason why an amount passes the ceiling, with both figures; None under it."""
    if usd <= ceiling.value:
        return None
    cent = Decimal("0.01")
    said = sentence(
        "{found} : c'est {excess} de plus que le plafond de {limit} en vigueur depuis le {since} (« {source} »).",
        "{found} is {excess} above the ceiling of {limit} in force since {since} ('{source}').",
        found=Money(usd.quantize(cent, context=EXACT), FUNCTIONAL),
        excess=Money((usd - ceiling.value).quantize(cent, context=EXACT), FUNCTIONAL),
        limit=Money(ceiling.value, ceiling.currency or FUNCTIONAL),
        since=ceiling.valid_from,
        source=ceiling.source,
    )
    return Fault("/amount", said, "above_ceiling")


async def record_amount(unit: UnitOfWork, project_id: UUID, command: AmountCommand) -> Amount:
    """Record an amount of a project, or correct one; drafts are saved without a rate, as unconverted.

    Raises:
        RateMissing: the project is approved, the amount counts and no rate within the policy is held.
        AboveCeiling: the project is approved and the amount passes the mechanism's ceiling.
        SecondPersonDecides, NotPermitted: it is approved, the amount counts, and nobody else asked for it, or the caller
            is no approver.
        FactNotFound, AlreadyCorrected, CorrectionWithoutReason: see there.
    """
    project, ownership = await open_project(unit, project_id, "projects:revise")
    await judge(unit, command, project.mechanism_code)
    subject = subject_of(project)
    is_approved = was_approved(State(one) for one in await states_held(unit.session, project_id))
    superseded = None
    if command.supersedes_id is not None:
        superseded = await row_to_correct(unit.session, Amount, subject, command.supersedes_id)
        keep_kind(superseded, command.kind)
        insist_on_reason(unit, superseded, command.reason, is_used=is_approved)
    if not is_approved or command.kind not in AmountKind.counted():
        require(unit.principal, "projects:edit", ownership)
        rates = await rates_for(unit, [command])
    else:
        require(unit.principal, "projects:approve", ownership)
        await _refuse_unless_asked(unit, subject)
        rates = await _rates_after_approval(unit, project.mechanism_code, command)
    amount = await add_amount(unit, project, command, rates, superseded=superseded)
    unit.changed(project)
    return amount


async def add_amount(
    unit: UnitOfWork,
    project: Project,
    stated: AmountStated,
    rates: Rates,
    *,
    superseded: Amount | None = None,
) -> Amount:
    """Save an amount of a project that is open for change, and record that.

    Raises:
        NotBookable, DateInFuture: see there.
    """
    subject = subject_of(project)
    rows = (await standing_rows(unit.session, Amount, subject.column, [project.id]))[project.id]
    amount = new_amount(unit, subject, stated, rates, rows=rows, superseded=superseded)
    await save(unit.session, [amount])
    unit.record(
        "project.amount_recorded" if superseded is None else "project.amount_corrected",
        "project",
        project.id,
        before=None if superseded is None else described(superseded),
        after=described(amount),
        reason=stated.reason,
    )
    return amount


async def correct_conversion(
    unit: UnitOfWork, project: Project, amount: Amount, rate: RateInForce | RateMissing | None
) -> None:
    """At approval, an amount that was saved unconverted is superseded by itself at the rate of its own date."""
    if amount.basis != ConversionBasis.UNCONVERTED:
        return
    assert isinstance(rate, RateInForce)
    converted = Amount(
        **{name: getattr(amount, name) for name in _CARRIED},
        id=uuid7(),
        usd=rate.convert(amount.amount, amount.currency),
        basis=ConversionBasis.RATE,
        policy=rate.source,
        exchange_rate_id=rate.id,
        rate=rate.value,
        supersedes_id=amount.id,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
        reason="converted at approval",
    )
    await save(unit.session, [converted])
    unit.record(
        "project.amount_corrected",
        "project",
        project.id,
        before=described(amount),
        after=described(converted),
        reason=converted.reason,
    )


_CARRIED = (
    "project_id", "announcement_id", "kind", "amount", "currency", "qualifier", "value_on", "precision", "position",
    "source", "is_synthetic",
)  # fmt: skip


async def _refuse_unless_asked(unit: UnitOfWork, subject: Subject) -> None:
    """Another person has stated an amount since the last one that counts."""
    rows = (await standing_rows(unit.session, Amount, subject.column, [subject.id]))[subject.id]
    last = max((row.recorded_at for row in rows if row.kind in AmountKind.counted()), default=None)
    if not any(
        row.kind not in AmountKind.counted()
        and row.recorded_by != unit.actor
        and (last is None or row.recorded_at > last)
        for row in rows
    ):
        raise SecondPersonDecides("/amount", _NOT_ASKED, "not_requested")


async def _rates_after_approval(unit: UnitOfWork, mechanism: str, command: AmountCommand) -> Rates:
    """What approval asked of the amount, each later amount that counts must hold as well.

    The ceiling is judged at the United Nations' own rate, whatever a document prints and an agreement fixes.
    """
    ceiling = await ceiling_on(unit.session, mechanism, command.on)
    wanted = [one for one in [rate_wanted(command)] if one is not None]
    judging = RateWanted(RateSource.UNORE, command.currency, command.on)
    if ceiling is not None and command.currency != FUNCTIONAL:
        wanted.append(judging)
    found = await rates_in_force(unit.session, wanted)
    for rate in found.values():
        if isinstance(rate, RateMissing):
            raise rate
    if ceiling is not None:
        held = found.get(judging)
        usd = usd_at(command, held if isinstance(held, RateInForce) else None)
        if usd is not None and (fault := ceiling_fault(usd, ceiling)) is not None:
            raise AboveCeiling(fault)
    return found
