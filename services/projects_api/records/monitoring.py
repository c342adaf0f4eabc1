"""Third-party monitoring: who pays in kind, who looks, in which phase, what was found and recommended."""

from shared.fields import LineTextsField, TextsField
from shared.keys import ActivityReference, MechanismCode, OrganisationSlug
from shared.models import Monitoring
from shared.models.base import Protection
from shared.portfolio import Part
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.monitoring import MONITORING as SHOWN


class MonitoringContent(Part):
    """Third-party monitoring: who pays in kind, who looks, what was found and recommended."""

    mechanism: MechanismCode
    funder: OrganisationSlug | None = None
    contractor: OrganisationSlug | None = None
    activity: ActivityReference | None = None
    phase: LineTextsField
    findings: TextsField | None = None
    recommendations: TextsField | None = None
    protection: Protection = Protection.INTERNAL


MONITORING = Record(
    Monitoring,
    MonitoringContent,
    numbered="MON",
    example={"mechanism": "TF", "phase": {"fr": "Seconde phase", "en": "Second phase"}},
)
monitoring = record_routes(
    MONITORING,
    SHOWN,
    create="Who pays in kind, who looks, in which phase; findings may follow.",
    replace="The whole content.",
)
