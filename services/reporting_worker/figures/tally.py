"""The rows of all figures, counted and summed before they are spread over figures: what values are made of.

Projects that are of one class, divided alike and protected alike add to the same figures in the same way; so they are
added up first, once, and their few sums are then spread over the figures that count their class.
"""

from functools import cache

from sqlalchemy import (
    CTE,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from services.reporting_worker.figures.columns import AUDIENCE, figure_class, rank
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.money_rows import donors, group_amounts, own_amounts, postings
from services.reporting_worker.figures.project_rows import approved_in_period
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.facts import area_profile, group_profile, own_amount, project_class, sector_profile
from shared.facts.in_force import materialised
from shared.models.journal import EntryKind
from shared.models.project import AmountKind


@cache
def _project_cell() -> CTE:
    """Projects and their own amounts by class, protection, area profile and sector profile."""
    project, amount = project_class(), own_amount()
    area, sector = area_profile(), sector_profile()
    is_void = and_(project.c.state == State.CANCELLED, amount.c.kind != AmountKind.FINAL)
    key = (
        project.c.class_id,
        project.c.state,
        project.c.protection,
        area.c.profile.label("area"),
        sector.c.profile.label("sector"),
    )
    return materialised(
        select(
            *key,
            func.count().label("projects"),
            func.count().filter(project.c.is_synthetic).label("synthetic_projects"),
            func.count(amount.c.id).label("amounts"),
            func.count().filter(amount.c.is_synthetic).label("synthetic_amounts"),
            func.sum(case((is_void, 0), else_=amount.c.usd)).label("usd"),
        )
        .select_from(project)
        .outerjoin(amount, amount.c.project_id == project.c.project_id)
        .outerjoin(area, area.c.project_id == project.c.project_id)
        .outerjoin(sector, sector.c.project_id == project.c.project_id)
        .group_by(project.c.class_id, project.c.state, project.c.protection, area.c.profile, sector.c.profile)
        .cte("project_cell")
    )


def _cells(measure: Measure, rows: str, synthetic: str, value: str) -> Select[*tuple[object, ...]]:
    wanted, cell = figure_class(), _project_cell()
    return (
        select(
            wanted.c.key,
            cell.c.area,
            cell.c.sector,
            cell.c.state,
            rank(cell.c.protection).label("protection_rank"),
            cell.c[rows].label("rows"),
            cell.c[synthetic].label("synthetic"),
            cast(cell.c[value], Numeric).label("value"),
        )
        .select_from(wanted)
        .join(cell, cell.c.class_id == wanted.c.class_id)
        .where(wanted.c.measure == measure, cell.c[rows] > 0)
    )


def _singly() -> Select[*tuple[object, ...]]:
    """The rows that are few: approvals of a period, groups, postings, donors."""
    row = union_all(
        approved_in_period(),
        group_amounts(),
        postings(Measure.RECEIPTS, AccountKind.AVAILABLE, EntryKind.RECEIPT),
        postings(Measure.ALLOCATIONS, AccountKind.ALLOCATED, EntryKind.ALLOCATION),
        donors(),
    ).subquery("single")
    area, sector, group = area_profile(), sector_profile(), group_profile()
    return (
        select(
            row.c.key,
            func.coalesce(area.c.profile, group.c.area),
            func.coalesce(sector.c.profile, group.c.sector),
            row.c.state,
            row.c.protection_rank,
            literal(1),
            case((row.c.is_synthetic, 1), else_=0),
            row.c.value,
        )
        .outerjoin(area, area.c.project_id == row.c.cut_id)
        .outerjoin(sector, sector.c.project_id == row.c.cut_id)
        .outerjoin(group, group.c.announcement_id == row.c.cut_id)
    )


@cache
def tally() -> CTE:
    """key, area and sector (profiles), state, rows, synthetic, value, is_visible."""
    added = union_all(
        _cells(Measure.PROJECTS, "projects", "synthetic_projects", "projects"),
        _cells(Measure.AMOUNTS, "amounts", "synthetic_amounts", "usd"),
        _singly(),
    ).subquery("added")
    is_visible = added.c.protection_rank <= rank(AUDIENCE)
    return materialised(select(added, is_visible.label("is_visible")).cte("tally"))


@cache
def converted_row() -> CTE:
    """Rows of sums that were converted at a rate, or not at all: key, value, fact_id, exchange_rate_id, policy."""
    row = union_all(
        own_amounts(),
        group_amounts(),
        postings(Measure.RECEIPTS, AccountKind.AVAILABLE, EntryKind.RECEIPT),
        postings(Measure.ALLOCATIONS, AccountKind.ALLOCATED, EntryKind.ALLOCATION),
    ).subquery("of_money")
    return (
        select(row.c.key, row.c.value, row.c.fact_id, row.c.exchange_rate_id, row.c.policy)
        .where(
            row.c.exchange_rate_id.is_not(None) | row.c.value.is_(None),
            row.c.protection_rank <= rank(AUDIENCE),
        )
        .cte("converted_row")
    )
