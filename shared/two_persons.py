"""The rule of two persons, derived from the audit: nobody approves or releases what they had a hand in.

Who wrote is not a column that the next feature may forget: whatever a unit of work records about a row since its last
approval counts, but for the few actions that leave it as it is (UN Financial Rule 105.6 asks the same of payments:
certifying and approving are never one person's).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, all_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.domain.lifecycle import State
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


OF_PROJECTS = Approval(
    "project",
    f"project.{State.APPROVED}",
    frozenset({
        f"project.{State.UNDER_REVIEW}", f"project.{State.DEFERRED}", f"project.{State.REJECTED}",
        "project.sent_back",
    }),
)  # fmt: skip
"""Whose hand was in a project, as the audit tells it; who reviewed it or sent it back changed nothing in it."""

OF_EDITIONS = Approval(
    "edition",
    "edition.approved",
    frozenset({
        "edition.controls_run", "edition.sent_back", "edition.freeze_asked", "edition.freezing_failed",
        "edition.frozen", "edition.superseded",
    }),
)  # fmt: skip
"""Whose hand was in an edition, as the audit tells it."""

OF_PROPOSALS = Approval("proposal", "proposal.released")
"""Whose hand was in a proposal, as the audit tells it."""


def has_hand_in(
    approval: Approval, subject_id: SQLColumnExpression[UUID], actor: ColumnElement[str]
) -> ColumnElement[bool]:
    """The same of one person and the rows of a statement: whether `hands_in` names the actor."""
    done, approved = aliased(Audit), aliased(Audit)
    approved_at = (
        select(func.max(approved.at))
        .where(
            approved.subject_type == approval.subject_type,
            approved.subject_id == subject_id,
            approved.action == approval.action,
        )
        .correlate_except(approved)
        .scalar_subquery()
    )
    others = literal(sorted(approval.leaves_as_is | {approval.action}), ARRAY(Text))
    return (
        select(done.id)
        .where(
            done.subject_type == approval.subject_type,
            done.subject_id == subject_id,
            done.actor == actor,
            done.action != all_(others),
            or_(approved_at.is_(None), done.at > approved_at),
        )
        .correlate_except(done)
        .exists()
    )


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
