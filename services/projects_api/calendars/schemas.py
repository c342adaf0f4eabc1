"""What is asked of calendars and their feeds, and what is answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.keys import PlaceSlug
from shared.models.activity import ActivityKind

Language = Literal["fr", "en"]


class FeedFields(BaseModel):
    """What a calendar shows."""

    language: Language = Field("fr", description="Language of its texts.")
    mine: bool = Field(
        False, description="Only activities that its person recorded, or in which the person's section takes part."
    )
    kinds: list[ActivityKind] = Field(
        default_factory=list, description="Only of these kinds; of all where none is named."
    )
    places: Annotated[list[PlaceSlug], Field(max_length=50)] = Field(
        default_factory=list,
        description="Only at these places (slugs); anywhere where none is named.",
        examples=[["gao"]],
    )


class FeedCreate(FeedFields):
    """A calendar feed to be made."""

    model_config = ConfigDict(extra="forbid")


class FeedRead(FeedFields):
    """A calendar feed, without its address, which is shown once."""

    id: UUID
    recorded_at: datetime
    expires_at: datetime = Field(description="From then on it answers nothing; make another one.")


class FeedMade(FeedRead):
    """A calendar feed with its address."""

    address: str | None = Field(
        description="Give it to the calendar program and to nobody else: whoever has it reads what you may read. It is shown "
        "this once; null where the same request is answered again."
    )


class Feeds(BaseModel):
    """The feeds of the caller that still answer."""

    items: list[FeedRead]
