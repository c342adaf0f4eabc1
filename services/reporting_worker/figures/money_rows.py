"""Rows of the figures that add up amounts, receipts and allocations, or count who gave."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Numeric, Text, and_, case, cast, func, literal, select

from services.reporting_worker.figures.columns import Rows, definition, figure_class, rank, row
from services.reporting_worker.figures.definitions import Measure
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.facts import group_amount, group_member, own_amount, posting_effective, project_class
from shared.models import Announcement, Contribution, Donor, Project
from shared.models.journal import EntryKind
from shared.models.project import AmountKind


def _value(amount: CTE, is_cancelled: ColumnElement[bool]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The USD that counts and, where a cancellation without a final amount makes it zero, the state that says so."""
    is_void = and_(is_cancelled, amount.c.kind != AmountKind.FINAL)
    return case((is_void, 0), else_=amount.c.usd), case((is_void, State.CANCELLED.value))


def own_amounts() -> Rows:
    """One row for each amount of a single project in the bucket."""
    wanted, project, amount = figure_class(), project_class(), own_amount()
    value, state = _value(amount, project.c.state == State.CANCELLED)
    return (
        select(
            wanted.c.key,
            *row(
                subject_type=literal("project", Text),
                subject_id=amount.c.project_id,
                cut_id=amount.c.project_id,
                value=value,
                protection_rank=rank(project.c.protection),
                is_synthetic=amount.c.is_synthetic,
                state=state,
                fact_id=amount.c.id,
                exchange_rate_id=amount.c.exchange_rate_id,
                policy=amount.c.policy,
            ),
        )
        .select_from(wanted)
        .join(project, project.c.class_id == wanted.c.class_id)
        .join(amount, amount.c.project_id == project.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS)
    )


def group_amounts() -> Rows:
    """One row for each amount of a group of which a member is in the bucket; it is void when all are cancelled."""
    wanted, project, amount, member = figure_class(), project_class(), group_amount(), group_member()
    counted = (
        select(
            wanted.c.key,
            amount.c.id,
            func.bool_and(project.c.state == State.CANCELLED).label("is_cancelled"),
        )
        .select_from(amount)
        .join(member, member.c.announcement_id == amount.c.announcement_id)
        .join(project, project.c.project_id == member.c.project_id)
        .join(wanted, wanted.c.class_id == project.c.class_id)
        .where(wanted.c.measure == Measure.AMOUNTS)
        .group_by(wanted.c.key, amount.c.id)
        .subquery("group_counted_for")
    )
    value, state = _value(amount, counted.c.is_cancelled)
    return (
        select(
            counted.c.key,
            *row(
                subject_type=literal("announcement", Text),
                subject_id=amount.c.announcement_id,
                cut_id=amount.c.announcement_id,
                value=value,
                protection_rank=rank(Announcement.protection),
                is_synthetic=amount.c.is_synthetic,
                state=state,
                fact_id=amount.c.id,
                exchange_rate_id=amount.c.exchange_rate_id,
                policy=amount.c.policy,
            ),
        )
        .select_from(counted)
        .join(amount, amount.c.id == counted.c.id)
        .join(Announcement, Announcement.id == amount.c.announcement_id)
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
                holder_id=func.coalesce(
                    posting.c.project_id, posting.c.announcement_id, posting.c.contribution_id
                ),
                value=posting.c.usd,
                protection_rank=func.greatest(
                    rank(Contribution.protection), rank(Project.protection), rank(Announcement.protection)
                ),
                is_synthetic=posting.c.is_synthetic,
                fact_id=posting.c.id,
                exchange_rate_id=posting.c.exchange_rate_id,
                policy=posting.c.policy,
            ),
        )
        .select_from(wanted)
        .join(posting, posting.c.mechanism_code == wanted.c.mechanism)
        .join(Contribution, Contribution.id == posting.c.contribution_id)
        .outerjoin(Project, Project.id == posting.c.project_id)
        .outerjoin(Announcement, Announcement.id == posting.c.announcement_id)
        .where(
            wanted.c.measure == measure,
            posting.c.account_kind == account,
            posting.c.entry_kind == entry,
        )
    )


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
        .join(received, received.c.mechanism_code == wanted.c.mechanism)
        .join(Donor, Donor.id == received.c.donor_id)
        .where(wanted.c.measure == Measure.DONORS)
    )
