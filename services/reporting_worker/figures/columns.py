"""The columns that the rows of every figure share, and the parameters of the one statement."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.sql.expression import SQLColumnExpression

from shared.facts import AS_OF
from shared.facts.in_force import materialised
from shared.models import OrganisationName
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
            column("bucket", Text),
            column("minus", ARRAY(Text)),
            column("operands", ARRAY(Text)),
            column("position", Integer),
            column("is_shown", Boolean),
        )
        .render_derived(name="d", with_types=True)
    )
    return materialised(select(rows).cte("definition"))


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


def row(**columns: ColumnElement[object] | object) -> list[ColumnElement[object]]:
    """The columns of a row in their fixed order, NULL where the measure has none."""
    types = {
        "subject_type": Text(),
        "subject_id": Uuid(),
        "cut_id": Uuid(),
        "reference": Text(),
        "title": JSONB(),
        "value": Numeric(),
        "protection_rank": Integer(),
        "is_synthetic": Boolean(),
        "value_on": Date(),
        "recorded_at": DateTime(timezone=True),
        "state": Text(),
        "amount": Numeric(),
        "currency": Text(),
        "policy": Text(),
        "exchange_rate_id": Uuid(),
        "fact_id": Uuid(),
        "parent_reference": Text(),
        "reason": Text(),
    }
    return [cast(columns.get(name, null()), kind).label(name) for name, kind in types.items()]  # type: ignore[arg-type]
