"""What an audit row looks like on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class AuditRead(BaseModel):
    """One change."""

    id: UUID
    at: datetime = Field(description="The instant of the unit of work, the `recorded_at` of its facts.")
    service: str
    actor: str = Field(description="The principal's subject; `system:...` for our own jobs.")
    action: str = Field(examples=["project.approved"])
    subject_type: str = Field(examples=["project"])
    subject_id: UUID
    subject: str | None = Field(
        examples=["QIP-2022-MNK-014"], description="Its reference or slug; null where such rows have none."
    )
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    request_id: str | None = Field(description="That of the answer and the log lines.")


class AuditPage(BaseModel):
    """A page, newest first."""

    items: list[AuditRead]
    next_cursor: str | None
