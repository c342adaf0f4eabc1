"""What history looks like on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class MemberChange(BaseModel):
    """One member from what to what."""

    member: str = Field(description="The member as the API names it.", examples=["amount"])
    before: Any = Field(description="What it was; null where it was not said.")
    after: Any = Field(description="What it is; null where it is no longer said.")
    words: dict[str, str] = Field(
        description="In words, by language.",
        examples=[{"fr": "Montant : de 1 à 2 XOF", "en": "Amount: from 1 to 2 XOF"}],
    )


class HistoryItem(BaseModel):
    """One change of a row."""

    id: UUID
    at: datetime
    actor: str = Field(description="Who did it.")
    action: str = Field(examples=["project.approved"])
    words: dict[str, str] = Field(
        description="What was done, by language.", examples=[{"fr": "projet : approuvé", "en": "project: approved"}]
    )
    changes: list[MemberChange] = Field(description="Each member that differs.")
    reason: str | None


class HistoryPage(BaseModel):
    """A page, newest first."""

    items: list[HistoryItem]
    next_cursor: str | None


class ChangeItem(BaseModel):
    """One change of any row; a deletion is a tombstone."""

    noun: str = Field(description="What the row is.", examples=["project"])
    subject_id: UUID
    reference: str | None = Field(description="Its reference or slug; null where it has none, or is gone.")
    change: Literal["changed", "deleted"] = Field(description="`deleted`: forget the row; `changed`: read it again.")
    action: str
    at: datetime
    link: str | None = Field(description="Where the row is read; null where it is gone or has no address.")


class ChangePage(BaseModel):
    """Changes in the order in which they were committed."""

    items: list[ChangeItem]
    next_cursor: str = Field(description="Pass it as `since` later: always given, also when nothing is new.")
