"""Input and answers of the projects' routes."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.fields import LineTextsField, TextsField
from shared.models.base import Protection
from shared.portfolio import Part
from shared.sentences import refusal


class ProjectEdit(Part):
    """What changes; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"protection": "public"}]})

    title: LineTextsField = Field(default_factory=dict)
    summary: TextsField | None = None
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise refusal("nothing_to_change", "Rien n'est à changer.", "There is nothing to change.")
        return self

    @property
    def columns(self) -> dict[str, object]:
        """The columns that the request names."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ProjectWritten(BaseModel):
    """A project as it stands after a write."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    mechanism: str = Field(validation_alias="mechanism_code")
    title: dict[str, str]
    summary: dict[str, str] | None
    protection: str
    is_synthetic: bool
    author: str
    version: int
