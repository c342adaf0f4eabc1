"""What a person or a register gives of a project, an activity or an announcement."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, create_model, model_validator

from services.projects_api.content.parts import MOST, Attached, AttachedWithOutputs, SectorsStated
from services.projects_api.fact_kinds import FACTS, FURTHER
from services.projects_api.fact_kinds.amounts import AmountStated
from services.projects_api.fact_kinds.beneficiaries import BeneficiaryStated
from shared.fields import DateText, LineTextsField, TextsField
from shared.keys import (
    ActivityReference,
    AnnouncementReference,
    AreaSlug,
    Count,
    MechanismCode,
    PlaceSlug,
    Position,
    ProjectReference,
    SectorSlug,
)
from shared.models.activity import ActivityKind
from shared.models.base import Precision, Protection, Qualifier
from shared.portfolio import Part
from shared.recording.fact_kind import FactKind
from shared.recording.facts import refuse_repeats
from shared.sentences import refusal


def _stated(kinds: Iterable[FactKind[Any, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in kinds:
        stated: Any = kind.stated
        found[kind.name] = (Annotated[tuple[stated, ...], Field(max_length=MOST)], ())
    return found


class CountedStated(Part):
    """What projects and groups alike hold from dates on: amounts and people."""

    amounts: Annotated[tuple[AmountStated, ...], Field(max_length=MOST)] = ()
    beneficiaries: Annotated[tuple[BeneficiaryStated, ...], Field(max_length=MOST)] = ()

    @model_validator(mode="after")
    def _one_fact_each(self) -> Self:
        for kind in FACTS.values():
            kind.refuse_repeats(getattr(self, kind.name, ()))
        return self


if TYPE_CHECKING:

    class FurtherStated(Part):
        """What else a project holds from dates on."""
else:
    FurtherStated = create_model("FurtherStated", __base__=Part, **_stated(FURTHER))


class ProjectContent(AttachedWithOutputs, CountedStated, FurtherStated):
    """A project with the facts that a person or a register states about it; its places stand in each one's own way."""

    mechanism: MechanismCode = Field(examples=["QIP"])
    title: LineTextsField
    summary: TextsField | None = None
    protection: Protection = Protection.INTERNAL
    sectors: SectorsStated | None = None


class ActivityContent(Attached):
    """An event with its texts: short for highlights, long for sections; every number in them is a token."""

    kind: ActivityKind
    title: LineTextsField
    short: LineTextsField | None = None
    long: TextsField | None = None
    start_on: DateText
    end_on: DateText
    precision: Precision = Precision.DAY
    area: AreaSlug | None = None
    places: tuple[PlaceSlug, ...] = ()
    attendance: Count | None = None
    attendance_qualifier: Qualifier | None = None
    decisions: TextsField | None = None
    protection: Protection = Protection.INTERNAL
    projects: tuple[ProjectReference, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.end_on < self.start_on:
            raise refusal("dates_reversed", "La fin précède le début.", "The end precedes the start.")
        refuse_repeats(self.projects, "Un projet", "A project")
        return self


class AnnouncementContent(AttachedWithOutputs, CountedStated):
    """A node of what was announced together: n projects, known to us or not."""

    parent: AnnouncementReference | None = None
    activity: ActivityReference | None = None
    mechanism: MechanismCode | None = None
    project_count: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    title: LineTextsField
    position: Position = 0
    sectors: tuple[SectorSlug, ...] = ()
    places: tuple[PlaceSlug, ...] = ()
    projects: tuple[ProjectReference, ...] = ()
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_repeats(self.projects, "Un projet", "A project")
        if len(self.projects) > self.project_count:
            raise refusal(
                "more_than_announced",
                "Il y a plus de projets liés que de projets annoncés.",
                "More projects are linked than are announced.",
            )
        return self
