"""What clients send and read about platforms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.reporting_worker.platforms.addresses import SiteAddress
from services.reporting_worker.platforms.secrets import NAME, NAME_MAX_CHARACTERS
from shared.fields import LineText, LineTextsField
from shared.models.delivery import PlatformKind
from shared.models.kept import texts_of
from shared.sentences import refusal
from shared.web.named import as_id

ShortSlug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SecretName = Annotated[str, StringConstraints(strict=True, pattern=NAME, max_length=NAME_MAX_CHARACTERS)]


def _name_of_its_own(slug: str) -> str:
    if slug == "totals" or as_id(slug) is not None:
        raise refusal(
            "slug_taken",
            f"« {slug} » ne peut pas nommer une plateforme : cette adresse a un autre sens.",
            f"'{slug}' cannot name a platform: that address means something else.",
        )
    return slug


class PlatformFields(BaseModel):
    """What is configured of a partner's archive."""

    model_config = ConfigDict(extra="forbid")

    name: LineTextsField
    base_url: SiteAddress = Field(
        description="Address of the site as readers open it, over https; the folder included, if it lies in one.",
        examples=["https://archive.example.org"],
    )
    username: Annotated[LineText, Field(pattern=r"^[^:]+$")] = Field(
        description="The account over there; an author's rights suffice.", examples=["djoliba"]
    )
    secret_reference: SecretName = Field(
        description="Name of the application password in the workers' folder of secrets (or, without one, in the "
        "variables `DJOLIBA_SECRET_<NAME>`); the password itself is never sent here. A name belongs to the first "
        "scheme, host and port that it was used with: for another one, put the password under another name.",
        examples=["ptf"],
    )
    publish_status: Literal["draft", "pending", "publish"] = Field(
        "publish", description="As what a post is created: for the partner to finish, to review, or for readers."
    )
    categories: dict[ShortSlug, list[ShortSlug]] = Field(
        default_factory=dict,
        description="Series to the partner's own category slugs; none is ever created.",
        examples=[{"bulletin": ["bulletins"]}],
    )


class PlatformCreate(PlatformFields):
    """A partner's archive to deliver to."""

    slug: Annotated[ShortSlug, AfterValidator(_name_of_its_own)] = Field(examples=["ptf"])
    kind: PlatformKind = PlatformKind.WORDPRESS


class PlatformPause(BaseModel):
    """Hold a platform's queue, or let it go on."""

    model_config = ConfigDict(extra="forbid")

    is_paused: bool = Field(strict=True)
    reason: LineText = Field(description="Kept in the audit; shown with each waiting delivery.")


def _texts(reason: Any) -> Any:
    return texts_of(reason) if isinstance(reason, str) else reason


class PlatformRead(BaseModel):
    """A platform as it is configured."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    id: UUID
    slug: str
    kind: PlatformKind
    name: dict[str, str]
    base_url: str
    username: str
    secret_reference: str
    publish_status: str
    categories: dict[str, list[str]]
    is_paused: bool
    paused_reason: Annotated[dict[str, str] | None, BeforeValidator(_texts)] = Field(
        description="Why nothing is sent now; the platform's own refusal, or a person's."
    )
    audience: str
    protection: str
    recorded_at: datetime
