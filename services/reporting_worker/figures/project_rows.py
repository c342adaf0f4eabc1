"""Rows of the figures that count projects."""

from sqlalchemy import Subquery, and_, any_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from services.reporting_worker.figures.columns import SINCE, Rows, definition, rank, row
from services.reporting_worker.figures.definitions import Measure
from shared.facts import AS_OF, bucket_member, project_history, project_state
from shared.models import Project, Transition


def _project_rows(hits: Subquery) -> Rows:
    """One row for each (key, project_id) of `hits`."""
    state, fact = project_state(), Transition
    return (
        select(
            hits.c.key,
            *row(
                subject_type=literal("project"),
                subject_id=Project.id,
                cut_id=Project.id,
                reference=Project.reference,
                title=Project.title,
                value=literal(1),
                protection_rank=rank(Project.protection),
                is_synthetic=or_(Project.is_synthetic, state.c.is_synthetic),
                value_on=state.c.since,
                recorded_at=fact.recorded_at,
                state=state.c.state,
                fact_id=state.c.transition_id,
                reason=state.c.reason,
            ),
        )
        .select_from(hits)
        .join(Project, Project.id == hits.c.project_id)
        .join(state, state.c.project_id == hits.c.project_id)
        .join(fact, fact.id == state.c.transition_id)
    )


def in_bucket() -> Rows:
    """One row for each project of the definition's bucket that is in none of its `minus` buckets."""
    wanted, member = definition(), bucket_member()
    elsewhere = aliased(member)
    excluded = (
        select(wanted.c.key, elsewhere.c.project_id)
        .join(
            elsewhere,
            and_(
                elsewhere.c.mechanism_code == wanted.c.mechanism, elsewhere.c.bucket == any_(wanted.c.minus)
            ),
        )
        .cte("excluded")
    )
    return _project_rows(
        select(wanted.c.key, member.c.project_id)
        .join(member, and_(member.c.mechanism_code == wanted.c.mechanism, member.c.bucket == wanted.c.bucket))
        .where(
            wanted.c.measure == Measure.PROJECTS,
            ~exists().where(excluded.c.key == wanted.c.key, excluded.c.project_id == member.c.project_id),
        )
        .subquery("bucketed")
    )


def approved_in_period() -> Rows:
    """One row for each project whose approval itself (not a later entry in the register) is dated in the period."""
    wanted, history = definition(), project_history()
    return _project_rows(
        select(wanted.c.key, history.c.project_id)
        .select_from(wanted)
        .join(Project, Project.mechanism_code == wanted.c.mechanism)
        .join(history, history.c.project_id == Project.id)
        .where(wanted.c.measure == Measure.APPROVALS, history.c.approved_on.between(SINCE, AS_OF))
        .subquery("approved")
    )
