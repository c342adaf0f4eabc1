"""Input and answers of the monitoring's routes."""

from pydantic import ConfigDict, Field

from services.projects_api.contents import MonitoringContent
from shared.fields import ReferenceText


class MonitoringCreate(MonitoringContent):
    """A new monitoring."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"mechanism": "TF", "phase": {"fr": "Seconde phase", "en": "Second phase"}}]
        }
    )

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given.")
