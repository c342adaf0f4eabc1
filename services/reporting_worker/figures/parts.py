"""What stands beside a figure's value: rates, amounts not converted, what is left out, reasons, donors, operands."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, CTE, ColumnElement, Select, Text, any_, case, cast, func, literal, literal_column, select

from services.reporting_worker.figures.beside import converted_row, left_out
from services.reporting_worker.figures.columns import AUDIENCE, definition, organisation_name, rank
from services.reporting_worker.figures.money_rows import donors
from services.reporting_worker.figures.tally import tally
from services.reporting_worker.figures.totals import figure_value
from services.reporting_worker.figures.wording import CAUSES, REASON_UNKNOWN, REASONS
from shared.models import Amount, Announcement, Donor, ExchangeRate, Project
from shared.reading.json import exact, items, jsonb_object, text_of


def _per_figure(key: ColumnElement[str], name: str, line: ColumnElement[Any], *order: Any) -> Select[Any]:
    """key, and the lines that stand beside the figure, in order."""
    return select(key, items(line, *order).label(name)).group_by(key)


@cache
def rates() -> CTE:
    """key, rates: the exchange rates with which what is shown was converted."""
    row, rate = converted_row(), ExchangeRate
    used = (
        select(row.c.key, row.c.exchange_rate_id, row.c.policy)
        .distinct()
        .where(row.c.exchange_rate_id.is_not(None))
        .subquery("rate_used")
    )
    described = jsonb_object(
        id=rate.id,
        base=rate.base,
        quote=rate.quote,
        value=exact(rate.value),
        effective_on=rate.effective_on,
        source=rate.source,
        policy=used.c.policy,
    )
    return (
        _per_figure(used.c.key, "rates", described, rate.quote, rate.effective_on, rate.id)
        .join(rate, rate.id == used.c.exchange_rate_id)
        .cte("rates")
    )


@cache
def unconverted() -> CTE:
    """key, lines: amounts without a rate within the policy, beside the total."""
    row, amount = converted_row(), Amount
    line = jsonb_object(
        reference=func.coalesce(Project.reference, Announcement.reference),
        amount=exact(amount.amount),
        currency=amount.currency,
    )
    return (
        _per_figure(row.c.key, "lines", line, amount.id)
        .join(amount, amount.id == row.c.fact_id)
        .outerjoin(Project, Project.id == amount.project_id)
        .outerjoin(Announcement, Announcement.id == amount.announcement_id)
        .where(row.c.value.is_(None))
        .cte("unconverted")
    )


@cache
def left_out_lines() -> CTE:
    """key, lines: what is not in a sum of money, with why."""
    row = left_out()
    line = jsonb_object(reference=row.c.reference, title=row.c.title, note=text_of(row.c.cause, CAUSES, otherwise=None))
    return (
        _per_figure(row.c.key, "lines", line, row.c.reference)
        .where(row.c.protection_rank <= rank(AUDIENCE))
        .cte("left_out_lines")
    )


@cache
def reasons() -> CTE:
    """What is left of a bucket, by state: a state without a known reason is listed as such."""
    row, wanted = tally(), definition()
    by_state = (
        select(row.c.key, row.c.state, func.sum(row.c.rows).label("projects"))
        .join(wanted, wanted.c.key == row.c.key)
        .where(func.cardinality(wanted.c.minus) > 0)
        .group_by(row.c.key, row.c.state)
        .subquery("by_state")
    )
    is_known = by_state.c.state == any_(literal(list(REASONS), ARRAY(Text)))
    line = jsonb_object(
        key=case((is_known, by_state.c.state), else_=literal("unknown")),
        label=text_of(by_state.c.state, REASONS, otherwise=REASON_UNKNOWN),
        value=cast(by_state.c.projects, Text),
        state=by_state.c.state,
    )
    return _per_figure(by_state.c.key, "parts", line, by_state.c.state).cte("reasons")


def sort_key(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name without accents and case: the alphabetical order of French and English readers (Suède, Suisse)."""
    unaccented = func.regexp_replace(func.normalize(name, literal_column("NFD")), "[\u0300-\u036f]", "", "g")
    return func.lower(unaccented)


@cache
def givers() -> CTE:
    """Donors in the order of each language, those `listed last` at the end."""
    row, donor, called = donors().subquery("given"), Donor, organisation_name()

    def order(language: str) -> ColumnElement[int]:
        name = func.coalesce(called.c.name[language].astext, donor.slug)
        return func.row_number().over(
            partition_by=row.c.key, order_by=(donor.is_listed_last, sort_key(name), donor.slug)
        )

    listed = (
        select(
            row.c.key,
            donor.slug.label("reference"),
            called.c.name.label("title"),
            order("fr").label("fr"),
            order("en").label("en"),
        )
        .join(donor, donor.id == row.c.subject_id)
        .outerjoin(called, called.c.organisation_id == donor.organisation_id)
        .where(row.c.protection_rank <= rank(AUDIENCE))
        .subquery("listed")
    )
    line = jsonb_object(
        key=listed.c.reference,
        label=listed.c.title,
        value=literal("1"),
        order=jsonb_object(fr=listed.c.fr, en=listed.c.en),
    )
    return _per_figure(listed.c.key, "parts", line, listed.c.fr).cte("donors")


@cache
def operands() -> CTE:
    """key, parts: of a share, the two figures that it divides."""
    wanted, operand, value = definition(), definition().alias("operand"), figure_value()
    line = jsonb_object(key=operand.c.key, label=operand.c.title, value=exact(value.c.value))
    place = func.array_position(wanted.c.operands, operand.c.key)
    return (
        _per_figure(wanted.c.key, "parts", line, place)
        .join(operand, operand.c.key == any_(wanted.c.operands))
        .join(value, value.c.key == operand.c.key)
        .cte("operands")
    )
