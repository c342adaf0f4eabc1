"""What the routes of proposals take and give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.funds_api.entries import ReversalCreate
from shared.fields import PlainText
from shared.models.proposal import ProposalKind, ProposalState
from shared.portfolio import Part
from shared.reading.shown import Shown


class ReversalProposed(ReversalCreate):
    """A reversal with the entry that it mirrors."""

    entry: UUID


class SentBack(Part):
    """Why a proposal is withdrawn or sent back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"comment": "Gao asked for half of it."}]})

    comment: PlainText


class ProposalWritten(Shown):
    """A proposal as it stands after a write."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    id: UUID
    kind: ProposalKind
    state: ProposalState
    command: dict[str, Any] = Field(description="As it was asked.")
    author: str
    recorded_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    result_id: UUID | None = Field(description="The entry or the rate that the release made.")
