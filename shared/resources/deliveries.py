"""Deliveries as clients list, count and open them: state, and the proof or the reason for it."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Text,
    any_,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shared.domain.delivery import DeliveryState
from shared.models import Attempt, Delivery, Edition, Job, Platform, Receipt
from shared.models.kept import told, told_together
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.statements import json_object

_TABLE = Delivery.__table__


def _list(rows: Any) -> ColumnElement[Any]:
    return func.coalesce(rows.correlate(_TABLE).scalar_subquery(), literal_column("'[]'::json"))


def _attempts() -> ColumnElement[Any]:
    item = json_object(
        {
            "fence": Attempt.fence,
            "step": Attempt.step,
            "phase": Attempt.phase,
            "started_at": Attempt.started_at,
            "ended_at": Attempt.ended_at,
            "outcome": Attempt.outcome,
            "http_status": Attempt.http_status,
            "detail": told(Attempt.detail),
        }
    )
    ordered = aggregate_order_by(item, Attempt.started_at, Attempt.fence)
    return _list(select(func.json_agg(ordered)).where(Attempt.delivery_id == Delivery.id))


def _receipts() -> ColumnElement[Any]:
    item = json_object(
        {
            "step": Receipt.step,
            "external_id": Receipt.external_id,
            "url": Receipt.url,
            "sha256": Receipt.remote_sha256,
            "found_by": Receipt.found_by,
            "is_visible": Receipt.is_visible,
            "note": told(Receipt.note),
            "is_current": Receipt.is_current,
            "fence": Receipt.fence,
            "at": Receipt.at,
        }
    )
    rows = select(func.json_agg(aggregate_order_by(item, Receipt.at, Receipt.step)))
    return _list(rows.where(Receipt.delivery_id == Delivery.id))


def _of_platform(column: Any) -> ColumnElement[Any]:
    chosen = select(column).where(Platform.id == Delivery.platform_id)
    return chosen.correlate(_TABLE).scalar_subquery()


def _of_edition(column: Any) -> ColumnElement[Any]:
    return select(column).where(Edition.id == Delivery.edition_id).correlate(_TABLE).scalar_subquery()


def _of_job(column: Any) -> ColumnElement[Any]:
    return select(column).where(Job.id == Delivery.job_id).correlate(_TABLE).scalar_subquery()


def _post(column: Any) -> ColumnElement[Any]:
    proof = select(column).where(
        Receipt.delivery_id == Delivery.id, Receipt.step == "post", Receipt.is_current
    )
    return proof.correlate(_TABLE).scalar_subquery()


def _is_visible() -> ColumnElement[Any]:
    """Whether readers get all of it: the file and the post."""
    proved = select(func.bool_and(Receipt.is_visible)).where(
        Receipt.delivery_id == Delivery.id, Receipt.is_current
    )
    return proved.correlate(_TABLE).scalar_subquery()


def _notice() -> ColumnElement[Any]:
    told = select(told_together(Receipt.note)).where(Receipt.delivery_id == Delivery.id, Receipt.is_current)
    return told.correlate(_TABLE).scalar_subquery()


_TRIES = select(func.count()).where(Attempt.delivery_id == Delivery.id).correlate(_TABLE).scalar_subquery()
_VERSION = (
    cast(func.extract("epoch", Delivery.state_since) * 1000, BigInteger)
    + _TRIES
    + _of_job(Job.fence)
    + _of_platform(Platform.version)
)
"""It moves with each change of state, each attempt, each claim, and each change of the platform: none ever falls."""

_IS_OPEN = literal_column("delivery.state IN ('pending', 'sending', 'unknown')", Boolean())
_WAITS = _IS_OPEN & (_of_platform(Platform.is_paused) | Delivery.held_reason.is_not(None))
_PAUSED = {"fr": "en pause : ", "en": "paused: "}

DELIVERIES = Resource(
    name="deliveries",
    noun="delivery",
    table=_TABLE,
    identity=Delivery.id,
    version=_VERSION,
    filters=(
        Filter("platform", str, lambda v: _of_platform(Platform.slug) == v, "Slug of the platform."),
        Filter("edition", str, lambda v: _of_edition(Edition.slug) == v, "Slug of the edition."),
        Filter("language", str, lambda v: Delivery.language == v, "fr or en.", among=("fr", "en")),
        Filter("document_key", str, lambda v: Delivery.document_key == v, "The same for all revisions."),
        Filter(
            "state__in",
            list,
            lambda v: Delivery.state == any_(v),
            "pending, sending, unknown, delivered, dead, cancelled.",
            among=DeliveryState,
        ),
        Filter(
            "is_held",
            bool,
            lambda v: Delivery.held_reason.is_not(None) == v,
            "Only those that stay in doubt and wait for a person, or only the others.",
        ),
    ),
    order=(
        OrderKey("requested_at", Delivery.requested_at, DateTime(timezone=True)),
        OrderKey("key", Delivery.idem_key, Text()),
    ),
    default_order="-requested_at",
    item={
        "id": Delivery.id,
        "key": Delivery.idem_key,
        "platform": _of_platform(Platform.slug),
        "edition": _of_edition(Edition.slug),
        "language": Delivery.language,
        "document_key": Delivery.document_key,
        "sequence": Delivery.sequence,
        "operation": Delivery.op,
        "sha256": Delivery.artefact_sha256,
        "state": Delivery.state,
        "state_since": Delivery.state_since,
        "next_try_at": case((_WAITS, None), (_IS_OPEN, _of_job(func.coalesce(Job.lease_until, Job.due_at)))),
        "last_error": case(
            (Delivery.held_reason.is_not(None), told(Delivery.held_reason)),
            (_WAITS, told(_of_platform(Platform.paused_reason), _PAUSED)),
            (_IS_OPEN, told(_of_job(Job.error))),
        ),
        "dead_reason": told(Delivery.dead_reason),
        "held_reason": told(Delivery.held_reason),
        "url": _post(Receipt.url),
        "is_visible": _is_visible(),
        "notice": _notice(),
        "requested_by": Delivery.requested_by,
        "requested_at": Delivery.requested_at,
    },
    detail={"receipts": _receipts(), "attempts": _attempts()},
    dimensions={"state": Delivery.state, "language": Delivery.language},
    actions={"replay": (Delivery.state == DeliveryState.DEAD) | Delivery.held_reason.is_not(None)},
)
"""What `/v1/deliveries` lists, counts and opens."""
