"""What a register states of sectors and places against what stands: equal facts stay, others are corrected."""

from collections.abc import Sequence
from typing import Any

from services.projects_api.assignments.service import Assignment, Shares, new_assignment, shares_of
from services.projects_api.content.parts import PlacesStated, SectorsStated
from shared.models.base import Base, Fact
from shared.recording.directory import Directory
from shared.recording.facts import REGISTER, Stated, Subject, says_the_same
from shared.unit_of_work import UnitOfWork


def is_synthetic(stated: Stated) -> bool:
    """Whether the register says that the fact was made up."""
    return bool(getattr(stated, "is_synthetic", False))


def reason_of(unit: UnitOfWork, superseded: Fact | None) -> str | None:
    """Why a row is corrected, where the fact itself does not say: that of the unit of work, or that a register says so."""
    return None if superseded is None else unit.reason or REGISTER


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
    if row is not None and says_the_same(row, stated) and shares[row.id] == shares_of(stated, directory):
        return []
    return new_assignment(
        unit,
        subject.id,
        stated,
        directory,
        rows=standing,
        superseded=row,
        is_synthetic=is_synthetic(stated),
        reason=reason_of(unit, row),
    )
