"""What clients send and read about platforms."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.web.fields import LineText, TextsField

Slug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Url = Annotated[str, StringConstraints(strict=True, pattern=r"^https?://[^\s@?#]+$", max_length=300)]


class PlatformFields(BaseModel):
    """What is configured of a partner's archive."""

    model_config = ConfigDict(extra="forbid")

    name: TextsField
    base_url: Url = Field(
        description="Address of the site; `/wp-json` lies below it.", examples=["https://archive.example.org"]
    )
    username: LineText
    secret_reference: Annotated[LineText, Field(pattern=r"^(env|file):.+$")] = Field(
        description="Where the workers find the application password; the password itself is never sent here.",
        examples=["env:PTF_PASSWORD"],
    )
    publish_status: Literal["draft", "pending", "publish"] = Field(
        "publish",
        description="As what a post is created: for the partner to finish, to review, or for readers.",
    )
    categories: dict[Slug, list[Slug]] = Field(
        default_factory=dict,
        description="Series to the partner's own category slugs; none is ever created.",
        examples=[{"bulletin": ["bulletins"]}],
    )


class PlatformCreate(PlatformFields):
    """A partner's archive to deliver to."""

    slug: Slug = Field(examples=["ptf"])
    kind: Literal["wordpress"] = "wordpress"


class PlatformPause(BaseModel):
    """Hold a platform's queue, or let it go on."""

    model_config = ConfigDict(extra="forbid")

    is_paused: bool
    reason: LineText = Field(description="Kept in the audit; shown with each waiting delivery.")


class PlatformRead(BaseModel):
    """A platform as it is configured."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    id: UUID
    slug: str
    kind: str
    name: dict[str, str]
    base_url: str
    username: str
    secret_reference: str
    publish_status: str
    categories: dict[str, list[str]]
    is_paused: bool
    paused_reason: str | None = Field(
        description="Why nothing is sent now; the platform's own refusal, or a person's."
    )
    audience: str
    protection: str
    recorded_at: datetime


class PlatformItem(PlatformRead):
    """A platform in a list."""

    etag: str
    can: list[str]
