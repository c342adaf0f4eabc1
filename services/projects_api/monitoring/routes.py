"""The routes of third-party monitoring."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.projects_api.answers import RecordWritten
from services.projects_api.contents import MonitoringContent
from services.projects_api.monitoring import service
from services.projects_api.monitoring.schemas import MonitoringCreate
from services.projects_api.record_routes import add_delete_route
from shared.resources.monitoring import MONITORING
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

monitoring = router("/monitoring", "monitoring")


@monitoring.post("", status_code=201, response_model=RecordWritten, summary="Record a third-party monitoring")
@permission("monitoring:create")
async def create_monitoring(command: MonitoringCreate, unit: Unit, response: Response) -> RecordWritten:
    """Who pays in kind, who looks, in which phase; findings may follow."""
    row = await service.create_monitoring(unit, command)
    response.headers["Location"] = f"/v1/monitoring/{row.id}"
    return RecordWritten(id=row.id, key=row.reference, version=row.version)


@monitoring.put("/{monitoring}", response_model=RecordWritten, summary="Replace a monitoring's content")
@permission("monitoring:edit", if_match=True)
async def edit_monitoring(
    monitoring_id: Annotated[UUID, named("monitoring")], content: MonitoringContent, unit: Unit
) -> RecordWritten:
    """The whole content."""
    row = await service.edit_monitoring(unit, monitoring_id, content)
    return RecordWritten(id=row.id, key=row.reference, version=row.version)


add_delete_route(monitoring, "monitoring", service.MONITORING)
add_resource_routes(
    monitoring,
    MONITORING,
    {
        "list": "List third-party monitoring",
        "totals": "Count third-party monitoring",
        "detail": "Read a third-party monitoring",
    },
)
