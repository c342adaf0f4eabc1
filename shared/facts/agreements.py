"""What donors agreed, as of a date and as known at a moment."""

from functools import cache

from sqlalchemy import CTE, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from shared.facts.in_force import stands_from_any_date
from shared.facts.parameters import AS_OF
from shared.models import Agreement


@cache
def agreement_in_force() -> CTE:
    """The agreement of each contribution that holds on `:as_of`; before the day it was signed, the first one.

    Columns: contribution_id, agreement_on (of the first), value_on, amount, earmark_kind, earmark, earmark_sectors,
    earmark_places. A contribution that is not known, or was withdrawn, has no row.
    """
    first_on = func.min(Agreement.value_on).over(partition_by=Agreement.contribution_id)
    standing = (
        select(Agreement, first_on.label("agreement_on"))
        .where(*stands_from_any_date(Agreement))
        .subquery("standing_agreement")
    )
    row = standing.c
    begun = case((row.value_on <= AS_OF, row.value_on))
    return (
        select(
            row.contribution_id,
            row.agreement_on,
            row.value_on,
            row.amount,
            row.earmark_kind,
            row.earmark,
            row.earmark_sectors,
            row.earmark_places,
        )
        .ext(distinct_on(row.contribution_id))
        .order_by(
            row.contribution_id, begun.desc().nulls_last(), row.value_on, row.position.desc(), row.recorded_at.desc()
        )
        .cte("agreement_in_force")
    )
