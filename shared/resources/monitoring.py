"""Third-party monitoring as clients list, count and open it."""

from datetime import datetime
from uuid import UUID

from shared.errors import Texts
from shared.models import Monitoring
from shared.models.base import Protection
from shared.reading.filters import among
from shared.reading.resource import Resource
from shared.reading.search import Search, found
from shared.reading.shown import Listed


class MonitoringItem(Listed):
    """A monitoring in a list."""

    id: UUID
    reference: str
    mechanism: str
    phase: Texts
    funder: str | None
    contractor: str | None
    activity: str | None
    protection: Protection
    is_synthetic: bool


class MonitoringDetail(MonitoringItem):
    """A monitoring with what was found and recommended."""

    findings: Texts | None
    recommendations: Texts | None
    recorded_at: datetime


MONITORING = Resource(
    "monitoring",
    Monitoring,
    MonitoringItem,
    MonitoringDetail,
    filters=(among("mechanism", Monitoring.mechanism_code, "Mechanism codes."),),
    search=Search("monitoring", Monitoring.reference, found(Monitoring)),
    order=("reference",),
    dimensions=("mechanism",),
)
"""What `/v1/monitoring` lists, counts and opens."""
