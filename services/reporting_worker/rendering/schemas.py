"""The language snapshot that every renderer reads: one edition in one language, every number already formatted."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["fr", "en"]
Mechanism = Literal["QIP", "TF", "FP"]
Text = Annotated[str, StringConstraints(max_length=20_000)]
UNSEEN = "unseen"
"""Marks a text that is not printed: a key or an address."""
COMPUTED = "computed"
"""Marks a text that is printed, but that facts or the layout make: nobody typed it into the edition."""

Key = Annotated[str, UNSEEN]
Made = Annotated[str, COMPUTED]
Link = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^(https?://|mailto:|/|#)"), UNSEEN]
"""An address kept byte for byte; other schemes (javascript:, data:) are refused."""
DecimalText = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$", max_length=100)]
"""An exact decimal as text, with whatever decimals a share of an amount has; it only sets the length of a bar."""


class Frozen(BaseModel):
    """Base of all parts: unknown members are refused, nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Frozen):
    """A run of text inside a paragraph: plain, a figure, a link, or both."""

    text: Text
    figure: Key | None = None
    """Key of the figure that the text prints, for instance `qip.budget`."""
    href: Link | None = None
    """The figure's rows, or the target of a link."""
    strong: bool = False
    synthetic: bool = False
    """True when the fact was made up for the demonstration; printed with a discreet mark."""
    computed: bool = Field(default=False, exclude=True)
    """True when facts make the text: the controls of what was typed leave it out. No part of what is frozen."""


Spans = tuple[Span, ...]


class Paragraph(Frozen):
    """Running text."""

    kind: Literal["paragraph"]
    text: Spans


class Note(Frozen):
    """A remark set apart from the running text."""

    kind: Literal["note"]
    text: Spans
    tone: Literal["info", "warning"] = "info"


class HighlightEntry(Frozen):
    """One dated line of the highlights."""

    date: Made | None = None
    text: Spans
    mechanism: Mechanism | None = None


class HighlightGroup(Frozen):
    """The highlights of one area."""

    area: str
    entries: tuple[HighlightEntry, ...]


class HighlightList(Frozen):
    """Highlights by area."""

    kind: Literal["highlight_list"]
    groups: tuple[HighlightGroup, ...]


class FigureLine(Frozen):
    """One key number of a box: its label, its printed value and where its rows are."""

    label: str
    value: Made
    unit: str | None = None
    figure: Key | None = None
    href: Link | None = None
    synthetic: bool = False


class FigureBox(Frozen):
    """The key figures of one mechanism."""

    kind: Literal["figure_box"]
    mechanism: Mechanism
    title: str
    lead: Spans = ()
    lines: tuple[FigureLine, ...] = ()
    text: Spans = ()


class Count(Frozen):
    """A number of projects of one mechanism at one area."""

    mechanism: Mechanism
    value: int = Field(ge=0, le=1_000_000)
    printed: Made
    figure: Key | None = None
    href: Link | None = None


class MapArea(Frozen):
    """An area of the map: its chief town in decimal degrees (WGS 84) and its counts."""

    slug: Key
    name: str
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    counts: tuple[Count, ...]


class NationalCounts(Frozen):
    """Counts of projects that belong to no single area."""

    name: str
    counts: tuple[Count, ...]


class Map(Frozen):
    """Proportional symbols over the outline of Mali, with the same numbers as a table."""

    kind: Literal["map"]
    key: Key
    title: str
    alt: Annotated[str, Field(min_length=1), COMPUTED]
    areas: tuple[MapArea, ...]
    national: NationalCounts | None = None
    note: Spans = ()

    @property
    def counts(self) -> tuple[Count, ...]:
        """The counts of all areas, and of what belongs to none."""
        of_areas = tuple(count for area in self.areas for count in area.counts)
        return of_areas + (self.national.counts if self.national else ())


class SectorList(Frozen):
    """The sectors of one mechanism."""

    mechanism: Mechanism
    title: str
    sectors: tuple[str, ...]


class SectorLists(Frozen):
    """Sectors of each mechanism, side by side."""

    kind: Literal["sector_lists"]
    lists: tuple[SectorList, ...]


class ChartRow(Frozen):
    """One bar: label, exact value, and both as printed."""

    label: str
    value: Annotated[DecimalText, UNSEEN]
    printed: Made
    share: Made | None = None
    figure: Key | None = None
    href: Link | None = None


class Chart(Frozen):
    """Horizontal bars with the same numbers as a table."""

    kind: Literal["chart"]
    key: Key
    title: str
    alt: Annotated[str, Field(min_length=1), COMPUTED]
    unit: str
    total: Made | None = None
    rows: Annotated[tuple[ChartRow, ...], Field(min_length=1)]
    note: Spans = ()


class ItemLink(Frozen):
    """A reference at the end of an item."""

    label: str
    url: Link


class Item(Frozen):
    """A numbered news item."""

    kind: Literal["item"]
    number: int | str | None = None
    heading: str | None = None
    date: Made | None = None
    paragraphs: tuple[Spans, ...] = ()
    bullets: tuple[Spans, ...] = ()
    links: tuple[ItemLink, ...] = ()


class Column(Frozen):
    """A column of a table."""

    label: str
    align: Literal["left", "right"] = "left"


class Table(Frozen):
    """A table of texts; each row has as many cells as there are columns."""

    kind: Literal["table"]
    caption: str | None = None
    columns: tuple[Column, ...]
    rows: tuple[tuple[Spans, ...], ...]
    total: tuple[Spans, ...] | None = None
    note: Spans = ()


class ListBlock(Frozen):
    """A list of short texts."""

    kind: Literal["list"]
    items: tuple[Spans, ...]
    style: Literal["bullet", "plain"] = "bullet"


class Contact(Frozen):
    """Whom to write to."""

    kind: Literal["contact"]
    lines: tuple[Spans, ...]


class ControlEntry(Frozen):
    """The outcome of one control and, when it failed, why the editor accepted it."""

    key: Key
    outcome: Literal["passed", "failed", "note"]
    title: Made
    message: Made = ""
    acceptance: Made | None = None
    acceptance_language: Key | None = None
    """Where it is not the reader's."""


class Controls(Frozen):
    """The annex of controls."""

    kind: Literal["controls"]
    entries: tuple[ControlEntry, ...]


Block = Annotated[
    Paragraph
    | Note
    | HighlightList
    | FigureBox
    | Map
    | SectorLists
    | Chart
    | Item
    | Table
    | ListBlock
    | Contact
    | Controls,
    Field(discriminator="kind"),
]


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
