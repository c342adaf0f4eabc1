"""What the routes of standing texts take and give."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.fields import TextsField
from shared.portfolio import Part

Key = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80), Field(examples=["about-qip"])
]


class StandingTextContent(Part):
    """The text in each language; it holds tokens, never typed figures."""

    text: TextsField = Field(
        examples=[{"fr": "{figure:qip.total} projets depuis 2013.", "en": "{figure:qip.total} projects since 2013."}]
    )


class StandingTextCreate(StandingTextContent):
    """A new text under a key of its own, which items of editions name."""

    key: Key


class StandingTextWritten(BaseModel):
    """Which version was written."""

    id: UUID
    key: str
    version: int
