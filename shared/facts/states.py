"""Where projects stand, where they have stood, and which bucket of their mechanism that puts them in."""

from functools import cache

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    Text,
    all_,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.expression import SQLColumnExpression

from shared.domain.lifecycle import State
from shared.facts.in_force import in_force, materialised, stands
from shared.facts.parameters import AS_OF
from shared.models import Bucket, Project, Transition

_ORDER = literal([state.value for state in State], ARRAY(Text))


def _bit(state: SQLColumnExpression[str]) -> ColumnElement[int]:
    """The state's bit, so that a set of states is one number."""
    return literal(1, Integer).bitwise_lshift(func.array_position(_ORDER, state))


@cache
def project_state() -> CTE:
    """project_id, state, since (the date from which), transition_id, is_synthetic."""
    last = in_force(Transition, "project_id")
    return select(
        last.c.project_id,
        last.c.to_state.label("state"),
        last.c.value_on.label("since"),
        last.c.id.label("transition_id"),
        last.c.is_synthetic,
    ).cte("project_state")


def _past(state: CTE) -> ColumnElement[str]:
    """The states held, as bits in text, where a bucket counts the present state only after certain others; else ''.

    For nearly all projects the present state alone decides: reading their past would be the dearest part of a figure.
    """
    bucket = bucket_in_force()
    listed = func.unnest(bucket.c.states, type_=Text).column_valued("listed")
    doubtful = select(listed).select_from(bucket).where(listed != all_(bucket.c.ever_states))
    held = (
        select(cast(func.bit_or(_bit(Transition.to_state)), Text))
        .where(Transition.project_id == state.c.project_id, *stands(Transition))
        .correlate(state)
        .scalar_subquery()
    )
    return case((state.c.state.in_(doubtful), held), else_="")


@cache
def ever_approved() -> CTE:
    """project_id and first_approved_on, the first date in any state that supposes an approval (approved to closed)."""
    return (
        select(Transition.project_id, func.min(Transition.value_on).label("first_approved_on"))
        .where(Transition.to_state == any_(literal(sorted(State.ever_approved()), ARRAY(Text))), *stands(Transition))
        .group_by(Transition.project_id)
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

    Columns: project_id, class_id, mechanism_code, protection, is_synthetic, state, transition_id. Projects of one
    mechanism that stand in one state, and of which the buckets ask no more or the same past, share a class; classes
    are few, and which buckets a project is in depends on its class alone.
    """
    state = project_state()
    return materialised(
        select(
            state.c.project_id,
            (Project.mechanism_code + ":" + state.c.state + ":" + _past(state)).label("class_id"),
            Project.mechanism_code,
            Project.protection,
            or_(Project.is_synthetic, state.c.is_synthetic).label("is_synthetic"),
            state.c.state,
            state.c.transition_id,
        )
        .join(Project, Project.id == state.c.project_id)
        .cte("project_class")
    )


@cache
def class_bucket() -> CTE:
    """class_id, mechanism_code, bucket: each class once in each bucket of its mechanism that counts it."""
    project, bucket = project_class(), bucket_in_force()
    found = select(project.c.class_id).distinct().subquery("found")
    part = [func.split_part(found.c.class_id, ":", place) for place in (1, 2, 3)]
    classes = select(
        found.c.class_id,
        part[0].label("mechanism_code"),
        part[1].label("state"),
        cast(func.nullif(part[2], ""), Integer).label("bits"),
    ).subquery("class")
    has_held = or_(classes.c.state == any_(bucket.c.ever_states), classes.c.bits.bitwise_and(bucket.c.ever_bits) != 0)
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
