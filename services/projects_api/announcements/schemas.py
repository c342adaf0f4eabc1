"""Input and answers of the announcements' routes."""

from pydantic import ConfigDict, Field

from services.projects_api.contents import AnnouncementContent
from services.projects_api.facts import CountedStated
from shared.fields import ReferenceText


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
