"""Input and answers of the announcements' routes."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.projects_api.answers import LinkRead, PartRead, QuotedRead, Read, Texts
from services.projects_api.contents import AnnouncementContent
from services.projects_api.facts import CountedStated
from services.projects_api.fields import DecimalText, ReferenceText


class AnnouncementEdit(AnnouncementContent, CountedStated):
    """A node with what is known only for the group: amounts and people."""


class AnnouncementCreate(AnnouncementEdit):
    """A new node."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mechanism": "QIP",
                    "project_count": 7,
                    "title": {
                        "fr": "Sept projets au profit de groupements de femmes",
                        "en": "Seven projects for women's groups",
                    },
                    "amounts": [
                        {"kind": "approved", "amount": "78500000", "currency": "XOF", "on": "2022-03-30"}
                    ],
                }
            ]
        }
    )

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given.")


class GroupAmountRead(Read):
    """An amount of a group; no split of it is known."""

    id: UUID
    kind: str
    amount: DecimalText
    currency: str
    qualifier: str
    value_on: date
    usd: DecimalText | None
    basis: str
    is_synthetic: bool


class GroupCountRead(Read):
    """People planned or reached by a group."""

    id: UUID
    kind: str
    unit: str
    total: int
    female: int | None
    male: int | None
    female_share: DecimalText | None
    qualifier: str
    value_on: date
    is_synthetic: bool


class GroupOutputRead(Read):
    """Something built, equipped or delivered by a group."""

    name: Texts
    unit: Texts | None
    planned: DecimalText | None
    delivered: DecimalText | None


class AnnouncementItem(Read):
    """A node in a list."""

    id: UUID
    reference: str
    parent: str | None
    activity: str | None
    mechanism: str | None
    project_count: int
    title: Texts
    position: int
    projects: list[str]
    amounts: list[GroupAmountRead]
    protection: str
    is_synthetic: bool
    etag: str
    can: list[str]


class AnnouncementDetail(AnnouncementItem):
    """A node with all that hangs on it."""

    sectors: list[str]
    places: list[str]
    beneficiaries: list[GroupCountRead]
    outputs: list[GroupOutputRead]
    roles: list[PartRead]
    quoted_figures: list[QuotedRead]
    links: list[LinkRead]
    recorded_at: datetime
