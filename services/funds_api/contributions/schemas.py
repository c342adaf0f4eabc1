"""What the routes of contributions take and give."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.funds_api.entries import Read
from services.funds_api.fields import Code, ReferenceText, Slug
from shared.models.base import Precision, Protection
from shared.models.contribution import EarmarkKind
from shared.models.rate import RateSource
from shared.portfolio import Part, RefersTo
from shared.web.fields import AmountText, CurrencyCode, DateText, DecimalText, LineText, TextsField
from shared.web.sentences import refusal


class ReceiptCreate(Part):
    """Money received on a contribution, in its currency."""

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given; never re-used.")
    amount: AmountText = Field(description="In the contribution's currency.")
    on: DateText = Field(description="The value date.", examples=["2022-03-03"])
    precision: Precision = Precision.DAY
    policy: RateSource | None = Field(
        None, description="Whose rate gives the USD functional amount; `unore` by default. None for USD."
    )
    source: LineText | None = None


class ContributionCreate(Part):
    """A donor's agreement: an amount in the donor's currency for one mechanism, with its earmark."""

    reference: ReferenceText
    donor: Annotated[Slug, RefersTo("donor")] = Field(description="The donor's slug.", examples=["belgium"])
    mechanism: Annotated[Code, RefersTo("mechanism")] = Field(examples=["TF"])
    agreement_on: DateText = Field(examples=["2022-03-03"])
    amount: AmountText = Field(description="As agreed, in the donor's currency.", examples=["1000000"])
    currency: CurrencyCode = Field(examples=["EUR"])
    earmark_kind: EarmarkKind = Field(
        EarmarkKind.NONE,
        description="`hard` refuses what does not meet the earmark; `soft` wants a reason for it.",
    )
    earmark: TextsField | None = Field(None, description="The donor's wish in the agreement's words.")
    earmark_sectors: tuple[Annotated[Slug, RefersTo("sector")], ...] = Field(
        (), description="Slugs: all sectors of a project that it pays are among these."
    )
    earmark_places: tuple[Annotated[Slug, RefersTo("place")], ...] = Field(
        (), description="Slugs: all places of a project that it pays lie in these."
    )
    activity: Annotated[ReferenceText, RefersTo("activity")] | None = Field(
        None, description="The ceremony or meeting at which it was agreed."
    )
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _earmark_has_words(self) -> Self:
        if (self.earmark_kind is EarmarkKind.NONE) != (self.earmark is None):
            raise refusal(
                "earmark_words",
                "Une contribution affectée dit à quoi (earmark) ; une contribution libre (none) n'en dit rien.",
                "An earmarked contribution says for what (earmark); an unearmarked one (none) does not.",
            )
        in_data = bool(self.earmark_sectors or self.earmark_places)
        if (self.earmark_kind is EarmarkKind.HARD and not in_data) or (
            self.earmark_kind is EarmarkKind.NONE and in_data
        ):
            raise refusal(
                "earmark_data",
                "Une affectation stricte (hard) nomme des secteurs ou des lieux ; une contribution libre n'en nomme pas.",
                "A hard earmark names sectors or places; an unearmarked contribution names none.",
            )
        return self


class ContributionWritten(BaseModel):
    """A contribution as it stands after a write."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    donor_id: UUID
    mechanism: str = Field(validation_alias="mechanism_code")
    agreement_on: date
    amount: DecimalText
    currency: str
    earmark_kind: str
    earmark: dict[str, str] | None
    earmark_sectors: list[str]
    earmark_places: list[str]
    protection: str
    is_synthetic: bool
    version: int


class DonorName(Read):
    """The donor under the name of the day."""

    slug: str
    name: dict[str, str] | None


class ContributionItem(Read):
    """A contribution in a list, with what it holds as of the date."""

    id: UUID
    reference: str
    donor: DonorName
    mechanism: str
    agreement_on: date
    amount: DecimalText
    currency: str
    earmark_kind: str
    earmark: dict[str, str] | None
    available_usd: DecimalText
    allocated_usd: DecimalText
    protection: str
    is_synthetic: bool
    etag: str
    can: list[str]


class EntryItem(Read):
    """An entry booked on the contribution; open it for its postings."""

    id: UUID
    reference: str
    kind: str
    value_on: date
    recorded_at: datetime
    reverses_id: UUID | None
    is_synthetic: bool


class ContributionDetail(ContributionItem):
    """A contribution with its entries."""

    available: DecimalText = Field(description="In the contribution's currency.")
    earmark_sectors: list[str]
    earmark_places: list[str]
    recorded_at: datetime
    author: str
    entries: list[EntryItem]
