"""Two persons for money: one proposes, another releases; only then does anything take effect."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.allocations.service import allocate
from services.funds_api.contributions.receipts import correct_receipt
from services.funds_api.contributions.schemas import CorrectionProposed
from services.funds_api.exchange_rates.schemas import RateCreate
from services.funds_api.exchange_rates.service import record_rate
from services.funds_api.journal.reversals import reverse_entry
from services.funds_api.proposals.schemas import ReversalProposed
from shared.errors import Conflict, Forbidden, NotFound
from shared.identity import Role
from shared.models import Proposal
from shared.models.proposal import ProposalKind, ProposalState
from shared.portfolio import Part
from shared.refusal import Refusal
from shared.two_persons import OF_PROPOSALS, hands_in
from shared.unit_of_work import UnitOfWork


class ProposalNotFound(Refusal, NotFound):
    """There is no such proposal."""

    fr = "Aucune proposition {proposal_id} n'existe."
    en = "There is no proposal {proposal_id}."
    proposal_id: UUID


class ProposalClosed(Refusal, Conflict):
    """It was released, withdrawn or sent back before."""

    kind, shown = "proposal-closed", ("state",)
    fr = "La proposition a été close par {decided_by} ; faites-en une nouvelle."
    en = "The proposal was closed by {decided_by}; make a new one."
    decided_by: str | None
    state: str


class OwnProposal(Refusal, Forbidden):
    """Nobody releases what they proposed themselves."""

    kind = "own-proposal"
    fr = "Vous avez fait cette proposition ; une autre personne doit la libérer."
    en = "You made this proposal; another person must release it."


@dataclass(frozen=True)
class Kind:
    """How a kind of proposal is read and takes effect."""

    command: type[Part]
    act: Callable[[UnitOfWork, Any], Awaitable[UUID]]
    """Does what was proposed; the id of the entry or rate that it made."""


async def _reverse(unit: UnitOfWork, command: ReversalProposed) -> UUID:
    return await reverse_entry(unit, command.entry, value_on=command.on, reason=command.reason)


async def _set_rate(unit: UnitOfWork, command: RateCreate) -> UUID:
    return (await record_rate(unit, command)).id


KINDS: Mapping[ProposalKind, Kind] = {
    ProposalKind.ALLOCATION: Kind(AllocationCreate, allocate),
    ProposalKind.CORRECTION: Kind(CorrectionProposed, correct_receipt),
    ProposalKind.REVERSAL: Kind(ReversalProposed, _reverse),
    ProposalKind.RATE: Kind(RateCreate, _set_rate),
}


async def propose(unit: UnitOfWork, kind: ProposalKind, command: Part) -> Proposal:
    """Keep a command for a second person, once a rehearsal has shown that it could take effect now.

    Raises:
        Problem: whatever the command itself would be refused for.
    """
    await _rehearse(unit, KINDS[kind], command)
    asked = command.model_dump(mode="json", exclude_unset=True)
    proposal = Proposal(
        id=uuid7(),
        kind=kind,
        command=asked,
        state=ProposalState.PROPOSED,
        author=unit.actor,
        recorded_at=unit.recorded_at,
        version=1,
    )
    unit.session.add(proposal)
    await unit.session.flush()
    unit.record("proposal.made", "proposal", proposal.id, after={"kind": kind, "command": asked})
    unit.etag, unit.location = f'"{proposal.version}"', f"/v1/proposals/{proposal.id}"
    return proposal


class _Rehearsed(Exception):
    """What was tried worked."""


async def _rehearse(unit: UnitOfWork, kind: Kind, command: Part) -> None:
    """Do it in a savepoint and take it back, so that what cannot be released is not proposed; doubts are kept.

    Permissions that the release itself asks for are those of the person who releases: an approver has them all.
    """
    releaser = replace(unit.principal, roles=unit.principal.roles | {Role.APPROVER})
    trial = UnitOfWork(unit.session, releaser, unit.service, unit.recorded_at, unit.reason)
    with suppress(_Rehearsed):
        async with unit.session.begin_nested():
            await kind.act(trial, command)
            await unit.session.flush()
            raise _Rehearsed
    for doubt in trial.warnings:
        unit.warn(doubt)


async def release(unit: UnitOfWork, proposal_id: UUID) -> Proposal:
    """Let a proposal take effect, as another person than those who made it; it is judged anew.

    Raises:
        ProposalNotFound, ProposalClosed: see there.
        OwnProposal: the actor made it.
        Problem: whatever forbids the command by now.
    """
    proposal = await _open(unit, proposal_id)
    if unit.actor in {proposal.author, *await hands_in(unit.session, OF_PROPOSALS, [proposal.id])}:
        raise OwnProposal
    kind = KINDS[ProposalKind(proposal.kind)]
    proposal.result_id = await kind.act(unit, kind.command.model_validate(proposal.command))
    return _decided(unit, proposal, ProposalState.RELEASED)


async def give_back(unit: UnitOfWork, proposal_id: UUID, comment: str) -> Proposal:
    """End a proposal without effect: its author withdraws it, anybody else sends it back.

    Raises:
        ProposalNotFound, ProposalClosed: see there.
    """
    proposal = await _open(unit, proposal_id)
    proposal.comment = comment
    is_own = unit.actor == proposal.author
    return _decided(unit, proposal, ProposalState.WITHDRAWN if is_own else ProposalState.SENT_BACK)


async def _open(unit: UnitOfWork, proposal_id: UUID) -> Proposal:
    proposal = await unit.session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise ProposalNotFound(proposal_id)
    unit.expect_version(proposal)
    if proposal.state != ProposalState.PROPOSED:
        raise ProposalClosed(proposal.decided_by, proposal.state)
    return proposal


def _decided(unit: UnitOfWork, proposal: Proposal, state: ProposalState) -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, unit.actor, unit.recorded_at
    unit.changed(proposal)
    unit.record(
        f"proposal.{state}",
        "proposal",
        proposal.id,
        before={"state": ProposalState.PROPOSED},
        after={"state": state, "result_id": proposal.result_id},
        reason=proposal.comment,
    )
    return proposal
