"""Input and answers of the transitions' routes."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.projects_api.fact_kinds.amounts import AmountPart
from shared.domain.lifecycle import State
from shared.fields import DateText, DecimalText, LineText
from shared.keys import Flag
from shared.recording.facts import Correction, Stated
from shared.sentences import refusal


class ApprovedAmount(AmountPart):
    """What is approved; it holds from the approval on, by the same source unless it names its own."""

    source: LineText | None = None


class TransitionCommand(Stated, Correction):
    """A move of a project to another state on a date, the correction of one, or its retraction."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "in_progress", "on": "2022-03-23", "source": "Bulletin, February-March 2022"},
                {
                    "to": "approved",
                    "on": "2022-03-23",
                    "amount": {"amount": "24752766", "currency": "XOF"},
                    "source": "Decision of the review committee of 23 March 2022",
                },
            ]
        }
    )

    to_state: State | None = Field(None, alias="to")
    on: DateText | None = None  # type: ignore[assignment]
    amount: ApprovedAmount | None = Field(
        None, description="With an approval: the approved amount, recorded first and judged with the rest."
    )
    is_retraction: Flag = Field(False, description="Take `supersedes_id` back: nothing holds in its place.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.is_retraction:
            if self.supersedes_id is None or self.to_state is not None or self.on is not None:
                raise refusal(
                    "retraction_form",
                    "Un retrait donne supersedes_id et reason, ni to ni on.",
                    "A retraction gives supersedes_id and reason, neither to nor on.",
                )
        elif self.to_state is None or self.on is None:
            raise refusal("transition_form", "Une transition donne to et on.", "A transition gives to and on.")
        if self.amount is not None and (self.to_state is not State.APPROVED or self.supersedes_id is not None):
            raise refusal(
                "amount_without_approval",
                "Un montant va avec une nouvelle approbation (« to » : « approved ») ; tout autre s'enregistre ou se corrige "
                "sous /amounts.",
                "An amount goes with a new approval (to: approved); record or correct any other one under /amounts.",
            )
        return self


class TransitionWritten(BaseModel):
    """A transition as recorded."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    id: UUID
    from_state: str | None = Field(serialization_alias="from")
    to_state: str = Field(serialization_alias="to")
    value_on: date
    precision: str
    position: int
    source: str | None
    reason: str | None
    supersedes_id: UUID | None
    is_retraction: bool
    recorded_at: datetime
    recorded_by: str


class Reason(BaseModel):
    """Why a transition is refused now, and what to do about it."""

    code: str
    detail: dict[str, str]


class AllowedTransition(BaseModel):
    """A state that the project may move to, whether now by this caller, and if not, every reason why."""

    to: str
    permission: str
    needs_reason: bool
    needs_amount: bool = Field(description="Whether the approval must state the amount, since none is approved yet.")
    is_allowed: bool
    reasons: list[Reason]


class Headroom(BaseModel):
    """How far the amount in force is from the mechanism's ceiling; negative above it."""

    ceiling: DecimalText
    currency: str
    usd: DecimalText
    headroom: DecimalText
    rate: dict[str, str] | None = Field(description="The latest rate known, however old; null where none is needed.")


class AllowedTransitions(BaseModel):
    """What may follow from the project's present state."""

    state: str
    headroom: Headroom | None = Field(
        description="Null without a ceiling, an amount or any rate; indicative until approval."
    )
    items: list[AllowedTransition]
