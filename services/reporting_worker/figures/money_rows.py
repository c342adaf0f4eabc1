"""Rows of the figures that add up amounts, receipts and allocations, or count who gave."""

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Numeric, Text, and_, case, cast, false, func, literal, select

from services.reporting_worker.figures.columns import Rows, definition, figure_class, of_mechanism, rank, row
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.population import counted_project
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.facts import group_amount, group_member, own_amount, posting_effective, project_class
from shared.facts.in_force import materialised
from shared.models import Announcement, Contribution, Donor, Project
from shared.models.journal import EntryKind
from shared.models.project import AmountKind


def is_void(amount: CTE, is_cancelled: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a cancellation without a final amount makes an amount zero."""
    return and_(is_cancelled, amount.c.kind != AmountKind.FINAL)


def counted_usd(
    amount: CTE, is_cancelled: ColumnElement[bool], share: ColumnElement[Any] | None = None
) -> ColumnElement[Any]:
    """The USD that counts of an amount: none where it is void, and else its share in the population."""
    usd = amount.c.usd if share is None else case((share == 1, amount.c.usd), else_=amount.c.usd * share)
    return case((is_void(amount, is_cancelled), 0), else_=usd)


def _voided(amount: CTE, is_cancelled: ColumnElement[bool]) -> ColumnElement[Any]:
    """The state that makes an amount zero, where one does."""
    return case((is_void(amount, is_cancelled), State.CANCELLED.value))


def _fact(source: CTE) -> dict[str, ColumnElement[Any]]:
    """The columns that a row takes from the amount or posting that puts it there."""
    own = {name: source.c[name] for name in ("is_synthetic", "exchange_rate_id", "policy")}
    return {**own, "fact_id": source.c.id}


def _amount_row(
    subject: str,
    amount: CTE,
    is_cancelled: ColumnElement[bool],
    protection: Any,
    share: ColumnElement[Any] | None = None,
) -> list[ColumnElement[Any]]:
    """The columns of an amount of a `project` or an `announcement`."""
    subject_id = amount.c[f"{subject}_id"]
    return row(
        subject_type=literal(subject, Text),
        subject_id=subject_id,
        cut_id=subject_id,
        value=counted_usd(amount, is_cancelled, share),
        protection_rank=rank(protection),
        state=_voided(amount, is_cancelled),
        **_fact(amount),
    )


def own_amounts() -> Rows:
    """One row for each amount of a single project in the bucket."""
    wanted, project, amount = figure_class(), counted_project(), own_amount()
    is_cancelled = project.c.state == State.CANCELLED
    return (
        select(wanted.c.key, *_amount_row("project", amount, is_cancelled, project.c.protection, project.c.share))
        .select_from(wanted)
        .join(project, project.c.class_id == wanted.c.class_id)
        .join(amount, amount.c.project_id == project.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS, project.c.share.is_not(None))
    )


@cache
def group_counted() -> CTE:
    """key, amount_id, is_cancelled, is_whole, is_in: each group's amount for each figure that counts one of its members.

    `is_in` says whether a member is of the population, `is_whole` whether all those counted are, and wholly.
    """
    wanted, project, counted = figure_class(), project_class(), counted_project()
    amount, member = group_amount(), group_member()
    return materialised(
        select(
            wanted.c.key,
            amount.c.id.label("amount_id"),
            func.bool_and(project.c.state == State.CANCELLED).label("is_cancelled"),
            func.bool_and(func.coalesce(counted.c.share == 1, false())).label("is_whole"),
            func.bool_or(counted.c.project_id.is_not(None)).label("is_in"),
        )
        .select_from(amount)
        .join(member, member.c.announcement_id == amount.c.announcement_id)
        .join(project, project.c.project_id == member.c.project_id)
        .join(wanted, wanted.c.class_id == project.c.class_id)
        .outerjoin(counted, counted.c.project_id == project.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS)
        .group_by(wanted.c.key, amount.c.id)
        .cte("group_of_figure")
    )


def group_amounts() -> Rows:
    """One row for each amount of a group of which a member is in the bucket; it is void when all are cancelled."""
    wanted, amount = group_counted(), group_amount()
    columns = _amount_row("announcement", amount, wanted.c.is_cancelled, Announcement.protection)
    return (
        select(wanted.c.key, *columns)
        .select_from(wanted)
        .join(amount, amount.c.id == wanted.c.amount_id)
        .join(Announcement, Announcement.id == amount.c.announcement_id)
        .where(wanted.c.is_whole)
    )


def postings(measure: Measure, account: AccountKind, entry: EntryKind) -> Rows:
    """Postings of one kind of entry on one kind of account; a reversal is a row with the other sign."""
    wanted, posting = definition(), posting_effective()
    return (
        select(
            wanted.c.key,
            *row(
                subject_type=posting.c.entry_kind,
                subject_id=posting.c.id,
                cut_id=func.coalesce(posting.c.project_id, posting.c.announcement_id),
                holder_id=func.coalesce(posting.c.project_id, posting.c.announcement_id, posting.c.contribution_id),
                value=posting.c.usd,
                protection_rank=func.greatest(
                    rank(Contribution.protection), rank(Project.protection), rank(Announcement.protection)
                ),
                **_fact(posting),
            ),
        )
        .select_from(wanted)
        .join(posting, of_mechanism(posting.c.mechanism_code))
        .join(Contribution, Contribution.id == posting.c.contribution_id)
        .outerjoin(Project, Project.id == posting.c.project_id)
        .outerjoin(Announcement, Announcement.id == posting.c.announcement_id)
        .where(wanted.c.measure == measure, posting.c.account_kind == account, posting.c.entry_kind == entry)
    )


def single_money() -> list[Rows]:
    """The rows of money that are few: groups, receipts, allocations, donors."""
    return [
        group_amounts(),
        postings(Measure.RECEIPTS, AccountKind.AVAILABLE, EntryKind.RECEIPT),
        postings(Measure.ALLOCATIONS, AccountKind.ALLOCATED, EntryKind.ALLOCATION),
        donors(),
    ]


def donors() -> Rows:
    """One row for each donor of which more was received than was reversed."""
    wanted, posting = definition(), posting_effective()
    received = (
        select(posting.c.mechanism_code, Contribution.donor_id)
        .join(Contribution, Contribution.id == posting.c.contribution_id)
        .where(posting.c.account_kind == AccountKind.AVAILABLE, posting.c.entry_kind == EntryKind.RECEIPT)
        .group_by(posting.c.mechanism_code, Contribution.donor_id)
        .having(func.sum(posting.c.usd) > 0)
        .subquery("received")
    )
    return (
        select(
            wanted.c.key,
            *row(
                subject_type=literal("donor", Text),
                subject_id=Donor.id,
                value=cast(literal(1), Numeric),
                protection_rank=rank(Donor.protection),
                is_synthetic=Donor.is_synthetic,
                fact_id=Donor.id,
            ),
        )
        .select_from(wanted)
        .join(received, of_mechanism(received.c.mechanism_code))
        .join(Donor, Donor.id == received.c.donor_id)
        .where(wanted.c.measure == Measure.DONORS)
    )
