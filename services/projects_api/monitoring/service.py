"""Third-party monitoring: funder in kind, contractor, phase, findings and recommendations."""

from uuid import UUID

from services.projects_api.contents import MonitoringContent
from services.projects_api.directory import Directory
from services.projects_api.editing import (
    create_record,
    edit_record,
    record_for_change,
)
from services.projects_api.monitoring.schemas import MonitoringCreate
from services.projects_api.recording import today
from services.projects_api.records import (
    Columns,
    Kind,
    record,
)
from shared.models import Monitoring
from shared.references import next_reference
from shared.unit_of_work import UnitOfWork


def _monitoring(content: MonitoringContent, directory: Directory) -> Columns:
    return {
        "mechanism_code": content.mechanism,
        "funder_id": directory.optional("organisation", content.funder),
        "contractor_id": directory.optional("organisation", content.contractor),
        "activity_id": directory.optional("activity", content.activity),
        **content.model_dump(include={"phase", "findings", "recommendations", "protection"}),
    }


MONITORING = Kind("monitoring", Monitoring, ("reference",), _monitoring)


async def create_monitoring(unit: UnitOfWork, command: MonitoringCreate) -> Monitoring:
    """Record a third-party monitoring.

    Raises:
        ReferenceTaken, UnknownKeys: see there.
    """
    prefix = f"MON-{today(unit).year}"
    reference = command.reference or await next_reference(unit.session, Monitoring, prefix)
    row: Monitoring = (await create_record(unit, MONITORING, reference, command)).row
    return row


async def edit_monitoring(unit: UnitOfWork, monitoring_id: UUID, content: MonitoringContent) -> Monitoring:
    """Give a monitoring this content as a whole.

    Raises:
        RecordNotFound, UnknownKeys: see there.
    """
    written = await edit_record(
        unit, MONITORING, await record_for_change(unit, MONITORING, monitoring_id), content
    )
    record(unit, MONITORING, [written])
    row: Monitoring = written.row
    return row
