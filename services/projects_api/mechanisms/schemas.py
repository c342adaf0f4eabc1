"""Answers of the routes of mechanisms and sectors."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.projects_api.contents import PolicyContent
from shared.fields import DecimalText, LineText
from shared.reading.shown import Shown, Texts


class PolicyRead(Shown):
    """A dated rule that stands, with what it corrected and why."""

    id: UUID
    kind: str
    value: DecimalText
    currency: str | None
    valid_from: date
    source: str
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str


class BucketRead(Shown):
    """Which states count where, from a date."""

    bucket: str
    states: list[str]
    ever_states: list[str] | None
    valid_from: date


class MechanismRead(Shown):
    """A funding mechanism with its policies and buckets."""

    code: str
    name: Texts
    is_external: bool
    since: int | None
    position: int
    policies: list[PolicyRead]
    buckets: list[BucketRead]


class Mechanisms(Shown):
    """All mechanisms."""

    items: list[MechanismRead]


class PolicyCommand(PolicyContent):
    """A policy from a date on, or the correction of one as a whole, which says why."""

    supersedes_id: UUID | None = Field(None, description="The policy that this one corrects.")
    reason: LineText | None = Field(None, examples=["The circular says 60,000."])


class PolicyWritten(Shown):
    """A policy as it was recorded."""

    id: UUID
    mechanism: str
    kind: str
    valid_from: date
    supersedes_id: UUID | None
