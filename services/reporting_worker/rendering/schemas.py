"""The language snapshot that every renderer reads: one edition in one language, every number already formatted."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.reporting_worker.rendering.blocks import Block
from services.reporting_worker.rendering.spans import UNSEEN, Frozen, Key, Language, Made, Spans


class Section(Frozen):
    """A section of the bulletin in its printed order."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$"), UNSEEN]
    title: str
    intro: Spans | None = None
    blocks: tuple[Block, ...]
    page_break_before: bool = False


class EditionHead(Frozen):
    """What identifies the edition on the first page and in the document's metadata."""

    id: Key
    series: Key
    title: str
    number: Made | int | None = None
    label: Made | None = None
    """The period, where the title does not say it already."""
    period_start: date
    period_end: date
    as_of: date
    known_at: datetime
    """Cut-off instant, aware UTC; also the PDF's creation date, so that a reprint has the same bytes."""
    publisher: str
    reference: Made
    page_url: Key | None = None
    is_synthetic: bool = False
    notice: Spans | None = None


class LanguageSnapshot(Frozen):
    """One frozen edition in one language for one audience."""

    snapshot_version: Literal[1, 2, 3]
    language: Language
    audience: Key
    figures_sha256: Key
    edition: EditionHead
    highlights: tuple[Key, ...] = ()
    """Keys of the sections that open the first page."""
    sections: tuple[Section, ...]
    stylesheet_accents: dict[Key, Key] | None = None
