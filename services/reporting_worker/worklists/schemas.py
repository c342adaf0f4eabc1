"""What worklists look like on the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.errors import Texts


class ActRead(BaseModel):
    """The operation that mends a row."""

    method: str = Field(description="Its method.", examples=["POST"])
    href: str = Field(description="Its address.", examples=["/v1/projects/QIP-2022-MNK-014/amounts"])
    permission: str = Field(examples=["projects:edit"])


class WorklistRead(BaseModel):
    """A worklist, with how many rows wait in it."""

    key: str = Field(examples=["projects.without_amount"])
    title: Texts
    todo: Texts = Field(description="What to do about its rows.")
    noun: str = Field(description="What each of its rows is.", examples=["project"])
    count: int = Field(description="Rows that wait, of those that the filters keep.")
    mine: int = Field(
        description="Of these, those that the bearer may mend: by permission, section and the rule of two persons."
    )
    permission: str = Field(description="What mending takes.")
    roles: list[str] = Field(description="The roles that have it, on some row at least.")
    filters: list[str] = Field(description="The filters that its rows know; with another one it counts nothing.")
    href: str = Field(description="Its rows, with the same filters and moment.")


class Worklists(BaseModel):
    """Every worklist that the bearer may read."""

    items: list[WorklistRead]
    count: int = Field(description="Rows that wait, in all of them.")
    mine: int = Field(description="Of these, those that the bearer may mend.")


class WaitingRow(BaseModel):
    """A row that waits: what it is, what to do, since when, and the act that mends it."""

    noun: str = Field(description="What it is.", examples=["project"])
    id: UUID
    reference: str = Field(description="Its reference, slug or key, or its id where it has none.")
    title: Texts | None
    todo: Texts = Field(description="What is the matter, with its figures.")
    figures: dict[str, Any] = Field(description="The same figures for programs; amounts with their currency.")
    since: date | None = Field(description="Since when it waits, where that is known.")
    is_mine: bool = Field(description="Whether the bearer may mend it.")
    href: str = Field(description="Where the API reads the row.")
    act: ActRead = Field(description="The operation that mends it.")


class WaitingRows(BaseModel):
    """A page of a worklist, what waits longest first."""

    items: list[WaitingRow]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null on the last.")
    total: int | None = Field(None, description="Rows that the filters keep, with `include=total`.")
