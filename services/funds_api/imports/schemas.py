"""The rows of a portfolio file that funds owns: rate policies, rates, donors, contributions, allocations."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from services.funds_api.fields import Code, Flag, ReferenceText, Slug
from shared.models.base import Precision, Protection
from shared.models.contribution import EarmarkKind
from shared.models.rate import RateSource
from shared.portfolio import Part, RefersTo, Row
from shared.web.fields import AmountText, CurrencyCode, DateText, LineText, TextsField
from shared.web.sentences import refusal


class RatePolicyRow(Row):
    """At most how many days old a rate of a policy may be on the value date."""

    key_field: ClassVar[str | None] = "policy"

    type: Literal["rate_policy"]
    policy: RateSource
    max_age_days: Annotated[int, Field(strict=True, gt=0, le=3660)]


class RateRow(Row):
    """One published rate: `value` units of `quote` for one `base`, in the direction in which its source prints it."""

    key_field: ClassVar[str | None] = None

    type: Literal["rate"]
    base: CurrencyCode
    quote: CurrencyCode
    value: AmountText
    source: RateSource
    effective_on: DateText
    document: LineText
    reason: LineText | None = None


class DonorRow(Row):
    """A donor: an organisation, listed last or in the alphabet."""

    key_field: ClassVar[str | None] = "slug"

    type: Literal["donor"]
    slug: Slug
    organisation: Annotated[Slug, RefersTo("organisation")]
    is_listed_last: Flag = False
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False


class ReceiptPart(Part):
    """Money received on a contribution, in its currency; `policy` names the rate of its USD value."""

    reference: ReferenceText
    amount: AmountText
    on: DateText
    precision: Precision = Precision.DAY
    policy: RateSource | None = None
    source: LineText | None = None
    is_synthetic: Flag = False


class ContributionRow(Row):
    """A donor's agreement, with what was received on it."""

    type: Literal["contribution"]
    reference: ReferenceText
    donor: Annotated[Slug, RefersTo("donor")]
    mechanism: Annotated[Code, RefersTo("mechanism")]
    agreement_on: DateText
    amount: AmountText
    currency: CurrencyCode
    earmark_kind: EarmarkKind = EarmarkKind.NONE
    earmark: TextsField | None = None
    activity: Annotated[ReferenceText, RefersTo("activity")] | None = None
    protection: Protection = Protection.INTERNAL
    is_synthetic: Flag = False
    receipts: tuple[ReceiptPart, ...] = ()


class AllocationRow(Row):
    """Money of a contribution set aside for one project, or for a group announced with one amount."""

    type: Literal["allocation"]
    reference: ReferenceText
    contribution: Annotated[ReferenceText, RefersTo("contribution")]
    project: Annotated[ReferenceText, RefersTo("project")] | None = None
    announcement: Annotated[ReferenceText, RefersTo("announcement")] | None = None
    amount: AmountText
    currency: CurrencyCode
    on: DateText
    precision: Precision = Precision.DAY
    reason: LineText | None = None
    source: LineText | None = None
    is_synthetic: Flag = False

    @model_validator(mode="after")
    def _to_one(self) -> Self:
        if (self.project is None) == (self.announcement is None):
            raise refusal(
                "allocation_target",
                "Une allocation va à un projet ou à une annonce : nommez l'un des deux.",
                "An allocation goes to a project or to an announcement: name one of them.",
            )
        return self


ROWS: dict[str, type[Row]] = {
    "rate_policy": RatePolicyRow,
    "rate": RateRow,
    "donor": DonorRow,
    "contribution": ContributionRow,
    "allocation": AllocationRow,
}
"""The model of each type of row."""

FundsRow = RatePolicyRow | RateRow | DonorRow | ContributionRow | AllocationRow
