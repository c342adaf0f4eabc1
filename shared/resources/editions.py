"""Editions of the bulletin as clients list, count and open them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, literal

from shared.domain.publication import EditionAct, EditionState, states_of
from shared.errors import Texts
from shared.models import Artefact, Edition, EditionArtefact, EditionControl, EditionItem
from shared.models.base import Protection
from shared.models.edition import ControlOutcome, ItemKind
from shared.reading.filters import among, between
from shared.reading.resource import Resource
from shared.reading.search import Search, found
from shared.reading.shown import From, Listed, Rows, Shown


class ControlRead(Shown):
    """The outcome of a control."""

    key: str
    outcome: ControlOutcome
    title: Texts
    message: Texts
    subjects: dict[str, Any]
    run_at: datetime
    accepted_by: str | None
    acceptance: Texts | None


class ArtefactRead(Shown):
    """A file of a frozen edition."""

    language: str
    format: str
    audience: str
    sha256: str
    media_type: Annotated[str, From(Artefact.media_type)]
    size: Annotated[int, From(Artefact.size)]
    fingerprint: dict[str, Any] | None
    recorded_at: datetime


class ItemRead(Shown):
    """An item of the edition."""

    id: UUID
    section: str
    position: int
    kind: ItemKind
    heading: Texts | None
    text: Texts | None
    standing_text: Annotated[str | None, From(EditionItem.standing_text_key)]
    activity: Annotated[str | None, From(EditionItem.activity_reference)]
    parameters: dict[str, Any]


class EditionItemRead(Listed):
    """An edition in a list."""

    id: UUID
    slug: str
    series: str
    number: str
    revision: int
    title: Texts
    period_start: date
    period_end: date
    as_of: date
    languages: list[str]
    state: EditionState
    author: str
    approved_by: str | None
    approved_at: datetime | None
    known_at: datetime | None
    frozen_at: datetime | None
    freeze_failure: Texts | None
    freeze_failed_at: datetime | None
    supersedes: str | None
    protection: Protection


class EditionRead(EditionItemRead):
    """An edition with its items, controls and files."""

    errata: Texts | None
    names: list[str]
    items: Annotated[list[ItemRead], Rows(EditionItem.edition_id, (EditionItem.section, EditionItem.position))]
    controls: Annotated[list[ControlRead], Rows(EditionControl.edition_id, (EditionControl.key,))]
    artefacts: Annotated[
        list[ArtefactRead],
        Rows(
            EditionArtefact.edition_id,
            (EditionArtefact.format, EditionArtefact.language, EditionArtefact.audience),
            joined=(Artefact, Artefact.sha256 == EditionArtefact.sha256),
        ),
    ]


EDITIONS = Resource(
    "editions",
    Edition,
    EditionItemRead,
    EditionRead,
    filters=(
        among("series", Edition.series, "Series: bulletin."),
        among("state", Edition.state, "draft, in_review, approved, frozen, superseded.", EditionState),
        *between("period_end", Edition.period_end, "Period ends"),
    ),
    search=Search("editions", Edition.slug, found(Edition)),
    order=("slug", "period_end", "revision"),
    default_order="-period_end",
    dimensions=("state", "series"),
    actions={
        one.value: Edition.state == any_(literal(states_of(one), ARRAY(Text)))
        for one in (EditionAct.EDIT, EditionAct.APPROVE, EditionAct.RETURN, EditionAct.FREEZE)
    },
)
"""What `/v1/editions` lists, counts and opens."""
