"""Where projects stand, where they have stood, and which bucket of their mechanism that puts them in."""

from functools import cache

from sqlalchemy import ARRAY, CTE, Text, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from shared.domain.lifecycle import State
from shared.facts.in_force import in_force, known, materialised
from shared.facts.parameters import AS_OF
from shared.models import Bucket, Project, Transition


@cache
def project_state() -> CTE:
    """project_id, state, since (the date from which), precision, reason, is_synthetic, transition_id."""
    last = in_force(Transition, "project_id")
    return select(
        last.c.project_id,
        last.c.to_state.label("state"),
        last.c.value_on.label("since"),
        last.c.precision,
        last.c.reason,
        last.c.is_synthetic,
        last.c.id.label("transition_id"),
    ).cte("project_state")


@cache
def project_history() -> CTE:
    """project_id, states (every state held), first_approved_on, approved_on.

    `first_approved_on` is the first date in any state that supposes an approval; `approved_on` that of the
    approval itself, NULL where the project entered the register later in its life.
    """
    rows = known(Transition)
    supposes_approval = rows.c.to_state == any_(literal(sorted(State.ever_approved()), ARRAY(Text)))
    approval = rows.c.to_state == State.APPROVED
    return materialised(
        select(
            rows.c.project_id,
            func.array_agg(rows.c.to_state.distinct(), type_=ARRAY(Text)).label("states"),
            func.min(rows.c.value_on).filter(supposes_approval).label("first_approved_on"),
            func.min(rows.c.value_on).filter(approval).label("approved_on"),
        )
        .group_by(rows.c.project_id)
        .cte("project_history")
    )


@cache
def ever_approved() -> CTE:
    """project_id and first_approved_on of every project that has held a state from approved to closed."""
    history = project_history()
    return (
        select(history.c.project_id, history.c.first_approved_on)
        .where(history.c.first_approved_on.is_not(None))
        .cte("ever_approved")
    )


@cache
def bucket_in_force() -> CTE:
    """Per mechanism and bucket the row in force at `:as_of`: states, ever_states, valid_from."""
    return materialised(
        select(Bucket.mechanism_code, Bucket.bucket, Bucket.states, Bucket.ever_states, Bucket.valid_from)
        .ext(distinct_on(Bucket.mechanism_code, Bucket.bucket))
        .where(Bucket.valid_from <= AS_OF)
        .order_by(Bucket.mechanism_code, Bucket.bucket, Bucket.valid_from.desc())
        .cte("bucket_in_force")
    )


@cache
def bucket_member() -> CTE:
    """mechanism_code, bucket, project_id: each project once in each bucket of its mechanism that counts it."""
    bucket, state, history = bucket_in_force(), project_state(), project_history()
    return materialised(
        select(bucket.c.mechanism_code, bucket.c.bucket, state.c.project_id)
        .select_from(state)
        .join(history, history.c.project_id == state.c.project_id)
        .join(Project, Project.id == state.c.project_id)
        .join(
            bucket,
            and_(
                bucket.c.mechanism_code == Project.mechanism_code,
                state.c.state == any_(bucket.c.states),
                or_(bucket.c.ever_states.is_(None), bucket.c.ever_states.bool_op("&&")(history.c.states)),
            ),
        )
        .cte("bucket_member")
    )
