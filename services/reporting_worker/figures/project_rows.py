"""Rows of the figures that count projects."""

from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, cast, literal, select

from services.reporting_worker.figures.columns import SINCE, Rows, definition, figure_class, of_mechanism, rank, row
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.population import counted_project
from shared.domain.lifecycle import State
from shared.facts import stands
from shared.models import Transition

_ONE = cast(literal(1), Numeric)


def _columns() -> list[ColumnElement[Any]]:
    project = counted_project()
    return row(
        subject_type=literal("project", Text),
        subject_id=project.c.project_id,
        cut_id=project.c.project_id,
        value=_ONE,
        protection_rank=rank(project.c.protection),
        is_synthetic=project.c.is_synthetic,
        state=project.c.state,
        fact_id=project.c.transition_id,
    )


def in_bucket() -> Rows:
    """One row for each project of the definition's bucket that is in none of its `minus` buckets."""
    wanted, project = figure_class(), counted_project()
    return (
        select(wanted.c.key, *_columns())
        .select_from(wanted)
        .join(project, project.c.class_id == wanted.c.class_id)
        .where(wanted.c.measure == Measure.PROJECTS)
    )


def approved_in_period() -> Rows:
    """One row for each project whose approval itself (not a later entry in the register) is dated in the period."""
    wanted, project = definition(), counted_project()
    approved = (
        select(Transition.project_id)
        .where(Transition.to_state == State.APPROVED, Transition.value_on >= SINCE, *stands(Transition))
        .distinct()
        .subquery("approved")
    )
    return (
        select(wanted.c.key, *_columns())
        .select_from(approved)
        .join(project, project.c.project_id == approved.c.project_id)
        .join(wanted, of_mechanism(project.c.mechanism_code))
        .where(wanted.c.measure == Measure.APPROVALS)
    )
