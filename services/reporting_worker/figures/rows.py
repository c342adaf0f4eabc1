"""The rows behind every figure: one common table expression of which values, lists and totals are aggregates."""

from functools import cache

from sqlalchemy import CTE, Text, exists, literal, select, union_all

from services.reporting_worker.figures.columns import (
    AUDIENCE,
    Rows,
    definition,
    figure_class,
    organisation_name,
    rank,
)
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.money_rows import donors, group_amounts, own_amounts, postings
from services.reporting_worker.figures.project_rows import approved_in_period, in_bucket
from shared.domain.ledger import AccountKind
from shared.facts import (
    AS_OF,
    KNOWN_AT,
    group_amount,
    group_member,
    own_amount,
    posting_effective,
    project_class,
)
from shared.facts.in_force import materialised
from shared.models import Contribution, Donor, Project
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


def _without_amount() -> Rows:
    """Counted projects of which no amount is known, neither their own nor a group's."""
    classes, project, own = figure_class(), project_class(), own_amount()
    in_group = select(group_member().c.project_id).join(
        group_amount(), group_amount().c.announcement_id == group_member().c.announcement_id
    )
    # looked for before anything is joined to it: nearly every project has an amount
    unpriced = materialised(
        select(project.c.project_id, project.c.class_id)
        .where(project.c.project_id.not_in(select(own.c.project_id)), project.c.project_id.not_in(in_group))
        .cte("unpriced")
    )
    return (
        select(
            classes.c.key,
            Project.reference,
            Project.title,
            literal("no_amount", Text).label("cause"),
            rank(Project.protection).label("protection_rank"),
        )
        .select_from(unpriced)
        .join(classes, classes.c.class_id == unpriced.c.class_id)
        .join(Project, Project.id == unpriced.c.project_id)
        .where(classes.c.measure == Measure.AMOUNTS)
    )


def _not_received() -> Rows:
    """Contributions agreed of which nothing was received yet."""
    wanted, posting, name = definition(), posting_effective(), organisation_name()
    received = exists().where(
        posting.c.contribution_id == Contribution.id, posting.c.entry_kind == EntryKind.RECEIPT
    )
    return (
        select(
            wanted.c.key,
            Contribution.reference,
            name.c.name,
            literal("not_received", Text),
            rank(Contribution.protection),
        )
        .select_from(wanted)
        .join(Contribution, Contribution.mechanism_code == wanted.c.mechanism)
        .join(Donor, Donor.id == Contribution.donor_id)
        .outerjoin(name, name.c.organisation_id == Donor.organisation_id)
        .where(
            wanted.c.measure == Measure.RECEIPTS,
            Contribution.agreement_on <= AS_OF,
            Contribution.recorded_at <= KNOWN_AT,
            ~received,
        )
    )


@cache
def left_out() -> CTE:
    """key, reference, title, cause: what a reader might expect in a sum of money and does not find, with why."""
    return union_all(_without_amount(), _not_received()).cte("left_out")
