"""The printable blocks of a language snapshot, and what they are made of: every number already formatted."""

from typing import Annotated, Literal

from pydantic import Field

from services.reporting_worker.rendering.spans import COMPUTED, UNSEEN, DecimalText, Frozen, Key, Link, Made, Spans

Mechanism = Literal["QIP", "TF", "FP"]


class Paragraph(Frozen):
    """Running text."""

    kind: Literal["paragraph"] = "paragraph"
    text: Spans


class Note(Frozen):
    """A remark set apart from the running text."""

    kind: Literal["note"] = "note"
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

    kind: Literal["highlight_list"] = "highlight_list"
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

    kind: Literal["figure_box"] = "figure_box"
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

    kind: Literal["map"] = "map"
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

    kind: Literal["sector_lists"] = "sector_lists"
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

    kind: Literal["chart"] = "chart"
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

    kind: Literal["item"] = "item"
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

    kind: Literal["table"] = "table"
    caption: str | None = None
    columns: tuple[Column, ...]
    rows: tuple[tuple[Spans, ...], ...]
    total: tuple[Spans, ...] | None = None
    note: Spans = ()


class ListBlock(Frozen):
    """A list of short texts."""

    kind: Literal["list"] = "list"
    items: tuple[Spans, ...]
    style: Literal["bullet", "plain"] = "bullet"


class Contact(Frozen):
    """Whom to write to."""

    kind: Literal["contact"] = "contact"
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

    kind: Literal["controls"] = "controls"
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
