"""The rule of two persons, derived from the audit: nobody approves or releases what they had a hand in.

Who wrote is not a column that the next feature may forget: whatever a unit of work records about a row since its last
approval counts, but for the few actions that leave it as it is (UN Financial Rule 105.6 asks the same of payments:
certifying and approving are never one person's).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import Audit
from shared.models.among import among


@dataclass(frozen=True)
class Approval:
    """How approval is told in the audit of one type of row."""

    subject_type: str
    action: str
    """The action that approves; what was done before the last one of it was approved with it."""
    leaves_as_is: frozenset[str] = frozenset()
    """Actions that neither write, change, accept nor submit: reading, sending back, running controls."""


async def hands_in(session: AsyncSession, approval: Approval, subject_ids: Iterable[UUID]) -> frozenset[str]:
    """Who wrote, changed, accepted or submitted these rows since their last approval."""
    ids = list(subject_ids)
    about = (Audit.subject_type == approval.subject_type, among(Audit.subject_id, ids))
    approved_at = select(func.max(Audit.at)).where(*about, Audit.action == approval.action).scalar_subquery()
    since = select(Audit.actor).where(
        *about,
        Audit.action.not_in(approval.leaves_as_is | {approval.action}),
        or_(approved_at.is_(None), Audit.at > approved_at),
    )
    return frozenset(await session.scalars(since.distinct()))
