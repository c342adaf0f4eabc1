"""What the routes of contributions take and give."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.fields import AmountText, CurrencyCode, DateText, DecimalText, LineText, TextsField
from shared.keys import Code, ReferenceText, Slug
from shared.models.base import Precision, Protection
from shared.models.contribution import EarmarkKind
from shared.models.rate import RateSource
from shared.portfolio import Part, RefersTo
from shared.recording.directory import Directory
from shared.sentences import refusal


class ReceiptStated(Part):
    """Money received on a contribution, in its currency."""

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given; never re-used.")
    amount: AmountText = Field(description="In the contribution's currency.")
    on: DateText = Field(description="The value date.", examples=["2022-03-03"])
    precision: Precision = Precision.DAY
    policy: RateSource | None = Field(
        None, description="Whose rate gives the USD functional amount; `unore` by default. None for USD."
    )
    source: LineText | None = None


class ReceiptCreate(ReceiptStated):
    """A receipt to book."""


class CorrectionCreate(ReceiptStated):
    """A receipt as it was, in the place of one that was booked otherwise."""

    reason: LineText = Field(examples=["The bank kept 50 USD."])


class CorrectionProposed(CorrectionCreate):
    """The same with the entry that it corrects."""

    entry: UUID


class EarmarkStated(Part):
    """What a contribution is for: the donor's words, and what they ask, in data."""

    earmark_kind: EarmarkKind = Field(
        EarmarkKind.NONE, description="`hard` refuses what does not meet the earmark; `soft` wants a reason for it."
    )
    earmark: TextsField | None = Field(None, description="The donor's wish in the agreement's words.")
    earmark_sectors: tuple[Annotated[Slug, RefersTo("sector")], ...] = Field(
        (), description="Slugs: all sectors of a project that it pays are among these."
    )
    earmark_places: tuple[Annotated[Slug, RefersTo("place")], ...] = Field(
        (), description="Slugs: all places of a project that it pays lie in these."
    )

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

    def earmark_columns(self, directory: Directory) -> dict[str, Any]:
        """The earmark as an agreement holds it."""
        return {
            "earmark_kind": self.earmark_kind,
            "earmark": self.earmark,
            "earmark_sectors": directory.keys_of("sector", self.earmark_sectors),
            "earmark_places": directory.keys_of("place", self.earmark_places),
        }


class ContributionCreate(EarmarkStated):
    """A donor's agreement: an amount in the donor's currency for one mechanism, with its earmark."""

    reference: ReferenceText | None = Field(
        None, description="Assigned when it is not given (`CTB-2022-001`); never re-used."
    )
    donor: Annotated[Slug, RefersTo("donor")] = Field(description="The donor's slug.", examples=["belgium"])
    mechanism: Annotated[Code, RefersTo("mechanism")] = Field(examples=["TF"])
    agreement_on: DateText = Field(examples=["2022-03-03"])
    amount: AmountText = Field(description="As agreed, in the donor's currency.", examples=["1000000"])
    currency: CurrencyCode = Field(examples=["EUR"])
    activity: Annotated[ReferenceText, RefersTo("activity")] | None = Field(
        None, description="The ceremony or meeting at which it was agreed."
    )
    protection: Protection = Protection.INTERNAL


class AmendmentStated(Part):
    """What changes in an agreement from a date on; what it does not name stays as it was."""

    on: DateText = Field(description="The day from which it holds.", examples=["2022-06-01"])
    amount: AmountText | None = Field(
        None,
        description="The whole amount agreed from then on (no difference), in the contribution's currency.",
        examples=["11000000"],
    )
    earmark: EarmarkStated | None = Field(None, description="The whole earmark from then on.")
    reason: LineText = Field(examples=["The donor added a second instalment."])
    source: LineText | None = Field(None, examples=["Amendment no. 1 of 1 June 2022"])

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.amount is None and self.earmark is None:
            raise refusal(
                "amendment_empty",
                "Un avenant change le montant (amount) ou l'affectation (earmark) : dites lequel.",
                "An amendment changes the amount or the earmark: say which.",
            )
        return self


class AmendmentCreate(AmendmentStated):
    """An amendment of a donor's agreement, or the correction of what was recorded of it."""

    supersedes_id: UUID | None = Field(
        None,
        description="The agreement or amendment (from `agreements` of the contribution) that was recorded wrongly and "
        "that this one corrects. Without it, both stand, each from its date on.",
    )


class ContributionContent(Part):
    """What of a contribution is no fact: replaced as a whole."""

    activity: Annotated[ReferenceText, RefersTo("activity")] | None = Field(
        None, description="The ceremony or meeting at which it was agreed."
    )
    protection: Protection


class ContributionWritten(BaseModel):
    """A contribution after a write, with the agreement that holds today."""

    id: UUID
    reference: str
    donor_id: UUID
    mechanism: str
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
