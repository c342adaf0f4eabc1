"""Proposals as clients list and open them: what waits for a second person, and what became of the others."""

from sqlalchemy import DateTime, and_, any_

from shared.models import Proposal
from shared.models.proposal import ProposalKind, ProposalState
from shared.resources.declaration import CALLER, Filter, OrderKey, Resource

PROPOSALS = Resource(
    name="proposals",
    noun="proposal",
    table=Proposal.__table__,
    identity=Proposal.id,
    version=Proposal.version,
    filters=(
        Filter(
            "state__in",
            list,
            lambda v: Proposal.state == any_(v),
            "States: proposed, released ...",
            among=ProposalState,
        ),
        Filter(
            "kind__in",
            list,
            lambda v: Proposal.kind == any_(v),
            "Kinds: allocation, correction, reversal, rate.",
            among=ProposalKind,
        ),
        Filter("author", str, lambda v: Proposal.author == v, "Who proposed."),
    ),
    order=(OrderKey("recorded_at", Proposal.recorded_at, DateTime(timezone=True)),),
    default_order="-recorded_at",
    item={
        "id": Proposal.id,
        "kind": Proposal.kind,
        "state": Proposal.state,
        "command": Proposal.command,
        "author": Proposal.author,
        "recorded_at": Proposal.recorded_at,
        "decided_by": Proposal.decided_by,
        "decided_at": Proposal.decided_at,
        "comment": Proposal.comment,
        "result_id": Proposal.result_id,
    },
    detail={},
    dimensions={"state": Proposal.state, "kind": Proposal.kind},
    actions={
        "release": and_(Proposal.state == ProposalState.PROPOSED, Proposal.author.is_distinct_from(CALLER)),
        "return": Proposal.state == ProposalState.PROPOSED,
    },
)
"""What `/v1/proposals` lists, counts and opens."""
