"""What the API takes and gives for editions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.reporting_worker.composition.names import Names
from services.reporting_worker.desk.item_content import check_content
from services.reporting_worker.desk.section_key import SectionKey
from services.reporting_worker.figures.explain import FigureDifference
from services.reporting_worker.prose.extent import MOST_ITEMS, on_a_cover, within_extent
from shared.fields import DateText, LineText, LineTextsField, PastDateText, PlainText, TextsField
from shared.models.edition import EditionControl, ItemKind
from shared.resources.editions import ControlRead
from shared.sentences import refusal

Language = Literal["fr", "en"]
EditionSlug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["2022-02"])]


class Command(BaseModel):
    """What a client sends; unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class ItemCommand(Command):
    """One item: its section, kind and texts with tokens."""

    section: SectionKey
    kind: ItemKind
    heading: LineTextsField | None = None
    text: TextsField | None = None
    standing_text: str | None = None
    activity: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_what_it_prints(self) -> Self:
        check_content(self.kind, self.__dict__, self.parameters)
        return self


Title = Annotated[LineTextsField, AfterValidator(on_a_cover)]
ItemCommands = Annotated[list[ItemCommand], Field(max_length=MOST_ITEMS), AfterValidator(within_extent)]


class EditionCreate(Command):
    """A new draft."""

    slug: EditionSlug
    series: EditionSlug = "bulletin"
    number: LineText
    title: Title
    period_start: DateText
    period_end: DateText
    as_of: PastDateText
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)] = ["fr", "en"]
    names: Names = []
    items: ItemCommands = []


class EditionUpdate(Command):
    """What changes in a draft; what is left out stays."""

    title: Title | None = None
    as_of: PastDateText | None = None
    names: Names | None = None
    items: ItemCommands | None = None
    errata: TextsField | None = None


class Revision(Command):
    """A correction of a frozen edition: a new draft that will supersede it."""

    slug: EditionSlug
    errata: TextsField


class SentBack(Command):
    """Why an edition is a draft again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"comment": "The foreword names the wrong minister."}]}
    )

    comment: PlainText


SHORTEST_REASON = 10
"""Characters: less says nothing to the reader of the annex."""


def _says_why(reason: dict[str, str]) -> dict[str, str]:
    if min(map(len, reason.values())) < SHORTEST_REASON:
        raise refusal(
            "reason_short",
            f"L'annexe imprime cette raison ; donnez-la en {SHORTEST_REASON} caractères au moins.",
            f"The annex prints this reason; give it in {SHORTEST_REASON} characters at least.",
        )
    return reason


class Acceptance(Command):
    """Why a failed control stands, in both languages or in one, which then stands on both prints with its name."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": {"en": "The original bulletin printed it so."}}]}
    )

    reason: Annotated[TextsField, AfterValidator(_says_why)]


class Answer(BaseModel):
    """What the API gives; unknown members are refused, so that a test finds what the models forget."""

    model_config = ConfigDict(extra="forbid")


class EditionStanding(Answer):
    """What a command leaves."""

    id: UUID
    slug: str
    state: str
    version: int


class ControlsRun(Answer):
    """The controls of a draft, as just run."""

    passed: int
    failed: int
    notes: int
    items: list[ControlRead]


def control_read(row: EditionControl) -> ControlRead:
    """A control as it stands."""
    return ControlRead.model_validate({name: getattr(row, name) for name in ControlRead.model_fields})


class FreezeAsked(Answer):
    """The freezing is under way; read the edition until its state is `frozen`."""

    id: UUID
    slug: str
    job_id: UUID


class DifferenceRead(Answer):
    """How the frozen figures differ from those known now, row by row."""

    slug: str
    as_of: date
    known_at: datetime
    compared_at: datetime
    figures: list[FigureDifference]
