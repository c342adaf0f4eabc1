"""Rows of the figures that add up amounts, receipts and allocations, or count who gave."""

from sqlalchemy import and_, case, func, literal, select

from services.reporting_worker.figures.columns import Rows, definition, organisation_name, rank, row
from services.reporting_worker.figures.definitions import Measure
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.facts import bucket_member, counted_amount, counted_for, posting_effective, project_state
from shared.models import Announcement, Contribution, Donor, Project
from shared.models.journal import EntryKind
from shared.models.project import AmountKind


def amounts() -> Rows:
    """Amounts of which a member is in the bucket; wholly cancelled ones count with a final amount, else as zero."""
    wanted, amount, member, bucket = definition(), counted_amount(), counted_for(), bucket_member()
    state = project_state()
    counted = (
        select(
            wanted.c.key, amount.c.id, func.bool_and(state.c.state == State.CANCELLED).label("is_cancelled")
        )
        .select_from(wanted)
        .join(
            bucket,
            and_(bucket.c.mechanism_code == wanted.c.mechanism, bucket.c.bucket == wanted.c.bucket),
        )
        .join(member, member.c.project_id == bucket.c.project_id)
        .join(amount, amount.c.subject_id == member.c.subject_id)
        .join(state, state.c.project_id == bucket.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS)
        .group_by(wanted.c.key, amount.c.id)
        .subquery("amount_counted")
    )
    is_void = and_(counted.c.is_cancelled, amount.c.kind != AmountKind.FINAL)
    return (
        select(
            counted.c.key,
            *row(
                subject_type=amount.c.subject_type,
                subject_id=amount.c.subject_id,
                cut_id=amount.c.subject_id,
                reference=func.coalesce(Project.reference, Announcement.reference),
                title=func.coalesce(Project.title, Announcement.title),
                value=case((is_void, 0), else_=amount.c.usd),
                protection_rank=rank(func.coalesce(Project.protection, Announcement.protection)),
                is_synthetic=amount.c.is_synthetic,
                value_on=amount.c.value_on,
                recorded_at=amount.c.recorded_at,
                state=case((is_void, literal(State.CANCELLED.value))),
                amount=amount.c.amount,
                currency=amount.c.currency,
                policy=amount.c.policy,
                exchange_rate_id=amount.c.exchange_rate_id,
                fact_id=amount.c.id,
                reason=amount.c.reason,
            ),
        )
        .join(amount, amount.c.id == counted.c.id)
        .outerjoin(Project, Project.id == amount.c.project_id)
        .outerjoin(Announcement, Announcement.id == amount.c.announcement_id)
    )


def postings(measure: Measure, account: AccountKind, entry: EntryKind | None) -> Rows:
    """Postings on one kind of account, of one kind of entry or of any: a reversal is a row with the other sign."""
    wanted, posting, name = definition(), posting_effective(), organisation_name()
    conditions = [wanted.c.measure == measure, posting.c.account_kind == account]
    if entry is not None:
        conditions.append(posting.c.entry_kind == entry)
    target = func.coalesce(posting.c.project_id, posting.c.announcement_id)
    return (
        select(
            wanted.c.key,
            *row(
                subject_type=posting.c.entry_kind,
                subject_id=posting.c.id,
                cut_id=target,
                reference=posting.c.reference,
                title=func.coalesce(Project.title, Announcement.title, name.c.name),
                value=posting.c.usd,
                protection_rank=func.greatest(
                    rank(Contribution.protection), rank(Project.protection), rank(Announcement.protection)
                ),
                is_synthetic=posting.c.is_synthetic,
                value_on=posting.c.value_on,
                recorded_at=posting.c.recorded_at,
                amount=posting.c.amount,
                currency=posting.c.currency,
                policy=posting.c.policy,
                exchange_rate_id=posting.c.exchange_rate_id,
                fact_id=posting.c.entry_id,
                parent_reference=Contribution.reference,
            ),
        )
        .select_from(wanted)
        .join(posting, posting.c.mechanism_code == wanted.c.mechanism)
        .join(Contribution, Contribution.id == posting.c.contribution_id)
        .join(Donor, Donor.id == Contribution.donor_id)
        .outerjoin(name, name.c.organisation_id == Donor.organisation_id)
        .outerjoin(Project, Project.id == posting.c.project_id)
        .outerjoin(Announcement, Announcement.id == posting.c.announcement_id)
        .where(*conditions)
    )


def donors() -> Rows:
    """One row for each donor of which more was received than was reversed."""
    wanted, posting, name = definition(), posting_effective(), organisation_name()
    received = (
        select(
            posting.c.mechanism_code, Contribution.donor_id, func.max(posting.c.value_on).label("value_on")
        )
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
                subject_type=literal("donor"),
                subject_id=Donor.id,
                reference=Donor.slug,
                title=name.c.name,
                value=literal(1),
                protection_rank=rank(Donor.protection),
                is_synthetic=Donor.is_synthetic,
                value_on=received.c.value_on,
                recorded_at=Donor.recorded_at,
                fact_id=Donor.id,
            ),
        )
        .select_from(wanted)
        .join(received, received.c.mechanism_code == wanted.c.mechanism)
        .join(Donor, Donor.id == received.c.donor_id)
        .outerjoin(name, name.c.organisation_id == Donor.organisation_id)
        .where(wanted.c.measure == Measure.DONORS)
    )
