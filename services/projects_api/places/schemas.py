"""Input and answers of the routes of places and reporting areas."""

from pydantic import ConfigDict

from services.projects_api.contents import PlaceContent, ReportingAreaContent
from shared.fields import Slug


class PlaceCreate(PlaceContent):
    """A new place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "inagam",
                    "kind": "locality",
                    "name": {"fr": "Inagam"},
                    "codes": [{"scheme": "ocha_pcode", "code": "ML0701"}],
                }
            ]
        }
    )

    slug: Slug


class AreaCreate(ReportingAreaContent):
    """A new reporting area."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"slug": "gao-menaka", "name": {"fr": "Gao / Ménaka"}, "places": ["gao", "menaka"]}]
        }
    )

    slug: Slug
