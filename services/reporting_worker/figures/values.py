"""Every wanted figure as one JSON document, built by Postgres from the rows in the same statement."""

from functools import cache

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from services.reporting_worker.figures.columns import AUDIENCE, definition, organisation_name, rank
from services.reporting_worker.figures.cuts import breakdown, joined_with_cuts, overlap_note
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.json_building import decimal_text, items, json_object, text_of
from services.reporting_worker.figures.money_rows import donors
from services.reporting_worker.figures.rows import left_out
from services.reporting_worker.figures.tally import converted_row, tally
from services.reporting_worker.figures.wording import CAUSES, REASON_UNKNOWN, REASONS
from shared.facts import AS_OF, bucket_in_force
from shared.facts.in_force import materialised
from shared.models import Amount, Announcement, Donor, ExchangeRate, Mechanism, Project

LINK_QUERY = bindparam("link_query", type_=Text())
"""`:link_query`: the query string with which a reader gets the same rows again."""

STATED_KNOWN_AT = bindparam("stated_known_at", type_=Text())
"""`:stated_known_at`: the `known_at` asked for, NULL when the current snapshot is read."""


@cache
def total() -> CTE:
    """Per key: value, number of rows, and both for what the audience is not shown."""
    row = tally()
    hidden = ~row.c.is_visible
    return materialised(
        select(
            row.c.key,
            func.sum(row.c.value).label("value"),
            func.sum(row.c.rows).label("rows"),
            func.sum(row.c.rows).filter(hidden).label("hidden_rows"),
            func.sum(row.c.value).filter(hidden).label("hidden_value"),
            func.sum(row.c.value).filter(row.c.is_visible).label("visible_value"),
            func.sum(row.c.synthetic).label("synthetic_rows"),
        )
        .group_by(row.c.key)
        .cte("total")
    )


@cache
def figure_value() -> CTE:
    """key, value: the figure itself; ratios are computed from their operands' exact values."""
    wanted = definition()
    plain = (
        select(wanted.c.key, func.coalesce(total().c.value, 0).label("value"))
        .outerjoin(total(), total().c.key == wanted.c.base)
        .cte("plain_value")
    )
    above, below = plain.alias("above"), plain.alias("below")
    percent = func.round(100 * above.c.value / func.nullif(below.c.value, 0), 10)
    is_ratio = wanted.c.measure == Measure.RATIO
    return materialised(
        select(wanted.c.key, case((is_ratio, percent), else_=plain.c.value).label("value"))
        .join(plain, plain.c.key == wanted.c.key)
        .outerjoin(above, above.c.key == wanted.c.operands[1])
        .outerjoin(below, below.c.key == wanted.c.operands[2])
        .cte("figure_value")
    )


def _rates() -> CTE:
    row, rate = converted_row(), ExchangeRate
    used = (
        select(row.c.key, row.c.exchange_rate_id, row.c.policy)
        .distinct()
        .where(row.c.exchange_rate_id.is_not(None))
        .subquery("rate_used")
    )
    described = json_object(
        id=rate.id,
        base=rate.base,
        quote=rate.quote,
        value=decimal_text(rate.value),
        effective_on=rate.effective_on,
        source=rate.source,
        policy=used.c.policy,
    )
    return (
        select(
            used.c.key,
            items(described, rate.quote, rate.effective_on, rate.id).label("rates"),
        )
        .join(rate, rate.id == used.c.exchange_rate_id)
        .group_by(used.c.key)
        .cte("rates")
    )


def _unconverted() -> CTE:
    row, amount = converted_row(), Amount
    line = json_object(
        reference=func.coalesce(Project.reference, Announcement.reference),
        amount=decimal_text(amount.amount),
        currency=amount.currency,
    )
    return (
        select(row.c.key, items(line, amount.id).label("lines"))
        .join(amount, amount.id == row.c.fact_id)
        .outerjoin(Project, Project.id == amount.project_id)
        .outerjoin(Announcement, Announcement.id == amount.announcement_id)
        .where(row.c.value.is_(None))
        .group_by(row.c.key)
        .cte("unconverted")
    )


def _left_out() -> CTE:
    row = left_out()
    line = json_object(
        reference=row.c.reference, title=row.c.title, note=text_of(row.c.cause, CAUSES, otherwise=None)
    )
    return (
        select(row.c.key, items(line, row.c.reference).label("lines"))
        .where(row.c.protection_rank <= rank(AUDIENCE))
        .group_by(row.c.key)
        .cte("left_out_lines")
    )


def _reasons() -> CTE:
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
    line = json_object(
        key=case((is_known, by_state.c.state), else_=literal("unknown")),
        label=text_of(by_state.c.state, REASONS, otherwise=REASON_UNKNOWN),
        value=cast(by_state.c.projects, Text),
        state=by_state.c.state,
    )
    return (
        select(by_state.c.key, items(line, by_state.c.state).label("parts"))
        .group_by(by_state.c.key)
        .cte("reasons")
    )


def sort_key(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name without accents and case: the alphabetical order of French and English readers (Suède, Suisse)."""
    unaccented = func.regexp_replace(func.normalize(name, literal_column("NFD")), "[\u0300-\u036f]", "", "g")
    return func.lower(unaccented)


def _donors() -> CTE:
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
    line = json_object(
        key=listed.c.reference,
        label=listed.c.title,
        value=literal("1"),
        order=json_object(fr=listed.c.fr, en=listed.c.en),
    )
    return select(listed.c.key, items(line, listed.c.fr).label("parts")).group_by(listed.c.key).cte("donors")


def _operands() -> CTE:
    wanted, operand, value = definition(), definition().alias("operand"), figure_value()
    line = json_object(key=operand.c.key, label=operand.c.title, value=decimal_text(value.c.value))
    return (
        select(
            wanted.c.key,
            items(line, func.array_position(wanted.c.operands, operand.c.key)).label("parts"),
        )
        .join(operand, operand.c.key == any_(wanted.c.operands))
        .join(value, value.c.key == operand.c.key)
        .group_by(wanted.c.key)
        .cte("operands")
    )


def _links(key: ColumnElement[str]) -> ColumnElement[object]:
    return json_object(
        self=literal("/v1/figures/", Text) + key + "?" + LINK_QUERY,
        rows=literal("/v1/figures/", Text) + key + "/rows?" + LINK_QUERY,
    )


@cache
def figures_document() -> Select[tuple[object]]:
    """One row, one column: the array of the wanted figures in the order of their definitions."""
    wanted, value, sums, bucket = definition(), figure_value(), total(), bucket_in_force()
    rates, unconverted, without = _rates(), _unconverted(), _left_out()
    reasons, givers, operands = _reasons(), _donors(), _operands()
    empty = cast(literal("[]", Text), JSONB)
    area, sector = breakdown("area", sums), breakdown("sector", sums)
    described = json_object(
        key=wanted.c.key,
        mechanism=wanted.c.mechanism,
        since=Mechanism.since,
        title=wanted.c.title,
        unit=wanted.c.unit,
        value=decimal_text(value.c.value),
        formula=wanted.c.formula,
        states=func.to_jsonb(bucket.c.states),
        as_of=AS_OF,
        known_at=STATED_KNOWN_AT,
        read_at=func.clock_timestamp(),
        count=func.coalesce(sums.c.rows, 0),
        synthetic=func.coalesce(sums.c.synthetic_rows, 0),
        breakdowns=json_object(area=area, sector=sector),
        notes=overlap_note(sums),
        parts=func.coalesce(reasons.c.parts, givers.c.parts, operands.c.parts, empty),
        rates=func.coalesce(rates.c.rates, empty),
        unconverted=func.coalesce(unconverted.c.lines, empty),
        left_out=func.coalesce(without.c.lines, empty),
        not_shown=json_object(
            count=func.coalesce(sums.c.hidden_rows, 0),
            value=decimal_text(func.coalesce(sums.c.hidden_value, 0)),
        ),
        links=_links(wanted.c.key),
    )
    joined = wanted.join(value, value.c.key == wanted.c.key).join(
        Mechanism, Mechanism.code == wanted.c.mechanism, isouter=True
    )
    for part in (sums, rates, unconverted, without, reasons, givers, operands):
        joined = joined.join(part, part.c.key == wanted.c.base, isouter=True)
    joined = joined.join(
        bucket,
        and_(bucket.c.mechanism_code == wanted.c.mechanism, bucket.c.bucket == wanted.c.bucket),
        isouter=True,
    )
    return (
        select(
            func.coalesce(func.jsonb_agg(aggregate_order_by(described, wanted.c.position)), empty).label(
                "figures"
            )
        )
        .select_from(joined_with_cuts(joined))
        .where(wanted.c.is_shown)
    )
