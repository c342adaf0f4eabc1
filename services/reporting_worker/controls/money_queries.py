"""What was received against what was agreed, and what was set aside against what projects cost; compiled once."""

from functools import cache

from sqlalchemy import CTE, Numeric, case, func, literal, select

from services.reporting_worker.figures.columns import of_subject
from shared.domain.funding import USD
from shared.domain.ledger import AccountKind
from shared.domain.money import SCALES, TRUST_FUND, TRUST_FUND_SCALES
from shared.facts import agreement_in_force, amount_in_force, compiled, posting_effective
from shared.models import Announcement, Contribution, Project
from shared.models.journal import EntryKind


@cache
def above_agreement() -> CTE:
    """Contributions of which more was received than is agreed: id, reference, currency, received, agreed."""
    posting, agreement = posting_effective(), agreement_in_force()
    received = (
        select(posting.c.contribution_id, func.sum(posting.c.amount).label("received"))
        .where(posting.c.account_kind == AccountKind.AVAILABLE, posting.c.entry_kind == EntryKind.RECEIPT)
        .group_by(posting.c.contribution_id)
        .subquery("received")
    )
    return (
        select(
            Contribution.id,
            Contribution.reference,
            Contribution.currency,
            received.c.received,
            agreement.c.amount.label("agreed"),
        )
        .join(received, received.c.contribution_id == Contribution.id)
        .join(agreement, agreement.c.contribution_id == Contribution.id)
        .where(received.c.received > agreement.c.amount)
        .cte("above_agreement")
    )


@cache
def above_cost() -> CTE:
    """Projects and groups for which more is set aside than they cost, as `shared.domain.funding.surplus` judges it.

    In the cost's own currency when all money is in it; otherwise in USD, where a part of the smallest unit above the
    converted cost is rounding; where the two cannot be compared, nothing is said. A test holds the two equal.

    Columns: project_id, announcement_id, reference, allocated, cost, currency (of both).
    """
    posting, amount = posting_effective(), amount_in_force()
    target = func.coalesce(posting.c.project_id, posting.c.announcement_id)
    subject = func.coalesce(amount.c.project_id, amount.c.announcement_id)
    set_aside = (
        select(
            target.label("target_id"),
            posting.c.currency,
            func.sum(posting.c.amount).label("amount"),
            func.sum(posting.c.usd).label("usd"),
        )
        .where(posting.c.account_kind == AccountKind.ALLOCATED)
        .group_by(target, posting.c.currency)
        .having(func.sum(posting.c.amount) != 0)
        .subquery("set_aside")
    )
    funded = (
        select(
            amount.c.id,
            func.bool_and(set_aside.c.currency == amount.c.currency).label("is_in_currency"),
            func.sum(set_aside.c.amount).label("amount"),
            func.sum(set_aside.c.usd).label("usd"),
        )
        .join(set_aside, set_aside.c.target_id == subject)
        .group_by(amount.c.id)
        .subquery("funded")
    )
    mechanism = func.coalesce(Project.mechanism_code, Announcement.mechanism_code)
    unit = func.power(literal(10, Numeric), case((mechanism == TRUST_FUND, TRUST_FUND_SCALES[USD]), else_=SCALES[USD]))
    own = funded.c.is_in_currency
    found = (
        of_subject(
            amount,
            amount.c.project_id,
            amount.c.announcement_id,
            case((own, funded.c.amount), else_=funded.c.usd).label("allocated"),
            case((own, amount.c.amount), else_=func.ceil(amount.c.usd * unit) / unit).label("cost"),
            case((own, amount.c.currency), else_=USD).label("currency"),
        )
        .join(funded, funded.c.id == amount.c.id)
        .subquery("found")
    )
    return select(found).where(found.c.allocated > found.c.cost).cte("above_cost")


RECEIVED_ABOVE = compiled(select(above_agreement()).order_by(above_agreement().c.reference))
ALLOCATED_ABOVE = compiled(select(above_cost()).order_by(above_cost().c.reference))
