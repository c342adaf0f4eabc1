"""Mechanisms, whose JSON Postgres builds."""

from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shared.database import Reader
from shared.facts import Statement, compiled
from shared.facts.in_force import stands_from_any_date
from shared.models import Bucket, Mechanism, Policy
from shared.reading.json import json_object, listed
from shared.web.moment import Moment

_POLICY = json_object(
    {
        "id": Policy.id,
        "kind": Policy.kind,
        "value": cast(func.trim_scale(Policy.value), Text),
        "currency": Policy.currency,
        "valid_from": Policy.valid_from,
        "source": Policy.source,
        "reason": Policy.reason,
        "supersedes_id": Policy.supersedes_id,
        "recorded_at": Policy.recorded_at,
        "recorded_by": Policy.recorded_by,
    }
)
_BUCKET = json_object(
    {
        "bucket": Bucket.bucket,
        "states": Bucket.states,
        "ever_states": Bucket.ever_states,
        "valid_from": Bucket.valid_from,
    }
)
_POLICIES = listed(
    select(func.json_agg(aggregate_order_by(_POLICY, Policy.kind, Policy.valid_from)))
    .where(Policy.mechanism_code == Mechanism.code, *stands_from_any_date(Policy))
    .correlate(Mechanism)
)
_BUCKETS = listed(
    select(func.json_agg(aggregate_order_by(_BUCKET, Bucket.bucket, Bucket.valid_from)))
    .where(Bucket.mechanism_code == Mechanism.code)
    .correlate(Mechanism)
)
_MECHANISM = json_object(
    {
        "code": Mechanism.code,
        "name": Mechanism.name,
        "is_external": Mechanism.is_external,
        "since": Mechanism.since,
        "position": Mechanism.position,
        "policies": _POLICIES,
        "buckets": _BUCKETS,
    }
)


def _whole(item: Any, *order: Any) -> Statement:
    return compiled(select(cast(listed(select(func.json_agg(aggregate_order_by(item, *order)))), Text)))


MECHANISMS = _whole(_MECHANISM, Mechanism.position, Mechanism.code)


async def read_mechanisms(reads: Reader, moment: Moment) -> str:
    """All mechanisms as a JSON list, in their order, as known at the moment."""
    items: str = await reads.fetchval(*MECHANISMS.asked(**moment.bound))
    return items
