"""The bulletin as an object: printed figures of earlier ones, standing texts, editions, controls, artefacts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.domain.publication import EditionState
from shared.models.base import Base, Identified, Texts, Versioned, finite, one_of, texts
from shared.worded import Worded


class PrintedFigure(Identified, Base):
    """What an earlier document printed for a figure; read by controls only, never by a figure."""

    __tablename__ = "printed_figure"

    document: Mapped[str]
    key: Mapped[str]
    scope: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Which cut of the figure: {"area": "gao-menaka"}, {"chart": "qip-budget-by-area"}; {} for the whole."""
    value: Mapped[Decimal] = mapped_column(Numeric(24, 6))
    unit: Mapped[str]
    printed: Mapped[str]
    """The characters printed ("28.2 millions")."""
    decimals: Mapped[int]
    """Decimals of `value` in units of 10^`magnitude` that the print shows."""
    magnitude: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]
    recorded_at: Mapped[datetime]

    __table_args__ = (finite("value"), UniqueConstraint("document", "key", "scope"))


class StandingText(Identified, Base):
    """A text that editions carry over, in versions; holds tokens, never typed figures. The last version holds."""

    __tablename__ = "standing_text"

    key: Mapped[str]
    version: Mapped[int]
    text: Mapped[Texts]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    """From this version on nothing may print it; its key is never used again."""

    __table_args__ = (UniqueConstraint("key", "version"), texts("text"))


class Edition(Versioned, Base):
    """One number of a series, as of a date; frozen once, reprinted for ever."""

    __tablename__ = "edition"

    slug: Mapped[str] = mapped_column(unique=True)
    """In page addresses and document keys: `2022-02`, `2022-02-r2` for a correction."""
    series: Mapped[str]
    number: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[Texts]
    period_start: Mapped[date]
    period_end: Mapped[date]
    as_of: Mapped[date]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    names: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """What its texts may print as a name (`{ref:...}`) beside the names of the facts."""
    state: Mapped[str] = mapped_column(default=EditionState.DRAFT)
    author: Mapped[str]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    known_at: Mapped[datetime | None]
    """The cut-off of the freezing: what was known then."""
    frozen_at: Mapped[datetime | None]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("edition.id"), unique=True)
    errata: Mapped[Texts | None]
    freeze_failure: Mapped[Texts | None]
    """Why the last freezing gave the edition back to its editors; gone once it is handed in again."""
    freeze_failed_at: Mapped[datetime | None]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """A frozen edition has its cut-off; the approver is not the author."""
        return (
            one_of("state", EditionState),
            texts("title"),
            UniqueConstraint("series", "number", "revision"),
            CheckConstraint("period_end >= period_start", name="period_in_order"),
            CheckConstraint("approved_by IS NULL OR approved_by <> author", name="approver_is_another"),
            CheckConstraint(
                "(state IN ('frozen', 'superseded')) = (known_at IS NOT NULL AND frozen_at IS NOT NULL)",
                name="frozen_has_cutoff",
            ),
            CheckConstraint(
                "state NOT IN ('approved', 'frozen', 'superseded') OR approved_by IS NOT NULL", name="approved_by_one"
            ),
        )


class ItemKind(Worded, key="edition_item_kind", fr="Nature de l'élément", en="Kind of item"):
    """What an item of an edition is."""

    STANDING_TEXT = "standing_text", "texte permanent", "standing text"
    TEXT = "text", "texte", "text"
    FIGURE_BOX = "figure_box", "encadré de chiffres", "figure box"
    MAP = "map", "carte", "map"
    SECTOR_LISTS = "sector_lists", "listes de secteurs", "lists of sectors"
    CHART = "chart", "graphique", "chart"
    HIGHLIGHTS = "highlights", "faits saillants", "highlights"
    COMPUTED_LIST = "computed_list", "liste calculée", "computed list"
    ACTIVITY = "activity", "activité", "activity"
    CONTACT = "contact", "contact", "contact"
    LINKS = "links", "liens", "links"
    CONTROLS = "controls", "contrôles", "controls"


class EditionItem(Identified, Base):
    """One item of an edition, in its section; its texts hold tokens."""

    __tablename__ = "edition_item"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    section: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    heading: Mapped[Texts | None]
    text: Mapped[Texts | None]
    standing_text_key: Mapped[str | None]
    activity_reference: Mapped[str | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    __table_args__ = (one_of("kind", ItemKind), UniqueConstraint("edition_id", "section", "position"))


class ControlOutcome(Worded, key="control_outcome", fr="Résultat du contrôle", en="Outcome of the control"):
    """What a control found; a failed one is a warning that the editor mends or accepts with a reason."""

    PASSED = "passed", "réussi", "passed"
    FAILED = "failed", "échoué", "failed"
    NOTE = "note", "remarque", "note"


class EditionControl(Identified, Base):
    """One control of a draft, as last run; printed in the annex."""

    __tablename__ = "edition_control"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    key: Mapped[str]
    outcome: Mapped[str]
    title: Mapped[Texts]
    message: Mapped[Texts]
    subjects: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    run_at: Mapped[datetime]
    accepted_by: Mapped[str | None]
    acceptance: Mapped[Texts | None]
    """Why the editor lets a failed control stand, in one language or both."""

    __table_args__ = (
        one_of("outcome", ControlOutcome),
        UniqueConstraint("edition_id", "key"),
        CheckConstraint("(accepted_by IS NULL) = (acceptance IS NULL)", name="acceptance_has_reason"),
    )


class Artefact(Base):
    """Bytes in the object store, by their SHA-256; never swept once an edition names them."""

    __tablename__ = "artefact"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    size: Mapped[int]
    recorded_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="is_sha256"),)


class EditionArtefact(Base):
    """What a frozen edition consists of: snapshot, figures, page, document, per language and audience."""

    __tablename__ = "edition_artefact"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    """`fr`, `en`, or `mul` for what has no language (the snapshot of figures)."""
    format: Mapped[str] = mapped_column(primary_key=True)
    """`snapshot`, `texts`, `figures`, `html`, `pdf`."""
    audience: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("artefact.sha256"))
    fingerprint: Mapped[dict[str, Any] | None]
    """Versions and hashes of what rendered it; re-rendering is promised identical for the same ones."""
    recorded_at: Mapped[datetime]

    __table_args__ = (one_of("audience", ("public", "partners", "internal")),)
