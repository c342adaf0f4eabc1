"""The rows of a portfolio file that reporting owns; `ROWS` by their `type` (docs/portfolio-format.md)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from services.reporting_worker.composition.names import Names
from services.reporting_worker.desk.schemas import ItemCommand
from services.reporting_worker.prose.extent import MOST_ITEMS, on_a_cover, within_extent
from services.reporting_worker.records import RECORDS
from shared.fields import DateText, DecimalText, LineText, LineTextsField, TextsField
from shared.portfolio import Part, RefersTo, Row
from shared.recording.register import row_of
from shared.sentences import refusal

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80)]
ActivityReference = Annotated[str, RefersTo("activity")]
Language = Literal["fr", "en"]


class PrintedFigureRow(Row):
    """What an earlier document printed for a figure, in full units; read by controls only."""

    model_config = ConfigDict(populate_by_name=False)
    key_field: ClassVar[str | None] = None
    type: Literal["printed_figure"]
    document: Key
    # the base's property `key` and the member of the file bear the same name
    figure: Key = Field(alias="key")
    scope: dict[Key, LineText] = Field(default_factory=dict)
    """Which cut of the figure: {"area": ...}, {"chart": ...}, {"announcement": ...}; {} for the whole."""
    value: DecimalText
    unit: LineText
    printed: LineText
    decimals: Annotated[int, Field(strict=True, ge=0, le=6)]
    magnitude: Annotated[int, Field(strict=True, ge=0, le=12)] = 0
    as_of: DateText


class StandingTextRow(Row):
    """A text that editions carry over; a changed text becomes its next version."""

    model_config = ConfigDict(populate_by_name=False)
    key_field: ClassVar[str | None] = "key"
    type: Literal["standing_text"]
    name: Key = Field(alias="key")
    text: TextsField

    @property
    def key(self) -> str:
        """The standing text's key."""
        return self.name


class EditionItemPart(ItemCommand, Part):
    """One item of an edition, in its section; its texts hold tokens."""

    heading: TextsField | None = None
    standing_text: Annotated[str, RefersTo("standing_text")] | None = None
    activity: ActivityReference | None = None


class EditionRow(Row):
    """An edition as a draft, with its items in printed order."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["edition"]
    slug: Key
    series: Annotated[Key, RefersTo("series")]
    number: LineText
    title: Annotated[LineTextsField, AfterValidator(on_a_cover)]
    period_start: DateText
    period_end: DateText
    as_of: DateText
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    names: Names = Field(default_factory=list)
    """What `{ref:...}` may print beside the names of the facts."""
    items: Annotated[tuple[EditionItemPart, ...], Field(max_length=MOST_ITEMS), AfterValidator(within_extent)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.period_end < self.period_start:
            raise refusal(
                "period_reversed", "La période finit avant de commencer.", "The period ends before it starts."
            )
        if len(set(self.languages)) != len(self.languages):
            raise refusal("language_twice", "Une langue figure deux fois.", "A language stands twice.")
        return self


ROWS: dict[str, type[Row]] = {
    **{name: row_of(record) for name, record in RECORDS.items()},
    "printed_figure": PrintedFigureRow,
    "standing_text": StandingTextRow,
    "edition": EditionRow,
}
"""The model of each type of row."""

ReportingRow = PrintedFigureRow | StandingTextRow | EditionRow
