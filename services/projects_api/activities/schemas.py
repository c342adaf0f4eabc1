"""Input and answers of the activities' routes."""

from pydantic import ConfigDict, Field

from services.projects_api.contents import ActivityContent
from shared.fields import ReferenceText


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
