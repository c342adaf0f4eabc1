"""What a person or a register states about a project, an activity or an announcement: the same words for both."""

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from shared.domain.lifecycle import State
from shared.fields import DecimalText, LineText, LineTextsField, PercentageText, TextsField
from shared.keys import Flag, OfficeSlug, OrganisationSlug, PersonSlug, PlaceSlug, ReferenceText, SectorSlug, Url
from shared.models.base import Qualifier
from shared.models.organisation import RoleKind
from shared.portfolio import Part
from shared.recording.facts import Stated, refuse_repeats
from shared.sentences import refusal

WHOLE = Decimal(100)


class TransitionStated(Stated):
    """A change of state; the first one of a register, without `from`, is the opening."""

    from_state: State | None = Field(None, alias="from")
    to_state: State = Field(alias="to")


class SectorPart(Part):
    """One sector with its percentage of the project."""

    sector: SectorSlug
    percentage: PercentageText


class SectorsStated(Stated):
    """All sectors of a project from a date on; the percentages add up to 100."""

    shares: Annotated[tuple[SectorPart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_repeats((share.sector for share in self.shares), "Un secteur", "A sector")
        _refuse_unless_whole([share.percentage for share in self.shares])
        return self


class PlacePart(Part):
    """One place, with its percentage of the project's amount where that is known."""

    place: PlaceSlug
    percentage: PercentageText | None = None


class PlacesStated(Stated):
    """All places of a project from a date on; either every percentage is known and they add up to 100, or none."""

    shares: Annotated[tuple[PlacePart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_repeats((share.place for share in self.shares), "Un lieu", "A place")
        if any(share.percentage is not None for share in self.shares):
            _refuse_unless_whole([share.percentage or Decimal(0) for share in self.shares])
        return self


def _refuse_unless_whole(percentages: list[Decimal]) -> None:
    total = sum(percentages, Decimal(0))
    if total != WHOLE or Decimal(0) in percentages:
        raise refusal(
            "shares_not_whole",
            "Les pourcentages doivent être supérieurs à 0 et faire 100 ensemble, pas {total}.",
            "The percentages must be above 0 and add up to 100, not {total}.",
            total=total,
        )


class OutputPart(Part):
    """Something built, equipped or delivered."""

    name: LineTextsField
    unit: LineTextsField | None = None
    planned: DecimalText | None = Field(None, ge=0, decimal_places=3)
    delivered: DecimalText | None = Field(None, ge=0, decimal_places=3)
    place: PlaceSlug | None = None


class RolePart(Part):
    """A party's part: an organisation, an office or a person (or a person at an organisation)."""

    kind: RoleKind
    organisation: OrganisationSlug | None = None
    office: OfficeSlug | None = None
    person: PersonSlug | None = None
    is_lead: Flag = False

    @model_validator(mode="after")
    def _has_party(self) -> Self:
        if self.organisation is None and self.office is None and self.person is None:
            raise refusal(
                "role_without_party",
                "Un rôle nomme une organisation, une fonction ou une personne.",
                "A role names an organisation, an office or a person.",
            )
        return self


class QuotedFigurePart(Part):
    """A figure as somebody said it; printed as quoted, part of no total."""

    reference: ReferenceText
    value: DecimalText = Field(ge=0, decimal_places=3)
    unit: LineText
    qualifier: Qualifier = Qualifier.EXACT
    said_by: LineTextsField | None = None
    source: LineText
    scope: TextsField


class LinkPart(Part):
    """A web address kept byte for byte."""

    url: Url
    label: LineTextsField
    archived_url: Url | None = None


MOST = 200
"""Members of one set of a project, activity or announcement: more are a slip of a program, not somebody's work."""


def _once_each(key: Callable[[Any], Hashable], fr: str, en: str) -> AfterValidator:
    def refuse(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        refuse_repeats(map(key, parts), fr, en)
        return parts

    return AfterValidator(refuse)


RoleParts = Annotated[
    tuple[RolePart, ...],
    Field(max_length=MOST),
    _once_each(
        lambda one: (one.kind, one.organisation, one.office, one.person),
        "Une partie dans le même rôle",
        "A party in one role",
    ),
]
"""Parties in order; several sponsors are allowed, one leads."""
OutputParts = Annotated[tuple[OutputPart, ...], Field(max_length=MOST)]
"""What is built, equipped or delivered, in order."""
QuotedFigureParts = Annotated[
    tuple[QuotedFigurePart, ...],
    Field(max_length=MOST),
    _once_each(lambda one: one.reference, "Une référence", "A reference"),
]
"""Figures as others said them."""
LinkParts = Annotated[
    tuple[LinkPart, ...], Field(max_length=MOST), _once_each(lambda one: one.url, "Un lien", "A link")
]
"""Web addresses in order."""


class Attached(Part):
    """What an activity or an announcement carries, given as whole sets."""

    roles: RoleParts = ()
    quoted_figures: QuotedFigureParts = ()
    links: LinkParts = ()


class AttachedWithOutputs(Attached):
    """The same, with what was built, equipped or delivered."""

    outputs: OutputParts = ()
