"""Partner platforms as clients list and open them; where a password is found, never the password."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select

from shared.errors import Texts
from shared.models import Delivery, Platform
from shared.models.base import Protection
from shared.models.delivery import PlatformKind
from shared.models.kept import told
from shared.reading.filters import among, whether
from shared.reading.resource import Resource
from shared.reading.shown import From, Listed

_HELD = (
    select(func.count())
    .where(Delivery.platform_id == Platform.id, Delivery.held_reason.is_not(None))
    .correlate(Platform.__table__)
    .scalar_subquery()
)


class PlatformItem(Listed):
    """A platform in a list."""

    id: UUID
    slug: str
    kind: PlatformKind
    name: Texts
    base_url: str
    username: str
    secret_reference: str
    publish_status: str
    categories: dict[str, list[str]]
    is_paused: bool
    paused_reason: Annotated[Texts | None, From(told(Platform.paused_reason))] = Field(
        description="Why nothing is sent now; the platform's own refusal, or a person's."
    )
    held_deliveries: Annotated[int, From(_HELD)]
    audience: str
    protection: Protection
    recorded_at: datetime


PLATFORMS = Resource(
    "platforms",
    Platform,
    PlatformItem,
    PlatformItem,
    filters=(
        among("kind", Platform.kind, "Kinds of platform.", PlatformKind),
        whether("is_paused", Platform.is_paused, "Held queues only, or running ones only."),
    ),
    order=("slug",),
    dimensions=("kind",),
    actions={"edit": None},
)
"""What `/v1/platforms` lists, counts and opens."""
