"""What was received against what was agreed, and what was set aside against what projects cost; compiled once."""

from sqlalchemy import func, select

from services.reporting_worker.figures.columns import Rows, of_subject
from shared.domain.ledger import AccountKind
from shared.facts import agreement_in_force, amount_in_force, compiled, posting_effective
from shared.models import Announcement, Contribution, Project
from shared.models.journal import EntryKind


def _received() -> Rows:
    """Contributions of which more was received than is agreed."""
    posting, agreement = posting_effective(), agreement_in_force()
    received = (
        select(posting.c.contribution_id, func.sum(posting.c.amount).label("received"))
        .where(posting.c.account_kind == AccountKind.AVAILABLE, posting.c.entry_kind == EntryKind.RECEIPT)
        .group_by(posting.c.contribution_id)
        .subquery("received")
    )
    return (
        select(Contribution.reference, Contribution.currency, received.c.received, agreement.c.amount.label("agreed"))
        .join(received, received.c.contribution_id == Contribution.id)
        .join(agreement, agreement.c.contribution_id == Contribution.id)
        .where(received.c.received > agreement.c.amount)
        .order_by(Contribution.reference)
    )


def _allocated() -> Rows:
    """What is set aside for each project or group of which the cost is known, one row a currency."""
    posting, amount = posting_effective(), amount_in_force()
    target = func.coalesce(posting.c.project_id, posting.c.announcement_id)
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
    return (
        of_subject(
            amount,
            func.coalesce(Project.mechanism_code, Announcement.mechanism_code).label("mechanism"),
            set_aside.c.currency,
            set_aside.c.amount,
            set_aside.c.usd,
            amount.c.amount.label("cost"),
            amount.c.currency.label("cost_currency"),
            amount.c.usd.label("cost_usd"),
        )
        .join(set_aside, set_aside.c.target_id == func.coalesce(amount.c.project_id, amount.c.announcement_id))
        .order_by("reference", set_aside.c.currency)
    )


RECEIVED_ABOVE = compiled(_received())
ALLOCATED = compiled(_allocated())
