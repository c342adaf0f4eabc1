"""Input and answers of the activities' routes."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.projects_api.answers import LinkRead, PartRead, QuotedRead, Read, Texts
from services.projects_api.contents import ActivityContent
from services.projects_api.fields import ReferenceText


class ActivityCreate(ActivityContent):
    """A new activity."""

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
