"""The rows behind every figure: one common table expression of which values, lists and totals are aggregates."""

from functools import cache

from sqlalchemy import CTE, Text, and_, exists, literal, select, union_all

from services.reporting_worker.figures.columns import AUDIENCE, definition, organisation_name, rank
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.money_rows import amounts, donors, postings
from services.reporting_worker.figures.project_rows import approved_in_period, in_bucket
from shared.domain.ledger import AccountKind
from shared.facts import AS_OF, KNOWN_AT, bucket_member, counted_for, posting_effective
from shared.facts.in_force import materialised
from shared.models import Contribution, Donor, Project
from shared.models.journal import EntryKind


@cache
def figure_row() -> CTE:
    """Every row of every wanted figure: `key`, the columns of `columns.row`, and whether the audience sees it."""
    rows = union_all(
        in_bucket(),
        approved_in_period(),
        amounts(),
        postings(Measure.RECEIPTS, AccountKind.AVAILABLE, EntryKind.RECEIPT),
        postings(Measure.ALLOCATIONS, AccountKind.ALLOCATED, None),
        donors(),
    ).subquery("counted")
    is_visible = rows.c.protection_rank <= rank(AUDIENCE)
    return materialised(select(rows, is_visible.label("is_visible")).cte("figure_row"))


@cache
def left_out() -> CTE:
    """key, reference, title, cause: what a reader might expect in a sum of money and does not find, with why."""
    wanted, bucket, member, amount = definition(), bucket_member(), counted_for(), posting_effective()
    without_amount = (
        select(
            wanted.c.key,
            Project.reference,
            Project.title,
            literal("no_amount", Text).label("cause"),
            rank(Project.protection).label("protection_rank"),
        )
        .select_from(wanted)
        .join(bucket, and_(bucket.c.mechanism_code == wanted.c.mechanism, bucket.c.bucket == wanted.c.bucket))
        .join(Project, Project.id == bucket.c.project_id)
        .where(wanted.c.measure == Measure.AMOUNTS, ~exists().where(member.c.project_id == Project.id))
    )
    received = exists().where(
        amount.c.contribution_id == Contribution.id, amount.c.entry_kind == EntryKind.RECEIPT
    )
    name = organisation_name()
    not_received = (
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
    return materialised(union_all(without_amount, not_received).cte("left_out"))
