"""The columns that the rows of every figure share, and the parameters of the one statement."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlalchemy.types import TypeEngine

from shared.facts import AS_OF, class_bucket
from shared.facts.in_force import materialised
from shared.models import Announcement, Mechanism, OrganisationName, Project
from shared.models.base import Protection

Rows = Select[*tuple[Any, ...]]

SINCE = bindparam("since", type_=Date())
"""`:since`: first day of the period of which approvals are listed."""

AUDIENCE = bindparam("audience", type_=Text())
"""`:audience`: rows protected beyond it are not shown, only counted."""

LEVELS = literal([level.value for level in Protection], ARRAY(Text))


def rank(protection: SQLColumnExpression[str]) -> ColumnElement[int]:
    """A protection level as a number, 1 for public."""
    return func.array_position(LEVELS, protection, type_=Integer())


def level(number: SQLColumnExpression[int]) -> ColumnElement[str]:
    """The protection level of a rank."""
    return case(*((number == place, known.value) for place, known in enumerate(Protection, start=1)))


@cache
def definition() -> CTE:
    """The wanted definitions, from the JSON parameter `:definitions`."""
    rows = (
        func.jsonb_to_recordset(cast(bindparam("definitions", type_=Text()), JSONB))
        .table_valued(
            column("key", Text),
            column("mechanism", Text),
            column("measure", Text),
            column("unit", Text),
            column("title", JSONB),
            column("formula", JSONB),
            column("base", Text),
            column("bucket", Text),
            column("minus", ARRAY(Text)),
            column("operands", ARRAY(Text)),
            column("position", Integer),
            column("is_shown", Boolean),
        )
        .render_derived(name="d", with_types=True)
    )
    return materialised(select(rows).cte("definition"))


def of_mechanism(code: Any) -> ColumnElement[bool]:
    """Whether a row's mechanism is that of the definition; of one that names none, any that stands in totals."""
    wanted = definition()
    external = select(Mechanism.code).where(Mechanism.is_external)
    return or_(wanted.c.mechanism == code, and_(wanted.c.mechanism.is_(None), code.not_in(external)))


@cache
def organisation_name() -> CTE:
    """organisation_id, name: the name of the day, so that an edition prints that of its date."""
    return materialised(
        select(OrganisationName.organisation_id, OrganisationName.name)
        .ext(distinct_on(OrganisationName.organisation_id))
        .where(OrganisationName.valid_from <= AS_OF)
        .order_by(OrganisationName.organisation_id, OrganisationName.valid_from.desc())
        .cte("organisation_name_of_the_day")
    )


TYPES: dict[str, TypeEngine[Any]] = {
    "subject_type": Text(),
    "subject_id": Uuid(),
    "cut_id": Uuid(),
    "holder_id": Uuid(),
    "value": Numeric(),
    "protection_rank": Integer(),
    "is_synthetic": Boolean(),
    "state": Text(),
    "fact_id": Uuid(),
    "exchange_rate_id": Uuid(),
    "policy": Text(),
}
"""The columns of a row. `cut_id` is the project or group by which it is divided into areas and sectors; `holder_id` whose
money a posting is, where several may be of one; `fact_id` the
transition, amount, posting or donor that puts it there."""


def row(**given: ColumnElement[Any] | InstrumentedAttribute[Any]) -> list[ColumnElement[Any]]:
    """The columns in their fixed order, NULL where the measure has none."""
    return [(given[name] if name in given else cast(null(), kind)).label(name) for name, kind in TYPES.items()]


def of_subject(fact: Any, *columns: Any) -> Select[Any]:
    """The columns beside the reference of the project or group that a fact is of, whose tables may be read too."""
    reference = func.coalesce(Project.reference, Announcement.reference).label("reference")
    return (
        select(reference, *columns)
        .select_from(fact)
        .outerjoin(Project, Project.id == fact.c.project_id)
        .outerjoin(Announcement, Announcement.id == fact.c.announcement_id)
    )


@cache
def figure_class() -> CTE:
    """key, class_id: the classes of projects that each wanted figure counts, by its bucket less its `minus`."""
    wanted, found, elsewhere = definition(), class_bucket(), class_bucket().alias("elsewhere")
    is_elsewhere = exists().where(elsewhere.c.class_id == found.c.class_id, elsewhere.c.bucket == any_(wanted.c.minus))
    return materialised(
        select(wanted.c.key, wanted.c.measure, found.c.class_id)
        .join(found, and_(of_mechanism(found.c.mechanism_code), found.c.bucket == wanted.c.bucket))
        .where(wanted.c.base == wanted.c.key, ~is_elsewhere)
        .cte("figure_class")
    )
