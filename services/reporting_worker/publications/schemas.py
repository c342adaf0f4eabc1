"""What clients send and read about deliveries."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting_worker.platforms.schemas import ShortSlug
from shared.fields import LineText

Language = Literal["fr", "en"]
State = Literal["pending", "sending", "unknown", "delivered", "dead", "cancelled"]


class PublicationRequest(BaseModel):
    """Publish an edition: each of its languages on each platform, once."""

    model_config = ConfigDict(extra="forbid")

    edition: Annotated[LineText, Field(description="Slug of a frozen edition.", examples=["2022-02"])]
    platforms: list[ShortSlug] | None = Field(None, min_length=1, description="All platforms, unless named.")
    languages: list[Language] | None = Field(None, min_length=1, description="All of the edition's, unless named.")


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
