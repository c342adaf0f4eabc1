"""Standing texts as clients list and open them: the last version, with those before it and the editions that print it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from shared.errors import Texts
from shared.facts.parameters import KNOWN_AT
from shared.models import Edition, EditionItem, StandingText
from shared.reading.filters import among
from shared.reading.json import listed
from shared.reading.resource import Resource
from shared.reading.shown import From, Listed, Shown, object_of

_last = (
    select(StandingText.__table__)
    .ext(distinct_on(StandingText.key))
    .where(StandingText.recorded_at <= KNOWN_AT)
    .order_by(StandingText.key, StandingText.version.desc())
    .subquery("last_version")
)
_now = select(_last).where(~_last.c.is_withdrawn).subquery("standing")
_version = aliased(StandingText)


class StandingTextVersion(Shown):
    """One version, with who wrote it."""

    version: int
    text: Texts
    recorded_at: datetime
    recorded_by: str


_versions = (
    select(func.json_agg(aggregate_order_by(object_of(StandingTextVersion, _version), _version.version)))
    .where(_version.key == _now.c.key, _version.recorded_at <= KNOWN_AT)
    .correlate(_now)
)
_naming = select(EditionItem.edition_id).where(EditionItem.standing_text_key == _now.c.key).correlate(_now)
_editions = (
    select(func.json_agg(aggregate_order_by(Edition.slug, Edition.slug))).where(Edition.id.in_(_naming)).correlate(_now)
)


class StandingTextItem(Listed):
    """A standing text as it holds."""

    id: UUID
    key: str
    version: int
    text: Texts
    recorded_at: datetime
    recorded_by: str


class StandingTextDetail(StandingTextItem):
    """With all its versions, and the editions whose items name it."""

    versions: Annotated[list[StandingTextVersion], From(listed(_versions))]
    editions: Annotated[list[str], From(listed(_editions))]


STANDING_TEXTS = Resource(
    "standing-texts",
    StandingText,
    StandingTextItem,
    StandingTextDetail,
    rows=_now,
    filters=(among("key", _now.c.key, "Keys."),),
    order=("key", "recorded_at"),
)
"""What `/v1/standing-texts` lists, counts and opens."""
