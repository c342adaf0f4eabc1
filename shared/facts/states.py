"""Where projects stand, where they have stood, and which bucket of their mechanism that puts them in."""

from functools import cache

from sqlalchemy import ARRAY, CTE, ColumnElement, Integer, Text, and_, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from shared.domain.lifecycle import State
from shared.facts.in_force import in_force, known, materialised
from shared.facts.parameters import AS_OF
from shared.models import Bucket, Project, Transition

_ORDER = literal([state.value for state in State], ARRAY(Text))


def _bit(state: ColumnElement[str]) -> ColumnElement[int]:
    """The state's bit, so that a set of states is one number."""
    return literal(1, Integer).bitwise_lshift(func.array_position(_ORDER, state))


@cache
def project_history() -> CTE:
    """One row per project with a known state.

    Columns: project_id, state, since, transition_id and is_synthetic of the last transition, states_held (the set of
    states it has held, as bits), first_approved_on (first date in any state that supposes an approval) and
    approved_on (date of the approval itself, NULL where the project entered the register later in its life).
    """
    rows, last = known(Transition), in_force(Transition, "project_id")
    supposes_approval = rows.c.to_state == any_(literal(sorted(State.ever_approved()), ARRAY(Text)))
    held = (
        select(
            rows.c.project_id,
            func.bit_or(_bit(rows.c.to_state)).label("states_held"),
            func.min(rows.c.value_on).filter(supposes_approval).label("first_approved_on"),
            func.min(rows.c.value_on).filter(rows.c.to_state == State.APPROVED).label("approved_on"),
        )
        .group_by(rows.c.project_id)
        .subquery("held")
    )
    return materialised(
        select(
            last.c.project_id,
            last.c.to_state.label("state"),
            last.c.value_on.label("since"),
            last.c.id.label("transition_id"),
            last.c.is_synthetic,
            held.c.states_held,
            held.c.first_approved_on,
            held.c.approved_on,
        )
        .join(held, held.c.project_id == last.c.project_id)
        .cte("project_history")
    )


@cache
def project_state() -> CTE:
    """project_id, state, since (the date from which), transition_id, is_synthetic."""
    history = project_history()
    return select(
        history.c.project_id,
        history.c.state,
        history.c.since,
        history.c.transition_id,
        history.c.is_synthetic,
    ).cte("project_state")


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
    """Per mechanism and bucket the row in force at `:as_of`: states, ever_states, valid_from, ever_bits."""
    held = func.unnest(Bucket.ever_states, type_=Text).column_valued("held")
    return materialised(
        select(
            Bucket.mechanism_code,
            Bucket.bucket,
            Bucket.states,
            Bucket.ever_states,
            Bucket.valid_from,
            select(func.bit_or(_bit(held), type_=Integer)).scalar_subquery().label("ever_bits"),
        )
        .ext(distinct_on(Bucket.mechanism_code, Bucket.bucket))
        .where(Bucket.valid_from <= AS_OF)
        .order_by(Bucket.mechanism_code, Bucket.bucket, Bucket.valid_from.desc())
        .cte("bucket_in_force")
    )


@cache
def project_class() -> CTE:
    """One row per project with a known state: what puts it in buckets, and who may see it.

    Columns: project_id, class_id, mechanism_code, protection, is_synthetic, state, states_held, transition_id.
    Projects of one mechanism that stand in one state and have held the same ones share a class; classes are few, and
    which buckets a project is in depends on its class alone.
    """
    history = project_history()
    bits = cast(history.c.states_held, Text)
    return materialised(
        select(
            history.c.project_id,
            (Project.mechanism_code + ":" + history.c.state + ":" + bits).label("class_id"),
            Project.mechanism_code,
            Project.protection,
            or_(Project.is_synthetic, history.c.is_synthetic).label("is_synthetic"),
            history.c.state,
            history.c.states_held,
            history.c.transition_id,
        )
        .join(Project, Project.id == history.c.project_id)
        .cte("project_class")
    )


@cache
def class_bucket() -> CTE:
    """class_id, mechanism_code, bucket: each class once in each bucket of its mechanism that counts it."""
    project, bucket = project_class(), bucket_in_force()
    key = (project.c.class_id, project.c.mechanism_code, project.c.state, project.c.states_held)
    classes = select(*key).group_by(*key).subquery("class")
    has_held = classes.c.states_held.bitwise_and(bucket.c.ever_bits) != 0
    return materialised(
        select(classes.c.class_id, classes.c.mechanism_code, bucket.c.bucket)
        .join(
            bucket,
            and_(
                bucket.c.mechanism_code == classes.c.mechanism_code,
                classes.c.state == any_(bucket.c.states),
                or_(bucket.c.ever_bits.is_(None), has_held),
            ),
        )
        .cte("class_bucket")
    )


@cache
def bucket_member() -> CTE:
    """mechanism_code, bucket, project_id: each project once in each bucket of its mechanism that counts it."""
    project, bucket = project_class(), class_bucket()
    return (
        select(bucket.c.mechanism_code, bucket.c.bucket, project.c.project_id)
        .join(project, project.c.class_id == bucket.c.class_id)
        .cte("bucket_member")
    )
