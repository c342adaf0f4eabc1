"""The rows behind every figure: one common table expression of which values, lists and totals are aggregates."""

from functools import cache

from sqlalchemy import CTE, select, union_all

from services.reporting_worker.figures.columns import AUDIENCE, rank
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.money_rows import donors, group_amounts, own_amounts, postings
from services.reporting_worker.figures.project_rows import approved_in_period, in_bucket
from shared.domain.ledger import AccountKind
from shared.facts.in_force import materialised
from shared.models.journal import EntryKind


@cache
def figure_row() -> CTE:
    """Every row of every wanted figure: `key`, the columns of `row`, and whether the audience sees it."""
    rows = union_all(
        in_bucket(),
        approved_in_period(),
        own_amounts(),
        group_amounts(),
        postings(Measure.RECEIPTS, AccountKind.AVAILABLE, EntryKind.RECEIPT),
        postings(Measure.ALLOCATIONS, AccountKind.ALLOCATED, EntryKind.ALLOCATION),
        donors(),
    ).subquery("counted")
    is_visible = rows.c.protection_rank <= rank(AUDIENCE)
    return materialised(select(rows, is_visible.label("is_visible")).cte("figure_row"))
