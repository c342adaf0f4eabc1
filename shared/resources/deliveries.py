"""Deliveries as clients list, count and open them: state, and the proof or the reason for it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, case, cast, func, literal_column, select

from shared.domain.delivery import DeliveryState, Outcome, Step
from shared.errors import Texts
from shared.models import Attempt, Delivery, Edition, Job, Platform, Receipt
from shared.models.kept import told, told_together
from shared.reading.filters import Filter, OrderKey, among, whether
from shared.reading.resource import Resource
from shared.reading.shown import From, Listed, Rows, Shown

_TABLE = Delivery.__table__


def _of_platform(column: Any) -> ColumnElement[Any]:
    chosen = select(column).where(Platform.id == Delivery.platform_id)
    return chosen.correlate(_TABLE).scalar_subquery()


def _of_edition(column: Any) -> ColumnElement[Any]:
    return select(column).where(Edition.id == Delivery.edition_id).correlate(_TABLE).scalar_subquery()


def _of_job(column: Any) -> ColumnElement[Any]:
    return select(column).where(Job.id == Delivery.job_id).correlate(_TABLE).scalar_subquery()


def _post(column: Any) -> ColumnElement[Any]:
    proof = select(column).where(Receipt.delivery_id == Delivery.id, Receipt.step == "post", Receipt.is_current)
    return proof.correlate(_TABLE).scalar_subquery()


def _is_visible() -> ColumnElement[Any]:
    """Whether readers get all of it: the file and the post."""
    proved = select(func.bool_and(Receipt.is_visible)).where(Receipt.delivery_id == Delivery.id, Receipt.is_current)
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


class AttemptRead(Shown):
    """One try of one step; `outcome` is null while it runs."""

    fence: int
    step: Step
    phase: Literal["probe", "send"]
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None
    http_status: int | None
    detail: Annotated[Texts | None, From(told(Attempt.detail))]


class ReceiptRead(Shown):
    """Proof of one step, by the bytes that were fetched back."""

    step: Step
    external_id: str = Field(description="The platform's own id.")
    url: str
    sha256: Annotated[str | None, From(Receipt.remote_sha256)]
    found_by: Literal["created", "updated", "probe"]
    is_visible: bool = Field(description="Whether an anonymous reader got it; else it was accepted only.")
    note: Annotated[Texts | None, From(told(Receipt.note))] = Field(description="Why readers do not get it.")
    is_current: bool = Field(description="False for the proof of a worker that had lost its lease.")
    fence: int
    at: datetime


_LAST_ERROR = case(
    (Delivery.held_reason.is_not(None), told(Delivery.held_reason)),
    (_WAITS, told(_of_platform(Platform.paused_reason), _PAUSED)),
    (_IS_OPEN, told(_of_job(Job.error))),
)
_NEXT_TRY = case((_WAITS, None), (_IS_OPEN, _of_job(func.coalesce(Job.lease_until, Job.due_at))))


class DeliveryItem(Listed):
    """A delivery in a list."""

    id: UUID
    key: Annotated[str, From(Delivery.idem_key)]
    platform: str
    edition: str
    language: str
    document_key: str = Field(description="Series, number, language, format: the same for every revision.")
    sequence: int = Field(description="The edition's revision.")
    operation: Annotated[Literal["publish", "replace", "withdraw"], From(Delivery.op)]
    sha256: Annotated[str, From(Delivery.artefact_sha256)] = Field(description="Of the file that is delivered.")
    state: DeliveryState
    state_since: datetime
    next_try_at: Annotated[datetime | None, From(_NEXT_TRY)] = Field(
        description="Null when it has ended or is held, and while its platform is paused: nothing is tried then."
    )
    last_error: Annotated[Texts | None, From(_LAST_ERROR)] = Field(
        description="How the last try failed, or why the platform is paused; null when it has ended."
    )
    dead_reason: Annotated[Texts | None, From(told(Delivery.dead_reason))]
    held_reason: Annotated[Texts | None, From(told(Delivery.held_reason))]
    url: Annotated[str | None, From(_post(Receipt.url))] = Field(
        description="Where the platform shows it, once proved."
    )
    is_visible: Annotated[bool | None, From(_is_visible())] = Field(
        description="Whether readers get the file and the post; false: accepted, not visible."
    )
    notice: Annotated[Texts | None, From(_notice())] = Field(
        description="Why readers do not get it, and what to ask of the partner."
    )
    requested_by: str
    requested_at: datetime


class DeliveryDetail(DeliveryItem):
    """A delivery with all that was tried and all that proves it."""

    receipts: Annotated[list[ReceiptRead], Rows(Receipt.delivery_id, (Receipt.at, Receipt.step))]
    attempts: Annotated[list[AttemptRead], Rows(Attempt.delivery_id, (Attempt.started_at, Attempt.fence))]


DELIVERIES = Resource(
    "deliveries",
    Delivery,
    DeliveryItem,
    DeliveryDetail,
    version=_VERSION,
    filters=(
        Filter("platform", str, lambda v: _of_platform(Platform.slug) == v, "Slug of the platform."),
        Filter("edition", str, lambda v: _of_edition(Edition.slug) == v, "Slug of the edition."),
        Filter("language", str, lambda v: Delivery.language == v, "fr or en.", among=("fr", "en")),
        Filter("document_key", str, lambda v: Delivery.document_key == v, "The same for all revisions."),
        among("state", Delivery.state, "pending, sending, unknown, delivered, dead, cancelled.", DeliveryState),
        whether(
            "is_held",
            Delivery.held_reason.is_not(None),
            "Only those that stay in doubt and wait for a person, or only the others.",
        ),
    ),
    order=("requested_at", OrderKey("key", Delivery.idem_key, Text())),
    default_order="-requested_at",
    dimensions=("state", "language"),
    actions={"replay": (Delivery.state == DeliveryState.DEAD) | Delivery.held_reason.is_not(None)},
)
"""What `/v1/deliveries` lists, counts and opens."""
