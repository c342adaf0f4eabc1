"""What one person asks of the journal or the rates and another one releases."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Versioned, one_of
from shared.worded import Worded


class ProposalKind(Worded, key="proposal_kind", fr="Objet de la proposition", en="What is proposed"):
    """What takes effect on release."""

    ALLOCATION = "allocation", "allocation", "allocation"
    CORRECTION = "correction", "correction d'un encaissement", "correction of a receipt"
    """Of a receipt: the wrong one reversed, the right one booked."""
    REVERSAL = "reversal", "contre-passation", "reversal"
    RATE = "rate", "taux saisi ou corrigé", "rate by hand or corrected"
    """A rate by hand, or the correction of one."""


class ProposalState(Worded, key="proposal_state", fr="État de la proposition", en="State of the proposal"):
    """Where a proposal stands; only the first state is open."""

    PROPOSED = "proposed", "proposée", "proposed"
    RELEASED = "released", "libérée", "released"
    WITHDRAWN = "withdrawn", "retirée par son auteur", "withdrawn by its author"
    """Taken back by its author."""
    SENT_BACK = "sent_back", "renvoyée", "sent back"
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
