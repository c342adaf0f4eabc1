"""Input and answers of the beneficiaries' routes."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.projects_api.facts import BeneficiaryStated
from shared.fields import DecimalText
from shared.recording.facts import Correction


class BeneficiariesCommand(BeneficiaryStated, Correction):
    """A count of people planned or reached, or the correction of one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "planned", "unit": "pupils", "total": 813, "female": 463, "on": "2022-03-23"}
            ]
        }
    )


class BeneficiariesWritten(BaseModel):
    """A count as recorded."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    unit: str
    total: int
    female: int | None
    male: int | None
    female_share: DecimalText | None
    qualifier: str
    value_on: date
    precision: str
    source: str | None
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str
