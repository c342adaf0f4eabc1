"""What the routes of standing texts take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.portfolio import Part
from shared.web.fields import TextsField

Key = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80),
    Field(examples=["about-qip"]),
]


class StandingTextContent(Part):
    """The text in each language; it holds tokens, never typed figures."""

    text: TextsField = Field(
        examples=[
            {"fr": "{figure:qip.total} projets depuis 2013.", "en": "{figure:qip.total} projects since 2013."}
        ]
    )


class StandingTextCreate(StandingTextContent):
    """A new text under a key of its own, which items of editions name."""

    key: Key


class StandingTextWritten(BaseModel):
    """Which version was written."""

    id: UUID
    key: str
    version: int


class StandingTextVersion(BaseModel):
    """One version, with who wrote it."""

    model_config = ConfigDict(extra="forbid")

    version: int
    text: dict[str, str]
    recorded_at: datetime
    recorded_by: str


class StandingTextItem(StandingTextVersion):
    """A standing text as it holds."""

    id: UUID
    key: str
    etag: str
    can: list[str]


class StandingTextDetail(StandingTextItem):
    """With all its versions, and the editions whose items name it."""

    versions: list[StandingTextVersion]
    editions: list[str]
