"""What the routes of donors take and give."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import Flag, Slug
from shared.models.base import Protection
from shared.portfolio import Part, RefersTo


class DonorContent(Part):
    """Which organisation gives, and how it is listed; its name stays with the organisation."""

    organisation: Annotated[Slug, RefersTo("organisation")] = Field(
        description="The organisation's slug.", examples=["denmark"]
    )
    is_listed_last: Flag = Field(False, description="After the alphabet, as UN DOCO is.")
    protection: Protection = Protection.INTERNAL


class DonorCreate(DonorContent):
    """An organisation becomes a donor."""

    slug: Slug


class DonorRead(BaseModel):
    """A donor as it stands after a write."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    organisation_id: UUID
    is_listed_last: bool
    protection: str
    is_synthetic: bool
    version: int
