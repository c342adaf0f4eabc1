"""What clients send and read about deliveries."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting_worker.platforms.schemas import Slug
from shared.web.fields import LineText

Language = Literal["fr", "en"]
State = Literal["pending", "sending", "unknown", "delivered", "dead", "cancelled"]


class PublicationRequest(BaseModel):
    """Publish an edition: each of its languages on each platform, once."""

    model_config = ConfigDict(extra="forbid")

    edition: Annotated[LineText, Field(description="Slug of a frozen edition.", examples=["2022-02"])]
    platforms: list[Slug] | None = Field(None, min_length=1, description="All platforms, unless named.")
    languages: list[Language] | None = Field(
        None, min_length=1, description="All of the edition's, unless named."
    )


class DeliveryBrief(BaseModel):
    """A delivery as just promised or taken up again."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str = Field(validation_alias="idem_key")
    language: str
    document_key: str
    sequence: int
    state: State


class PublicationAccepted(BaseModel):
    """What was promised; follow each under `/v1/deliveries/{id}`."""

    deliveries: list[DeliveryBrief]


class AttemptRead(BaseModel):
    """One try of one step; `outcome` is null while it runs."""

    model_config = ConfigDict(extra="forbid")

    fence: int
    step: Literal["media", "post"]
    phase: Literal["probe", "send"]
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    http_status: int | None
    detail: dict[str, str] | None


class ReceiptRead(BaseModel):
    """Proof of one step, by the bytes that were fetched back."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["media", "post"]
    external_id: str = Field(description="The platform's own id.")
    url: str
    sha256: str | None
    found_by: Literal["created", "updated", "probe"]
    is_visible: bool = Field(description="Whether an anonymous reader got it; else it was accepted only.")
    note: dict[str, str] | None = Field(description="Why readers do not get it.")
    is_current: bool = Field(description="False for the proof of a worker that had lost its lease.")
    fence: int
    at: datetime


class DeliveryItem(BaseModel):
    """A delivery in a list."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    key: str
    platform: str
    edition: str
    language: str
    document_key: str = Field(description="Series, number, language, format: the same for every revision.")
    sequence: int = Field(description="The edition's revision.")
    operation: Literal["publish", "replace", "withdraw"]
    sha256: str = Field(description="Of the file that is delivered.")
    state: State
    state_since: datetime
    next_try_at: datetime | None = Field(
        description="Null when it has ended or is held, and while its platform is paused: nothing is tried then."
    )
    last_error: dict[str, str] | None = Field(
        description="How the last try failed, or why the platform is paused; null when it has ended."
    )
    dead_reason: dict[str, str] | None
    held_reason: dict[str, str] | None
    url: str | None = Field(description="Where the platform shows it, once proved.")
    is_visible: bool | None = Field(
        description="Whether readers get the file and the post; false: accepted, not visible."
    )
    notice: dict[str, str] | None = Field(
        description="Why readers do not get it, and what to ask of the partner."
    )
    requested_by: str
    requested_at: datetime
    etag: str
    can: list[str]


class DeliveryDetail(DeliveryItem):
    """A delivery with all that was tried and all that proves it."""

    receipts: list[ReceiptRead]
    attempts: list[AttemptRead]
