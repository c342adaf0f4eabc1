"""Counts of people planned and reached, of a project or of a group."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.amounts.queries import states_held
from services.projects_api.beneficiaries.schemas import BeneficiariesCommand
from services.projects_api.entry_rules import judge
from services.projects_api.facts import BeneficiaryStated
from services.projects_api.projects.service import open_project, subject_of
from shared.domain.lifecycle import State, was_approved
from shared.models import BeneficiaryCount
from shared.recording.facts import (
    Subject,
    fact_columns,
    insist_on_reason,
    keep_kind,
    row_to_correct,
    standing_rows,
)
from shared.recording.rows import save
from shared.unit_of_work import UnitOfWork

_STATED = {"kind", "unit", "total", "female", "male", "female_share", "qualifier"}


def new_count(
    unit: UnitOfWork,
    subject: Subject,
    stated: BeneficiaryStated,
    *,
    rows: Sequence[BeneficiaryCount],
    superseded: BeneficiaryCount | None = None,
    **facts: Any,
) -> BeneficiaryCount:
    """The count, to be saved; `rows` are the standing counts of the subject."""
    return BeneficiaryCount(
        id=uuid7(),
        **subject.columns,
        **stated.model_dump(include=_STATED),
        **fact_columns(unit, stated, rows, superseded, **facts),
    )


async def record_beneficiaries(
    unit: UnitOfWork, project_id: UUID, command: BeneficiariesCommand
) -> BeneficiaryCount:
    """Record a count of people of a project, or correct one.

    Raises:
        FactNotFound, AlreadyCorrected, CorrectionWithoutReason, DateInFuture: see there.
    """
    project, _ = await open_project(unit, project_id, "projects:edit")
    await judge(unit, command, project.mechanism_code)
    subject = subject_of(project)
    superseded = None
    if command.supersedes_id is not None:
        superseded = await row_to_correct(unit.session, BeneficiaryCount, subject, command.supersedes_id)
        keep_kind(superseded, command.kind)
        is_used = was_approved(State(one) for one in await states_held(unit.session, project_id))
        insist_on_reason(unit, superseded, command.reason, is_used=is_used)
    rows = (await standing_rows(unit.session, BeneficiaryCount, subject.column, [project_id]))[project_id]
    count = new_count(unit, subject, command, rows=rows, superseded=superseded)
    await save(unit.session, [count])
    unit.record(
        "project.beneficiaries_recorded" if superseded is None else "project.beneficiaries_corrected",
        "project",
        project.id,
        before=None if superseded is None else {"id": superseded.id, "total": superseded.total},
        after={"id": count.id, **command.model_dump(mode="json", include=_STATED | {"on"})},
        reason=command.reason,
    )
    unit.changed(project)
    return count
