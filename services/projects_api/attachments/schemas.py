"""Input and answers of the routes that replace a project's outputs, roles, quoted figures and links."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.projects_api.content.parts import LinkParts, OutputParts, QuotedFigureParts, RoleParts
from shared.portfolio import Part


class OutputsCommand(Part):
    """All outputs of a project, in order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outputs": [
                        {
                            "name": {"fr": "salles de classe réhabilitées", "en": "classrooms rehabilitated"},
                            "planned": "3",
                        }
                    ]
                }
            ]
        }
    )

    outputs: OutputParts


class RolesCommand(Part):
    """All parties of a project, in order; several sponsors are allowed, one leads."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"roles": [{"kind": "sponsor", "organisation": "force", "is_lead": True}]}]}
    )

    roles: RoleParts


class QuotedFiguresCommand(Part):
    """All quoted figures of a project."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "quoted_figures": [
                        {
                            "reference": "QUO-2022-001",
                            "value": "300000",
                            "unit": "persons",
                            "qualifier": "nearly",
                            "source": "Bulletin, February-March 2022",
                            "scope": {"fr": "accès à l'eau", "en": "access to water"},
                        }
                    ]
                }
            ]
        }
    )

    quoted_figures: QuotedFigureParts


class LinksCommand(Part):
    """All links of a project, in order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "links": [
                        {
                            "url": "https://www.maliapd.org",
                            "label": {"fr": "Plateforme de coordination", "en": "Coordination platform"},
                        }
                    ]
                }
            ]
        }
    )

    links: LinkParts


class AttachmentsWritten(BaseModel):
    """The project and the set as it stands."""

    project_id: UUID
    reference: str
    items: list[dict[str, Any]]
