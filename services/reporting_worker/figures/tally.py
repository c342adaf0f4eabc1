"""The rows of all figures, counted and summed before they are spread over figures: what values are made of.

Projects of one class and one visibility add to the same figures in the same way; so they are added up first, once as
wholes and once by area and by sector, and their few sums are then spread over the figures that count their class.
"""

from functools import cache
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Numeric, and_, case, cast, func, literal, or_, select, union_all

from services.reporting_worker.figures.columns import AUDIENCE, Rows, definition, figure_class, rank
from services.reporting_worker.figures.definitions import Measure, Unit
from services.reporting_worker.figures.money_rows import counted_usd, single_money
from services.reporting_worker.figures.population import IS_EVERYTHING, counted_project
from services.reporting_worker.figures.project_rows import approved_in_period
from shared.domain.lifecycle import State
from shared.facts import area_part, own_amount, sector_part, subject_area, subject_sector
from shared.facts.cuts import PERCENT
from shared.facts.in_force import materialised

Cut = Literal["area", "sector"]

FEWEST_HIDDEN = 3
"""Rows that an audience does not see are in its totals only together with so many of their kind (DESIGN 11).

A kind is what figures never part: the projects of one class and state, or the single rows of one figure. Every sum that
is published, and every difference of such sums, then holds all rows of a kind or none, so that none can be told apart.
"""


def coarse(summed: ColumnElement[Any], largest: ColumnElement[Any]) -> ColumnElement[Any]:
    """A hidden sum to the nearest 1, 2 or 5 times a power of ten that is no less than the largest of its amounts.

    Two publications between which one hidden project came, went or changed then differ by a step or not at all, which
    says nothing of it that the size of the step does not say (deterministic rounding against differencing: Hundepool et
    al., Handbook on Statistical Disclosure Control, 4.4).
    """
    power = func.power(cast(10, Numeric), func.floor(func.log(func.nullif(largest, 0))))
    step = power * case((largest <= power, 1), (largest <= 2 * power, 2), (largest <= 5 * power, 5), else_=10)
    return func.coalesce(func.round(summed / step) * step, 0)


@cache
def project_line() -> CTE:
    """One row per project: its class, whether it is seen, and its own amount in USD by its share, zero where it is void."""
    project, amount = counted_project(), own_amount()
    is_divided = and_(amount.c.id.is_not(None), project.c.share.is_(None))
    return materialised(
        select(
            project.c.project_id,
            project.c.class_id,
            project.c.state,
            project.c.is_synthetic,
            (rank(project.c.protection) <= rank(AUDIENCE)).label("is_visible"),
            case((~is_divided, amount.c.id)).label("amount_id"),
            amount.c.exchange_rate_id,
            amount.c.policy,
            amount.c.is_synthetic.label("is_amount_synthetic"),
            counted_usd(amount, project.c.state == State.CANCELLED, project.c.share).label("usd"),
            is_divided.label("is_divided"),
        )
        .select_from(project)
        .outerjoin(amount, amount.c.project_id == project.c.project_id)
        .cte("project_line")
    )


@cache
def _whole() -> CTE:
    """Projects and amounts by class and visibility."""
    line = project_line()
    key = (line.c.class_id, line.c.state, line.c.is_visible)
    return materialised(
        select(
            *key,
            func.count().label("projects"),
            func.count().filter(line.c.is_synthetic).label("synthetic_projects"),
            func.count(line.c.amount_id).label("amounts"),
            func.count().filter(line.c.is_amount_synthetic).label("synthetic_amounts"),
            func.count().filter(line.c.usd != 0).label("weighty"),
            case(
                (line.c.is_visible, func.sum(line.c.usd)), else_=coarse(func.sum(line.c.usd), func.max(line.c.usd))
            ).label("usd"),
        )
        .group_by(*key)
        .cte("whole")
    )


@cache
def _divided(cut: Cut) -> CTE:
    """What is visible of projects and amounts, by class and part."""
    line, part = project_line(), area_part() if cut == "area" else sector_part()
    key = (line.c.class_id, part.c.slug)
    return materialised(
        select(
            *key,
            func.count().label("projects"),
            func.sum(part.c.weight).label("placed"),
            func.count().filter(part.c.is_several, part.c.weight > 0).label("several"),
            func.sum(line.c.usd * part.c.share * PERCENT).label("usd"),
        )
        .join(part, part.c.project_id == line.c.project_id)
        .where(line.c.is_visible)
        .group_by(*key)
        .cte(f"divided_by_{cut}")
    )


@cache
def single() -> CTE:
    """The rows that are few: approvals of a period, groups, postings, donors."""
    row = union_all(approved_in_period(), *single_money()).subquery("one")
    seen = materialised(select(row, (row.c.protection_rank <= rank(AUDIENCE)).label("is_visible")).cte("single_row"))
    holder = func.coalesce(seen.c.holder_id, seen.c.subject_id)
    hidden = (
        select(seen.c.key, func.count(holder.distinct()).label("holders"))
        .where(~seen.c.is_visible, seen.c.value != 0)
        .group_by(seen.c.key)
        .subquery("hidden_single")
    )
    is_told = or_(seen.c.is_visible, and_(IS_EVERYTHING, func.coalesce(hidden.c.holders, 0) >= FEWEST_HIDDEN))
    kind = [seen.c.key, seen.c.is_visible]
    summed, largest = (func.sum(seen.c.value).over(partition_by=kind), func.max(seen.c.value).over(partition_by=kind))
    is_first = func.row_number().over(partition_by=kind) == 1
    told_value = case(
        (or_(seen.c.is_visible, definition().c.unit != Unit.USD), seen.c.value),
        (is_first, coarse(summed, largest)),  # the first bears the sum of all
        else_=0,
    )
    return materialised(
        select(seen, is_told.label("is_told"), told_value.label("told_value"))
        .outerjoin(hidden, hidden.c.key == seen.c.key)
        .outerjoin(definition(), definition().c.key == seen.c.key)
        .cte("single")
    )


@cache
def tally() -> CTE:
    """key, state, is_visible, rows, synthetic, value: what each figure adds up for the audience, undivided."""
    wanted, whole, one = figure_class(), _whole(), single()

    def spread(measure: Measure, rows: str, synthetic: str, value: str, hides: str) -> Rows:
        return (
            select(
                wanted.c.key,
                whole.c.state,
                whole.c.is_visible,
                whole.c[rows].label("rows"),
                whole.c[synthetic].label("synthetic"),
                cast(whole.c[value], Numeric).label("value"),
            )
            .select_from(wanted)
            .join(whole, whole.c.class_id == wanted.c.class_id)
            .where(
                wanted.c.measure == measure,
                whole.c[rows] > 0,
                or_(whole.c.is_visible, and_(IS_EVERYTHING, whole.c[hides] >= FEWEST_HIDDEN)),
            )
        )

    singly = select(
        one.c.key, one.c.state, one.c.is_visible, literal(1), case((one.c.is_synthetic, 1), else_=0), one.c.told_value
    ).where(one.c.is_told)
    return materialised(
        union_all(
            spread(Measure.PROJECTS, "projects", "synthetic_projects", "projects", "projects"),
            spread(Measure.AMOUNTS, "amounts", "synthetic_amounts", "usd", "weighty"),
            singly,
        ).cte("tally")
    )


@cache
def divided_tally(cut: Cut) -> CTE:
    """key, slug, value, placed, several: what the audience sees of each figure, by its parts."""
    wanted, part = figure_class(), _divided(cut)

    def spread(measure: Measure, value: ColumnElement[Any]) -> Rows:
        return (
            select(wanted.c.key, part.c.slug, cast(value, Numeric).label("value"), part.c.placed, part.c.several)
            .select_from(wanted)
            .join(part, part.c.class_id == wanted.c.class_id)
            .where(wanted.c.measure == measure)
        )

    return union_all(
        spread(Measure.PROJECTS, part.c.projects), spread(Measure.AMOUNTS, part.c.usd), _divided_singly(cut)
    ).cte(f"tally_by_{cut}")


def _divided_singly(cut: Cut) -> Rows:
    one, figure = single(), definition()
    subject = subject_area() if cut == "area" else subject_sector()
    money = one.c.value * subject.c.share * PERCENT
    return (
        select(
            one.c.key,
            subject.c.slug,
            case((figure.c.unit == Unit.USD, money), else_=one.c.value),
            subject.c.weight,
            case((and_(subject.c.is_several, subject.c.weight > 0), 1), else_=0),
        )
        .select_from(one)
        .join(figure, figure.c.key == one.c.key)
        .join(subject, subject.c.subject_id == one.c.cut_id)
        .where(one.c.is_visible)
    )
