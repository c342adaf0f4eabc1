"""What a caller or a register states about a project, an activity or an announcement, as both give it."""

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.projects_api.fields import (
    AmountText,
    Count,
    Currency,
    DateText,
    Flag,
    Line,
    PercentageText,
    Precision,
    Qualifier,
    QuantityText,
    ReferenceText,
    Slug,
    TextsField,
    Url,
)
from shared.domain.lifecycle import State
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind, BeneficiaryUnit
from shared.models.rate import RateSource
from shared.portfolio import Part, RefersTo

PlaceSlug = Annotated[Slug, RefersTo("place")]
SectorSlug = Annotated[Slug, RefersTo("sector")]
OrganisationSlug = Annotated[Slug, RefersTo("organisation")]


def refuse_repeats(keys: Iterable[Hashable], what: str) -> None:
    """Raise ValueError when a key stands twice: each of them is one fact, a second would contradict it."""
    listed = list(keys)
    if len(set(listed)) != len(listed):
        raise ValueError(f"{what} stands twice.")


class Stated(Part):
    """From when it holds, how exactly that is known, who says so, and why it is recorded."""

    on: DateText
    """The date from which it holds; of a month, period or range its last day."""
    precision: Precision = Precision.DAY
    source: Line | None = None
    reason: Line | None = None
    is_synthetic: Flag = False


class TransitionFact(Stated):
    """A change of state; the first one of a register, without `from`, is the opening."""

    from_state: State | None = Field(None, alias="from")
    to_state: State = Field(alias="to")


class AmountFact(Stated):
    """An amount in its own currency, with the USD that the document prints beside it, where it does."""

    kind: AmountKind
    amount: AmountText
    currency: Currency
    qualifier: Qualifier = Qualifier.EXACT
    usd: AmountText | None = None
    usd_decimals: Annotated[int, Field(strict=True, ge=0, le=3)] | None = None
    """Decimals with which the USD is printed; by default those written."""
    policy: RateSource = RateSource.UNORE
    """Whose rate converts it."""

    @model_validator(mode="after")
    def _printed_usd(self) -> Self:
        if self.usd is None and self.usd_decimals is not None:
            raise ValueError("`usd_decimals` needs `usd`.")
        if self.usd is not None and self.currency == "USD":
            raise ValueError("An amount in USD has no second USD value.")
        return self

    @property
    def printed_decimals(self) -> int | None:
        """Decimals of the printed USD."""
        if self.usd is None or self.usd_decimals is not None:
            return self.usd_decimals
        exponent = self.usd.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else None


class SectorPart(Part):
    """One sector with its percentage of the project."""

    sector: SectorSlug
    percentage: PercentageText


class SectorsFact(Stated):
    """All sectors of a project from a date on; the percentages add up to 100."""

    shares: Annotated[tuple[SectorPart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_repeats((share.sector for share in self.shares), "A sector")
        total = sum((share.percentage for share in self.shares), Decimal(0))
        if total != 100 or any(share.percentage == 0 for share in self.shares):
            raise ValueError(f"The percentages must be above 0 and add up to 100, not {total}.")
        return self


class PlacePart(Part):
    """One place, with its percentage of the project's amount where that is known."""

    place: PlaceSlug
    percentage: PercentageText | None = None


class PlacesFact(Stated):
    """All places of a project from a date on; either every percentage is known and they add up to 100, or none."""

    shares: Annotated[tuple[PlacePart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_repeats((share.place for share in self.shares), "A place")
        known = [share.percentage for share in self.shares if share.percentage is not None]
        if not known:
            return self
        if len(known) != len(self.shares) or sum(known) != 100 or 0 in known:
            raise ValueError("Give all percentages, above 0 and adding up to 100, or none.")
        return self


class BeneficiaryFact(Stated):
    """People planned or reached; by sex, or as a share of women, where the source says so."""

    kind: Annotated[str, Field(pattern="^(planned|reached)$")]
    unit: BeneficiaryUnit
    total: Count
    female: Count | None = None
    male: Count | None = None
    female_share: PercentageText | None = None
    qualifier: Qualifier = Qualifier.EXACT

    @model_validator(mode="after")
    def _by_sex(self) -> Self:
        if (self.female or 0) + (self.male or 0) > self.total:
            raise ValueError("Women and men together exceed the total.")
        if self.female_share is not None and self.female is not None:
            raise ValueError("Give the number of women or their share, not both.")
        return self


class OutputPart(Part):
    """Something built, equipped or delivered."""

    name: TextsField
    unit: TextsField | None = None
    planned: QuantityText | None = None
    delivered: QuantityText | None = None
    place: PlaceSlug | None = None


class RolePart(Part):
    """A party's part: an organisation, an office or a person (or a person at an organisation)."""

    kind: RoleKind
    organisation: OrganisationSlug | None = None
    office: Annotated[Slug, RefersTo("office")] | None = None
    person: Annotated[Slug, RefersTo("person")] | None = None
    is_lead: Flag = False

    @model_validator(mode="after")
    def _has_party(self) -> Self:
        if self.organisation is None and self.office is None and self.person is None:
            raise ValueError("A role names an organisation, an office or a person.")
        return self


class QuotedFigurePart(Part):
    """A figure as somebody said it; printed as quoted, part of no total."""

    reference: ReferenceText
    value: QuantityText
    unit: Line
    qualifier: Qualifier = Qualifier.EXACT
    said_by: TextsField | None = None
    source: Line
    scope: TextsField


class LinkPart(Part):
    """A web address kept byte for byte."""

    url: Url
    label: TextsField
    archived_url: Url | None = None
