"""Amounts: recorded with the rate that converts them, corrected by rows that supersede, held under the ceiling."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.entry.rules import judge
from services.projects_api.fact_kinds.amounts import AMOUNTS, AmountStated, Rates, rate_wanted, rates_for
from services.projects_api.opened import ceiling_on, is_approved, open_project, subject_of
from shared.domain.money import EXACT, Money
from shared.errors import Fault, RateMissing, RuleBroken
from shared.facts.rates import FUNCTIONAL, RateInForce, RateWanted, rates_in_force
from shared.models import Amount, Policy, Project
from shared.models.project import AmountKind, ConversionBasis
from shared.models.rate import RateSource
from shared.permissions import require
from shared.recording.facts import SecondPersonDecides, Subject, standing_rows
from shared.recording.rows import save
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class AboveCeiling(RuleBroken):
    """The amount of an approved project may not pass the mechanism's ceiling."""

    kind = "above-ceiling"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail, faults=[fault])


class _NotRequested(SecondPersonDecides):
    at, code = "/amount", "not_requested"
    fr = "Le projet est approuvé : qu'une autre personne enregistre d'abord le montant demandé (« requested ») ; un approbateur énonce ensuite celui qui compte."
    en = "The project is approved: let another person first record the amount that is 'requested'; an approver then states the one that counts."


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


async def record_amount(unit: UnitOfWork, project_id: UUID, command: Any) -> Amount:
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
    was_approved = await is_approved(unit.session, project_id)
    superseded = await AMOUNTS.to_correct(unit, subject, command, is_used=was_approved)
    if not was_approved or command.kind not in AmountKind.counted():
        require(unit.principal, "projects:edit", ownership)
        rates = await rates_for(unit, [command])
    else:
        require(unit.principal, "projects:approve", ownership)
        await _refuse_unless_asked(unit, subject)
        rates = await _rates_after_approval(unit, project.mechanism_code, command)
    amount = await AMOUNTS.add(unit, subject, command, superseded=superseded, prepared=rates)
    unit.changed(project)
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
        before=AMOUNTS.described(amount),
        after=AMOUNTS.described(converted),
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
        raise _NotRequested


async def _rates_after_approval(unit: UnitOfWork, mechanism: str, command: Any) -> Rates:
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
