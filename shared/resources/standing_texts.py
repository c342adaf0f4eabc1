"""Standing texts as clients list and open them: the last version, with those before it and the editions that print it."""

from sqlalchemy import DateTime, Text, any_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from shared.facts.parameters import KNOWN_AT
from shared.models import Edition, EditionItem, StandingText
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.project_facts import listed
from shared.resources.statements import json_object

_last = (
    select(StandingText.__table__)
    .ext(distinct_on(StandingText.key))
    .where(StandingText.recorded_at <= KNOWN_AT)
    .order_by(StandingText.key, StandingText.version.desc())
    .subquery("last_version")
)
_now = select(_last).where(~_last.c.is_withdrawn).subquery("standing")
_version = aliased(StandingText)

STANDING_TEXTS = Resource(
    name="standing-texts",
    noun="standing_text",
    table=_now,
    identity=_now.c.id,
    version=_now.c.version,
    filters=(Filter("key__in", list, lambda v: _now.c.key == any_(v), "Keys."),),
    order=(
        OrderKey("key", _now.c.key, Text()),
        OrderKey("recorded_at", _now.c.recorded_at, DateTime(timezone=True)),
    ),
    default_order="key",
    item={
        "id": _now.c.id,
        "key": _now.c.key,
        "version": _now.c.version,
        "text": _now.c.text,
        "recorded_at": _now.c.recorded_at,
        "recorded_by": _now.c.recorded_by,
    },
    detail={
        "versions": listed(
            select(
                func.json_agg(
                    aggregate_order_by(
                        json_object(
                            {
                                "version": _version.version,
                                "text": _version.text,
                                "recorded_at": _version.recorded_at,
                                "recorded_by": _version.recorded_by,
                            }
                        ),
                        _version.version,
                    )
                )
            )
            .where(_version.key == _now.c.key, _version.recorded_at <= KNOWN_AT)
            .correlate(_now)
        ),
        "editions": listed(
            select(func.json_agg(aggregate_order_by(Edition.slug, Edition.slug)))
            .where(
                Edition.id.in_(
                    select(EditionItem.edition_id)
                    .where(EditionItem.standing_text_key == _now.c.key)
                    .correlate(_now)
                )
            )
            .correlate(_now)
        ),
    },
    actions={"edit": None, "delete": None},
)
"""What `/v1/standing-texts` lists, counts and opens."""
