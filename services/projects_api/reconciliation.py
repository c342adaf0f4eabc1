"""What a register states against what stands: equal facts stay, others are recorded, differing ones corrected."""

from collections.abc import Sequence
from typing import Any

from services.projects_api.amounts.service import Rates, new_amount
from services.projects_api.assignments.service import Assignment, Shares, new_assignment, shares_of
from services.projects_api.beneficiaries.service import new_count
from services.projects_api.facts import (
    AmountStated,
    BeneficiaryStated,
    PlacesStated,
    SectorsStated,
    TransitionStated,
)
from services.projects_api.transitions.service import new_transition, refold
from shared.models import Amount, BeneficiaryCount, Transition
from shared.models.base import Base, Fact
from shared.models.project import ConversionBasis
from shared.recording.directory import Directory
from shared.recording.facts import Stated, Subject
from shared.unit_of_work import UnitOfWork

REASON = "import"
"""The reason of a correction that a register brings."""


def is_synthetic(stated: Stated) -> bool:
    """Whether the register says that the fact was made up."""
    return bool(getattr(stated, "is_synthetic", False))


def _reason(unit: UnitOfWork, superseded: Fact | None) -> str | None:
    """Why a row is corrected, where the fact itself does not say: that of the unit of work, or that a register says so."""
    return None if superseded is None else unit.reason or REASON


def _says_the_same(row: Fact, stated: Stated) -> bool:
    return (row.precision, row.source, row.is_synthetic) == (
        stated.precision,
        stated.source,
        is_synthetic(stated),
    )


def transitions(
    unit: UnitOfWork, subject: Subject, stated: Sequence[TransitionStated], standing: Sequence[Transition]
) -> list[Transition]:
    """The transitions to save; matched by state and date, then by state alone (its date is corrected).

    Raises:
        ForbiddenTransition: what stands and what is stated form no walk through the lifecycle.
    """
    rows = list(standing)
    left = list(standing)
    new: list[Transition] = []
    unmatched: list[TransitionStated] = []
    for one in stated:
        row = next((row for row in left if (row.to_state, row.value_on) == (one.to_state, one.on)), None)
        if row is None:
            unmatched.append(one)
            continue
        left.remove(row)
        if not _says_the_same(row, one):
            new.append(_transition(unit, subject, one, rows, row))
    for one in unmatched:
        row = next((row for row in left if row.to_state == one.to_state), None)
        if row is not None:
            left.remove(row)
        new.append(_transition(unit, subject, one, rows, row))
    if new:
        refold(rows)
    return new


def _transition(
    unit: UnitOfWork,
    subject: Subject,
    stated: TransitionStated,
    rows: list[Transition],
    superseded: Transition | None,
) -> Transition:
    row = new_transition(
        unit,
        subject.id,
        stated,
        rows,
        superseded,
        is_synthetic=is_synthetic(stated),
        reason=_reason(unit, superseded),
    )
    if superseded is not None:
        row.from_state = superseded.from_state
        rows.remove(superseded)
    rows.append(row)
    return row


def amounts(
    unit: UnitOfWork,
    subject: Subject,
    stated: Sequence[AmountStated],
    standing: Sequence[Amount],
    rates: Rates,
) -> list[Amount]:
    """The amounts to save, matched by kind and date."""
    rows = list(standing)
    held = {(row.kind, row.value_on): row for row in standing}
    new = []
    for one in stated:
        row = held.get((one.kind, one.on))
        if row is not None and _says_the_same(row, one) and _same_amount(row, one):
            continue
        made = new_amount(
            unit,
            subject,
            one,
            rates,
            rows=rows,
            superseded=row,
            is_synthetic=is_synthetic(one),
            reason=_reason(unit, row),
        )
        rows.append(made)
        new.append(made)
    return new


def _same_amount(row: Amount, stated: AmountStated) -> bool:
    printed = row.usd if row.basis == ConversionBasis.PRINTED else None
    return (
        (row.amount, row.currency, row.qualifier, printed)
        == (stated.amount, stated.currency, stated.qualifier, stated.usd)
        and row.usd_decimals == stated.printed_decimals
        and row.policy in {None, stated.policy}
    )


def counts(
    unit: UnitOfWork,
    subject: Subject,
    stated: Sequence[BeneficiaryStated],
    standing: Sequence[BeneficiaryCount],
) -> list[BeneficiaryCount]:
    """The counts of people to save, matched by kind, unit and date."""
    rows = list(standing)
    held = {(row.kind, row.unit, row.value_on): row for row in standing}
    new = []
    for one in stated:
        row = held.get((one.kind, one.unit, one.on))
        if row is not None and _says_the_same(row, one) and _same_count(row, one):
            continue
        made = new_count(
            unit,
            subject,
            one,
            rows=rows,
            superseded=row,
            is_synthetic=is_synthetic(one),
            reason=_reason(unit, row),
        )
        rows.append(made)
        new.append(made)
    return new


def _same_count(row: BeneficiaryCount, stated: BeneficiaryStated) -> bool:
    names = ("total", "female", "male", "female_share", "qualifier")
    return all(getattr(row, name) == getattr(stated, name) for name in names)


def assignment(
    unit: UnitOfWork,
    subject: Subject,
    stated: SectorsStated | PlacesStated | None,
    directory: Directory,
    *,
    standing: Sequence[Assignment],
    shares: dict[Any, Shares],
) -> list[Base]:
    """The statement of sectors or places to save with its shares, matched by date; `shares` are those held."""
    if stated is None:
        return []
    row = next((row for row in standing if row.value_on == stated.on), None)
    if row is not None and _says_the_same(row, stated) and shares[row.id] == shares_of(stated, directory):
        return []
    return new_assignment(
        unit,
        subject.id,
        stated,
        directory,
        rows=standing,
        superseded=row,
        is_synthetic=is_synthetic(stated),
        reason=_reason(unit, row),
    )
