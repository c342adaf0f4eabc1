"""Third-party monitoring: funder in kind, contractor, phase, findings and recommendations."""

from services.projects_api.contents import MonitoringContent
from services.projects_api.directory import Directory
from services.projects_api.records import Columns, Kind
from shared.models import Monitoring


def _monitoring(content: MonitoringContent, directory: Directory) -> Columns:
    return {
        "mechanism_code": content.mechanism,
        "funder_id": directory.optional("organisation", content.funder),
        "contractor_id": directory.optional("organisation", content.contractor),
        "activity_id": directory.optional("activity", content.activity),
        **content.model_dump(include={"phase", "findings", "recommendations", "protection"}),
    }


MONITORING = Kind("monitoring", Monitoring, ("reference",), _monitoring)
