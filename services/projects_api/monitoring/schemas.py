"""Input and answers of the monitoring's routes."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.projects_api.answers import Read, Texts
from services.projects_api.contents import MonitoringContent
from services.projects_api.fields import ReferenceText


class MonitoringCreate(MonitoringContent):
    """A new monitoring."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"mechanism": "TF", "phase": {"fr": "Seconde phase", "en": "Second phase"}}]
        }
    )

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given.")


class MonitoringItem(Read):
    """A monitoring in a list."""

    id: UUID
    reference: str
    mechanism: str
    phase: Texts
    funder: str | None
    contractor: str | None
    activity: str | None
    protection: str
    is_synthetic: bool
    etag: str
    can: list[str]


class MonitoringDetail(MonitoringItem):
    """A monitoring with what was found and recommended."""

    findings: Texts | None
    recommendations: Texts | None
    recorded_at: datetime
