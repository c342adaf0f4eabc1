"""The rows of a portfolio file that this service owns; `ROWS` by their `type` (docs/portfolio-format.md)."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from services.projects_api.facts import (
    AmountFact,
    BeneficiaryFact,
    LinkPart,
    OrganisationSlug,
    OutputPart,
    PlacesFact,
    PlaceSlug,
    QuotedFigurePart,
    RolePart,
    SectorsFact,
    SectorSlug,
    TransitionFact,
    refuse_repeats,
)
from services.projects_api.fields import (
    AmountText,
    Code,
    Count,
    Currency,
    DateText,
    Flag,
    Line,
    Precision,
    Protection,
    Qualifier,
    ReferenceText,
    Slug,
    TextsField,
)
from shared.domain.lifecycle import ForbiddenSequence, State, Step, fold
from shared.models.activity import ActivityKind
from shared.models.organisation import OrganisationKind
from shared.models.place import PlaceKind
from shared.models.reference import PolicyKind
from shared.portfolio import Part, RefersTo, Row

MechanismCode = Annotated[Code, RefersTo("mechanism")]
ProjectReference = Annotated[ReferenceText, RefersTo("project")]
ActivityReference = Annotated[ReferenceText, RefersTo("activity")]
Position = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class MechanismRow(Row):
    """A funding mechanism; an external one stands outside every total."""

    key_field: ClassVar[str | None] = "code"
    type: Literal["mechanism"]
    code: Code
    name: TextsField
    is_external: Flag = False
    since: Annotated[int, Field(strict=True, ge=1945, le=2200)] | None = None
    position: Position = 0


class PolicyRow(Row):
    """A rule of a mechanism in force from a date."""

    key_field: ClassVar[str | None] = None
    type: Literal["policy"]
    mechanism: MechanismCode
    kind: PolicyKind
    value: AmountText
    currency: Currency | None = None
    valid_from: DateText
    source: Line

    @model_validator(mode="after")
    def _ceiling_has_currency(self) -> Self:
        if (self.kind is PolicyKind.CEILING) != (self.currency is not None):
            raise ValueError("A ceiling has a currency, another policy has none.")
        return self


class BucketRow(Row):
    """Which states count in which bucket of a mechanism, from a date."""

    key_field: ClassVar[str | None] = None
    type: Literal["bucket"]
    mechanism: MechanismCode
    bucket: Literal["planned", "ongoing", "completed", "approved", "total"]
    states: tuple[State, ...]
    ever_states: tuple[State, ...] | None = None
    valid_from: DateText


class SectorRow(Row):
    """A sector of one mechanism's list."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["sector"]
    slug: Slug
    mechanism: MechanismCode
    name: TextsField
    position: Position = 0


class PlaceCodePart(Part):
    """A code of a place in one system."""

    scheme: Slug
    code: Line
    valid_from: DateText | None = None


class PlaceRow(Row):
    """A place of the 2022 hierarchy or of today's; its parent and successor stand before it or in the same chunk."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["place"]
    slug: Slug
    kind: PlaceKind
    name: TextsField
    parent: PlaceSlug | None = None
    successor: PlaceSlug | None = None
    latitude: Annotated[str, Field(pattern=r"^-?\d{1,2}(\.\d{1,6})?$")] | None = None
    longitude: Annotated[str, Field(pattern=r"^-?\d{1,3}(\.\d{1,6})?$")] | None = None
    coordinate_precision: Literal["exact", "approximate"] | None = None
    valid_from: DateText | None = None
    valid_to: DateText | None = None
    is_sensitive: Flag = False
    aliases: tuple[Line, ...] = ()
    codes: tuple[PlaceCodePart, ...] = ()

    @model_validator(mode="after")
    def _coordinates(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Give latitude and longitude, or neither.")
        if (self.latitude is None) != (self.coordinate_precision is None):
            raise ValueError("Coordinates carry their precision.")
        refuse_repeats(self.aliases, "An alias")
        refuse_repeats(((code.scheme, code.code) for code in self.codes), "A code")
        return self


class ReportingAreaRow(Row):
    """An area of the bulletin's map, with the regions that lie in it."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["reporting_area"]
    slug: Slug
    name: TextsField
    position: Position = 0
    is_national: Flag = False
    latitude: Annotated[str, Field(pattern=r"^-?\d{1,2}(\.\d{1,6})?$")] | None = None
    longitude: Annotated[str, Field(pattern=r"^-?\d{1,3}(\.\d{1,6})?$")] | None = None
    places: tuple[PlaceSlug, ...] = ()


class NamePart(Part):
    """A name from a date on."""

    name: TextsField
    valid_from: DateText


class OrganisationRow(Row):
    """An organisation or a section; its parent and predecessor stand before it or in the same chunk."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["organisation"]
    slug: Slug
    kind: OrganisationKind
    acronym: TextsField | None = None
    parent: OrganisationSlug | None = None
    predecessor: OrganisationSlug | None = None
    names: Annotated[tuple[NamePart, ...], Field(min_length=1)]
    aliases: tuple[Line, ...] = ()
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        refuse_repeats((name.valid_from for name in self.names), "A name's date")
        refuse_repeats(self.aliases, "An alias")
        return self


class OfficeRow(Row):
    """A title at an organisation or a place."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["office"]
    slug: Slug
    title: TextsField
    organisation: OrganisationSlug | None = None
    place: PlaceSlug | None = None


class PersonRow(Row):
    """A named person, erasable."""

    key_field: ClassVar[str | None] = "slug"
    type: Literal["person"]
    slug: Slug
    name: Line
    office: Annotated[Slug, RefersTo("office")] | None = None


class ProjectRow(Row):
    """A project with all its facts, in any state that the register says."""

    type: Literal["project"]
    reference: ReferenceText
    mechanism: MechanismCode
    title: TextsField
    summary: TextsField | None = None
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False
    transitions: Annotated[tuple[TransitionFact, ...], Field(min_length=1)]
    amounts: tuple[AmountFact, ...] = ()
    sectors: SectorsFact | None = None
    places: PlacesFact | None = None
    beneficiaries: tuple[BeneficiaryFact, ...] = ()
    outputs: tuple[OutputPart, ...] = ()
    roles: tuple[RolePart, ...] = ()
    quoted_figures: tuple[QuotedFigurePart, ...] = ()
    links: tuple[LinkPart, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _walk(self.transitions)
        refuse_repeats(((one.kind, one.on) for one in self.amounts), "An amount's kind and date")
        refuse_repeats(
            ((one.kind, one.unit, one.on) for one in self.beneficiaries), "A count's kind, unit and date"
        )
        refuse_repeats((link.url for link in self.links), "A link")
        return self


def _walk(transitions: Sequence[TransitionFact]) -> None:
    """Refuse transitions that, in their order, are no walk through the lifecycle from an opening."""
    dates = [one.on for one in transitions]
    if dates != sorted(dates):
        raise ValueError("Transitions stand in the order of their dates.")
    previous: State | None = None
    steps = []
    for position, one in enumerate(transitions):
        if one.from_state is not None and one.from_state != previous:
            raise ValueError(f"A transition from {one.from_state} follows {previous or 'nothing'}.")
        steps.append(Step(one.on, position, previous, one.to_state))
        previous = one.to_state
    try:
        fold(steps)
    except ForbiddenSequence as problem:
        raise ValueError(str(problem)) from problem


class ActivityRow(Row):
    """An event with its texts; every number in them is a token."""

    type: Literal["activity"]
    reference: ReferenceText
    kind: ActivityKind
    title: TextsField
    short: TextsField | None = None
    long: TextsField | None = None
    start_on: DateText
    end_on: DateText
    precision: Precision = Precision.DAY
    area: Annotated[Slug, RefersTo("reporting_area")] | None = None
    places: tuple[PlaceSlug, ...] = ()
    attendance: Count | None = None
    attendance_qualifier: Qualifier | None = None
    decisions: TextsField | None = None
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False
    projects: tuple[ProjectReference, ...] = ()
    roles: tuple[RolePart, ...] = ()
    quoted_figures: tuple[QuotedFigurePart, ...] = ()
    links: tuple[LinkPart, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.end_on < self.start_on:
            raise ValueError("It ends before it starts.")
        refuse_repeats(self.projects, "A project")
        refuse_repeats((link.url for link in self.links), "A link")
        return self


class AnnouncementRow(Row):
    """A node of what was announced together; its parent stands before it or in the same chunk."""

    type: Literal["announcement"]
    reference: ReferenceText
    parent: Annotated[ReferenceText, RefersTo("announcement")] | None = None
    activity: ActivityReference | None = None
    mechanism: MechanismCode | None = None
    project_count: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    title: TextsField
    position: Position = 0
    sectors: tuple[SectorSlug, ...] = ()
    places: tuple[PlaceSlug, ...] = ()
    projects: tuple[ProjectReference, ...] = ()
    amounts: tuple[AmountFact, ...] = ()
    beneficiaries: tuple[BeneficiaryFact, ...] = ()
    outputs: tuple[OutputPart, ...] = ()
    roles: tuple[RolePart, ...] = ()
    quoted_figures: tuple[QuotedFigurePart, ...] = ()
    links: tuple[LinkPart, ...] = ()
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_repeats(self.projects, "A project")
        if len(self.projects) > self.project_count:
            raise ValueError("It links more projects than it announces.")
        refuse_repeats(((one.kind, one.on) for one in self.amounts), "An amount's kind and date")
        refuse_repeats((link.url for link in self.links), "A link")
        return self


class MonitoringRow(Row):
    """Third-party monitoring: who pays in kind, who looks, what was found and recommended."""

    type: Literal["monitoring"]
    reference: ReferenceText
    mechanism: MechanismCode
    funder: OrganisationSlug | None = None
    contractor: OrganisationSlug | None = None
    activity: ActivityReference | None = None
    phase: TextsField
    findings: TextsField | None = None
    recommendations: TextsField | None = None
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False


ROWS: dict[str, type[Row]] = {
    "mechanism": MechanismRow,
    "policy": PolicyRow,
    "bucket": BucketRow,
    "sector": SectorRow,
    "place": PlaceRow,
    "reporting_area": ReportingAreaRow,
    "organisation": OrganisationRow,
    "office": OfficeRow,
    "person": PersonRow,
    "project": ProjectRow,
    "activity": ActivityRow,
    "announcement": AnnouncementRow,
    "monitoring": MonitoringRow,
}
