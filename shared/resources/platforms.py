"""Partner platforms as clients list and open them; where a password is found, never the password."""

from sqlalchemy import Text, any_, func, select

from shared.models import Delivery, Platform
from shared.models.kept import told
from shared.resources.declaration import Filter, OrderKey, Resource

_HELD = (
    select(func.count())
    .where(Delivery.platform_id == Platform.id, Delivery.held_reason.is_not(None))
    .correlate(Platform.__table__)
    .scalar_subquery()
)

PLATFORMS = Resource(
    name="platforms",
    noun="platform",
    table=Platform.__table__,
    identity=Platform.id,
    version=Platform.version,
    filters=(
        Filter(
            "kind__in",
            list,
            lambda v: Platform.kind == any_(v),
            "Kinds: wordpress.",
            among=("wordpress",),
        ),
        Filter(
            "is_paused", bool, lambda v: Platform.is_paused == v, "Held queues only, or running ones only."
        ),
    ),
    order=(OrderKey("slug", Platform.slug, Text()),),
    default_order="slug",
    item={
        "id": Platform.id,
        "slug": Platform.slug,
        "kind": Platform.kind,
        "name": Platform.name,
        "base_url": Platform.base_url,
        "username": Platform.username,
        "secret_reference": Platform.secret_reference,
        "publish_status": Platform.publish_status,
        "categories": Platform.categories,
        "is_paused": Platform.is_paused,
        "paused_reason": told(Platform.paused_reason),
        "held_deliveries": _HELD,
        "audience": Platform.audience,
        "protection": Platform.protection,
        "recorded_at": Platform.recorded_at,
    },
    detail={},
    dimensions={"kind": Platform.kind},
    actions={"edit": None},
)
"""What `/v1/platforms` lists, counts and opens."""
