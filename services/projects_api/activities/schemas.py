"""Input and answers of the activities' routes."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.projects_api.answers import LinkRead, PartRead, QuotedRead, Read, Texts
from services.projects_api.contents import ActivityContent
from services.projects_api.fields import ReferenceText


class ActivityCreate(ActivityContent):
    """A new activity."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "launch",
                    "title": {
                        "fr": "Lancement des travaux de l'école d'Inagam",
                        "en": "Start of works at the school of Inagam",
                    },
                    "start_on": "2022-03-23",
                    "end_on": "2022-03-23",
                    "area": "gao-menaka",
                    "projects": ["QIP-2022-MNK-014"],
                }
            ]
        }
    )

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given.")


class ActivityItem(Read):
    """An activity in a list."""

    id: UUID
    reference: str
    kind: str
    title: Texts
    start_on: date
    end_on: date
    precision: str
    area: str | None
    places: list[str]
    projects: list[str]
    protection: str
    is_synthetic: bool
    etag: str
    can: list[str]


class ActivityDetail(ActivityItem):
    """An activity with its texts, parties, quoted figures and links."""

    short: Texts | None
    long: Texts | None
    attendance: int | None
    attendance_qualifier: str | None
    decisions: Texts | None
    roles: list[PartRead]
    quoted_figures: list[QuotedRead]
    links: list[LinkRead]
    recorded_at: datetime
