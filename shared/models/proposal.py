"""What one person asks of the journal or the rates and another one releases."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Versioned, one_of


class ProposalKind(StrEnum):
    """What takes effect on release."""

    ALLOCATION = "allocation"
    CORRECTION = "correction"
    """Of a receipt: the wrong one reversed, the right one booked."""
    REVERSAL = "reversal"
    RATE = "rate"
    """A rate by hand, or the correction of one."""


class ProposalState(StrEnum):
    """Where a proposal stands; only the first state is open."""

    PROPOSED = "proposed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    """Taken back by its author."""
    SENT_BACK = "sent_back"
    """Refused by another person, with a comment."""


class Proposal(Versioned, Base):
    """A command that moves money or sets a rate by hand, kept until a second person releases it (two persons)."""

    __tablename__ = "proposal"

    kind: Mapped[str]
    command: Mapped[dict[str, Any]]
    """As it was asked, valid for its kind; on release it is judged anew."""
    state: Mapped[str] = mapped_column(default=ProposalState.PROPOSED)
    author: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None]
    """Why it was withdrawn or sent back."""
    result_id: Mapped[UUID | None]
    """The entry or the rate that the release made."""

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """A released proposal has its result, and nobody releases their own."""
        return (
            one_of("kind", ProposalKind),
            one_of("state", ProposalState),
            CheckConstraint("(state = 'released') = (result_id IS NOT NULL)", name="released_has_result"),
            CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="decided_by_one"),
            Index("ix_proposal_recorded_at_id", "recorded_at", "id"),
            CheckConstraint("state <> 'released' OR decided_by <> author", name="releaser_is_another"),
        )
