"""Editions of the bulletin as clients list, count and open them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text, any_, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.models import Artefact, Edition, EditionArtefact, EditionControl, EditionItem
from shared.models.edition import EditionState
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.search import Search, found
from shared.resources.statements import json_object

_TABLE = Edition.__table__


def _list(rows: Any) -> ColumnElement[Any]:
    return func.coalesce(rows.correlate(_TABLE).scalar_subquery(), literal_column("'[]'::json"))


def _items() -> ColumnElement[Any]:
    item = json_object(
        {
            "id": EditionItem.id,
            "section": EditionItem.section,
            "position": EditionItem.position,
            "kind": EditionItem.kind,
            "heading": EditionItem.heading,
            "text": EditionItem.text,
            "standing_text": EditionItem.standing_text_key,
            "activity": EditionItem.activity_reference,
            "parameters": EditionItem.parameters,
        }
    )
    ordered = aggregate_order_by(item, EditionItem.section, EditionItem.position)
    return _list(select(func.json_agg(ordered)).where(EditionItem.edition_id == Edition.id))


def _controls() -> ColumnElement[Any]:
    item = json_object(
        {
            "key": EditionControl.key,
            "outcome": EditionControl.outcome,
            "title": EditionControl.title,
            "message": EditionControl.message,
            "subjects": EditionControl.subjects,
            "run_at": EditionControl.run_at,
            "accepted_by": EditionControl.accepted_by,
            "acceptance": EditionControl.acceptance,
        }
    )
    ordered = aggregate_order_by(item, EditionControl.key)
    return _list(select(func.json_agg(ordered)).where(EditionControl.edition_id == Edition.id))


def _artefacts() -> ColumnElement[Any]:
    item = json_object(
        {
            "language": EditionArtefact.language,
            "format": EditionArtefact.format,
            "audience": EditionArtefact.audience,
            "sha256": EditionArtefact.sha256,
            "media_type": Artefact.media_type,
            "size": Artefact.size,
            "fingerprint": EditionArtefact.fingerprint,
            "recorded_at": EditionArtefact.recorded_at,
        }
    )
    ordered = aggregate_order_by(
        item, EditionArtefact.format, EditionArtefact.language, EditionArtefact.audience
    )
    return _list(
        select(func.json_agg(ordered))
        .select_from(EditionArtefact)
        .join(Artefact, Artefact.sha256 == EditionArtefact.sha256)
        .where(EditionArtefact.edition_id == Edition.id)
    )


_older = aliased(Edition)
_SUPERSEDES = (
    select(_older.slug).where(_older.id == Edition.supersedes_id).correlate(_TABLE).scalar_subquery()
)

_SEARCH = Search("editions", Edition.slug, found(Edition))

EDITIONS = Resource(
    name="editions",
    noun="edition",
    table=_TABLE,
    identity=Edition.id,
    version=Edition.version,
    filters=(
        Filter("series__in", list, lambda v: Edition.series == any_(v), "Series: bulletin."),
        Filter(
            "state__in",
            list,
            lambda v: Edition.state == any_(v),
            "draft, in_review, approved, frozen, superseded.",
            among=EditionState,
        ),
        Filter("period_end__gte", date, lambda v: Edition.period_end >= v, "Period ends, from."),
        Filter("period_end__lte", date, lambda v: Edition.period_end <= v, "Period ends, to."),
        _SEARCH.filter(Edition.id),
    ),
    order=(
        OrderKey("slug", Edition.slug, Text()),
        OrderKey("period_end", Edition.period_end, Date()),
        OrderKey("revision", Edition.revision, Integer()),
        _SEARCH.order,
    ),
    default_order="-period_end",
    item={
        "id": Edition.id,
        "slug": Edition.slug,
        "series": Edition.series,
        "number": Edition.number,
        "revision": Edition.revision,
        "title": Edition.title,
        "period_start": Edition.period_start,
        "period_end": Edition.period_end,
        "as_of": Edition.as_of,
        "languages": func.array_to_json(Edition.languages),
        "state": Edition.state,
        "author": Edition.author,
        "approved_by": Edition.approved_by,
        "approved_at": Edition.approved_at,
        "known_at": Edition.known_at,
        "frozen_at": Edition.frozen_at,
        "freeze_failure": Edition.freeze_failure,
        "freeze_failed_at": Edition.freeze_failed_at,
        "supersedes": _SUPERSEDES,
        "protection": Edition.protection,
    },
    detail={
        "errata": Edition.errata,
        "names": func.array_to_json(Edition.names),
        "items": _items(),
        "controls": _controls(),
        "artefacts": _artefacts(),
    },
    dimensions={"state": Edition.state, "series": Edition.series},
    actions={
        "edit": or_(Edition.state == EditionState.DRAFT, Edition.state == EditionState.IN_REVIEW),
        "approve": Edition.state == EditionState.IN_REVIEW,
        "return": or_(Edition.state == EditionState.IN_REVIEW, Edition.state == EditionState.APPROVED),
        "freeze": Edition.state == EditionState.APPROVED,
    },
)
"""What `/v1/editions` lists, counts and opens."""
