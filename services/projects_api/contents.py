"""The contents of the records that are edited as a whole, as routes and registers give them."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from services.projects_api.facts import (
    Attached,
    AttachedWithOutputs,
    CountedStated,
    SectorsStated,
    refuse_repeats,
)
from shared.domain.lifecycle import State
from shared.fields import (
    ActivityReference,
    AmountText,
    AnnouncementReference,
    AreaSlug,
    Count,
    CurrencyCode,
    DateText,
    Degrees,
    Flag,
    LineText,
    LineTextsField,
    MechanismCode,
    OfficeSlug,
    OrganisationSlug,
    PlaceSlug,
    Position,
    ProjectReference,
    SectorSlug,
    TextsField,
)
from shared.models.activity import ActivityKind
from shared.models.base import Precision, Protection, Qualifier
from shared.models.organisation import OrganisationKind
from shared.models.place import PlaceKind
from shared.models.reference import PolicyKind
from shared.portfolio import Part
from shared.sentences import refusal


class MechanismContent(Part):
    """A funding mechanism; an external one stands outside every total."""

    name: LineTextsField
    is_external: Flag = False
    since: Annotated[int, Field(strict=True, ge=1945, le=2200)] | None = None
    position: Position = 0


LONGEST_MONTHS = 240
"""Twenty years: longer than any mechanism has let a project last."""


class PolicyContent(Part):
    """A rule of a mechanism in force from a date."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mechanism": "QIP",
                    "kind": "ceiling",
                    "value": "50000",
                    "currency": "USD",
                    "valid_from": "2013-07-01",
                    "source": "Policy on quick impact projects",
                }
            ]
        }
    )

    mechanism: MechanismCode
    kind: PolicyKind
    value: AmountText
    currency: CurrencyCode | None = None
    valid_from: DateText
    source: LineText

    @model_validator(mode="after")
    def _ceiling_has_currency(self) -> Self:
        if (self.kind is PolicyKind.CEILING) != (self.currency is not None):
            raise refusal(
                "ceiling_currency",
                "Un plafond a une monnaie, une autre règle n'en a pas.",
                "A ceiling has a currency, another policy has none.",
            )
        if self.currency not in {None, "USD"}:
            raise refusal("ceiling_usd", "Un plafond est en USD.", "A ceiling is in USD.")
        return self

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.kind in {PolicyKind.FIRST_TRANCHE, PolicyKind.SUPPORT_COST} and self.value > 100:
            raise refusal(
                "above_hundred",
                "Une part ne dépasse pas 100 %, pas {value}.",
                "A share is at most 100 %, not {value}.",
                value=self.value,
            )
        if self.kind is PolicyKind.DURATION_MONTHS and not (
            self.value <= LONGEST_MONTHS and self.value == self.value.to_integral_value()
        ):
            raise refusal(
                "months_impossible",
                "Une durée est de 1 à {longest} mois entiers, pas {value}.",
                "A duration is of 1 to {longest} whole months, not {value}.",
                longest=LONGEST_MONTHS,
                value=self.value,
            )
        return self


class BucketContent(Part):
    """Which states count in which bucket of a mechanism, from a date."""

    mechanism: MechanismCode
    bucket: Literal["planned", "ongoing", "completed", "approved", "total"]
    states: tuple[State, ...]
    ever_states: tuple[State, ...] | None = None
    valid_from: DateText


class SectorContent(Part):
    """A sector of one mechanism's list."""

    mechanism: MechanismCode
    name: LineTextsField
    position: Position = 0


class PlaceCodePart(Part):
    """A code of a place in one system (`ocha_pcode`, `iso_3166_2`)."""

    scheme: Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)]
    code: LineText
    valid_from: DateText | None = None


class Coordinates(Part):
    """Where on the map, if known."""

    latitude: Degrees | None = Field(None, ge=-90, le=90)
    longitude: Degrees | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise refusal(
                "half_a_point",
                "Donnez latitude et longitude, ou aucune.",
                "Give latitude and longitude, or neither.",
            )
        return self


class PlaceContent(Coordinates):
    """A place of the 2022 hierarchy or of today's."""

    kind: PlaceKind
    name: LineTextsField
    parent: PlaceSlug | None = None
    successor: PlaceSlug | None = None
    coordinate_precision: Literal["exact", "approximate"] | None = None
    valid_from: DateText | None = None
    valid_to: DateText | None = None
    is_sensitive: Flag = False
    aliases: tuple[LineText, ...] = ()
    codes: tuple[PlaceCodePart, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.latitude is None) != (self.coordinate_precision is None):
            raise refusal(
                "coordinate_precision",
                "Des coordonnées ont une précision (exact ou approximate).",
                "Coordinates carry their precision (exact or approximate).",
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise refusal("dates_reversed", "La fin précède le début.", "The end precedes the start.")
        refuse_repeats(self.aliases, "Un autre nom", "An alias")
        refuse_repeats(((code.scheme, code.code) for code in self.codes), "Un code", "A code")
        return self


class ReportingAreaContent(Coordinates):
    """An area of the bulletin's map, with the regions that lie in it."""

    name: LineTextsField
    position: Position = 0
    is_national: Flag = False
    places: tuple[PlaceSlug, ...] = ()


class NamePart(Part):
    """A name from a date on."""

    name: LineTextsField
    valid_from: DateText


class OrganisationContent(Part):
    """An organisation or a section, with its names through time."""

    kind: OrganisationKind
    acronym: LineTextsField | None = None
    parent: OrganisationSlug | None = None
    predecessor: OrganisationSlug | None = None
    names: Annotated[tuple[NamePart, ...], Field(min_length=1)]
    aliases: tuple[LineText, ...] = ()
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        refuse_repeats((name.valid_from for name in self.names), "La date d'un nom", "A name's date")
        refuse_repeats(self.aliases, "Un autre nom", "An alias")
        return self


class OfficeContent(Part):
    """A title at an organisation or a place."""

    title: LineTextsField
    organisation: OrganisationSlug | None = None
    place: PlaceSlug | None = None


class PersonContent(Part):
    """A named person, erasable."""

    name: LineText
    office: OfficeSlug | None = None


class ProjectContent(AttachedWithOutputs, CountedStated):
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


class AnnouncementContent(AttachedWithOutputs):
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


class MonitoringContent(Part):
    """Third-party monitoring: who pays in kind, who looks, what was found and recommended."""

    mechanism: MechanismCode
    funder: OrganisationSlug | None = None
    contractor: OrganisationSlug | None = None
    activity: ActivityReference | None = None
    phase: LineTextsField
    findings: TextsField | None = None
    recommendations: TextsField | None = None
    protection: Protection = Protection.INTERNAL
