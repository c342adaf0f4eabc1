"""Proposals as clients list and open them: what waits for a second person, and what became of the others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_

from shared.models import Proposal
from shared.models.proposal import ProposalKind, ProposalState
from shared.reading.filters import Filter, among
from shared.reading.resource import CALLER, Resource
from shared.reading.shown import Listed


class ProposalItem(Listed):
    """A proposal in a list, and the one opened."""

    id: UUID
    kind: ProposalKind
    state: ProposalState
    command: dict[str, Any]
    author: str
    recorded_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    result_id: UUID | None


PROPOSALS = Resource(
    "proposals",
    Proposal,
    ProposalItem,
    ProposalItem,
    filters=(
        among("state", Proposal.state, "States: proposed, released ...", ProposalState),
        among("kind", Proposal.kind, "Kinds: allocation, correction, reversal, rate.", ProposalKind),
        Filter("author", str, lambda v: Proposal.author == v, "Who proposed."),
    ),
    order=("recorded_at",),
    default_order="-recorded_at",
    dimensions=("state", "kind"),
    actions={
        "release": and_(Proposal.state == ProposalState.PROPOSED, Proposal.author.is_distinct_from(CALLER)),
        "return": Proposal.state == ProposalState.PROPOSED,
    },
)
"""What `/v1/proposals` lists, counts and opens."""
