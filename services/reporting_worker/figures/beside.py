"""Rows that stand beside a sum of money: those converted at a rate or not at all, and what is left out, with why."""

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Text, exists, literal, select, union_all

from services.reporting_worker.figures.columns import (
    Rows,
    definition,
    figure_class,
    of_mechanism,
    organisation_name,
    rank,
)
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.money_rows import group_counted
from services.reporting_worker.figures.tally import project_line, single
from shared.facts import AS_OF, agreement_in_force, group_amount, group_member, posting_effective
from shared.facts.in_force import materialised
from shared.models import Announcement, Contribution, Donor, Project
from shared.models.journal import EntryKind


@cache
def converted_row() -> CTE:
    """Visible rows of sums that were converted at a rate, or not at all: key, value, fact_id, exchange_rate_id, policy."""
    wanted, line, one = figure_class(), project_line(), single()
    own = (
        select(
            wanted.c.key,
            line.c.usd.label("value"),
            line.c.amount_id.label("fact_id"),
            line.c.exchange_rate_id,
            line.c.policy,
        )
        .select_from(line)
        .join(wanted, wanted.c.class_id == line.c.class_id)
        .where(
            wanted.c.measure == Measure.AMOUNTS,
            line.c.is_visible,
            line.c.amount_id.is_not(None),
            line.c.exchange_rate_id.is_not(None) | line.c.usd.is_(None),
        )
    )
    singly = select(one.c.key, one.c.value, one.c.fact_id, one.c.exchange_rate_id, one.c.policy).where(
        one.c.is_visible, one.c.exchange_rate_id.is_not(None) | one.c.value.is_(None)
    )
    return union_all(own, singly).cte("converted_row")


@cache
def left_out() -> CTE:
    """key, reference, title, cause: what a reader might expect in a sum of money and does not find, with why."""
    return union_all(_without_amount(), _divided(), _groups_in_part(), _not_received()).cte("left_out")


def _left_out(key: ColumnElement[str], subject: Any, cause: str, title: Any = None) -> Select[Any]:
    return select(
        key,
        subject.reference,
        subject.title if title is None else title,
        literal(cause, Text).label("cause"),
        rank(subject.protection).label("protection_rank"),
    )


def _without_amount() -> Rows:
    """Counted projects of which no amount is known, neither their own nor a group's."""
    wanted, line = figure_class(), project_line()
    in_group = select(group_member().c.project_id).join(
        group_amount(), group_amount().c.announcement_id == group_member().c.announcement_id
    )
    # looked for before anything is joined to it: nearly every project has an amount
    unpriced = materialised(
        select(line.c.project_id, line.c.class_id)
        .where(line.c.amount_id.is_(None), ~line.c.is_divided, line.c.project_id.not_in(in_group))
        .cte("unpriced")
    )
    return (
        _left_out(wanted.c.key, Project, "no_amount")
        .select_from(unpriced)
        .join(wanted, wanted.c.class_id == unpriced.c.class_id)
        .join(Project, Project.id == unpriced.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS)
    )


def _divided() -> Rows:
    """Counted projects that lie in the population in part, and of which nobody stated how much."""
    wanted, line = figure_class(), project_line()
    return (
        _left_out(wanted.c.key, Project, "divided")
        .select_from(line)
        .join(wanted, wanted.c.class_id == line.c.class_id)
        .join(Project, Project.id == line.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS, line.c.is_divided)
    )


def _groups_in_part() -> Rows:
    """Groups of which some projects are of the population and others not, or not wholly."""
    counted, amount = group_counted(), group_amount()
    return (
        _left_out(counted.c.key, Announcement, "group_in_part")
        .select_from(counted)
        .join(amount, amount.c.id == counted.c.amount_id)
        .join(Announcement, Announcement.id == amount.c.announcement_id)
        .where(counted.c.is_in, ~counted.c.is_whole)
    )


def _not_received() -> Rows:
    """Contributions agreed of which nothing was received yet."""
    wanted, posting, name = definition(), posting_effective(), organisation_name()
    agreement = agreement_in_force()
    received = exists().where(posting.c.contribution_id == Contribution.id, posting.c.entry_kind == EntryKind.RECEIPT)
    return (
        _left_out(wanted.c.key, Contribution, "not_received", name.c.name)
        .select_from(wanted)
        .join(Contribution, of_mechanism(Contribution.mechanism_code))
        .join(agreement, agreement.c.contribution_id == Contribution.id)
        .join(Donor, Donor.id == Contribution.donor_id)
        .outerjoin(name, name.c.organisation_id == Donor.organisation_id)
        .where(wanted.c.measure == Measure.RECEIPTS, agreement.c.agreement_on <= AS_OF, ~received)
    )
