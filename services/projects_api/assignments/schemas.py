"""Input and answers of the routes of sectors and places."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.projects_api.content.parts import PlacesStated, SectorsStated
from shared.recording.facts import Correction


class SectorsCommand(SectorsStated, Correction):
    """The sectors of a project from a date on, or the correction of an earlier statement."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2022-03-23", "shares": [{"sector": "qip-water", "percentage": "100"}]}]}
    )


class PlacesCommand(PlacesStated, Correction):
    """The places of a project from a date on, or the correction of an earlier statement."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2022-03-23", "shares": [{"place": "inagam"}]}]})


class AssignmentWritten(BaseModel):
    """A statement of sectors or places as recorded; its shares are those of the request."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    value_on: date
    precision: str
    source: str | None
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str
