"""The rows of a portfolio file that funds owns: rate policies, rates, donors, contributions, allocations."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions.schemas import AmendmentStated, ContributionCreate, ReceiptStated
from services.funds_api.exchange_rates.schemas import RateStated
from services.funds_api.records import RECORDS
from shared.keys import Flag, ReferenceText
from shared.models.rate import RateSource
from shared.portfolio import Row
from shared.recording.register import row_of


class RatePolicyRow(Row):
    """At most how many days old a rate of a policy may be on the value date."""

    key_field: ClassVar[str | None] = "policy"

    type: Literal["rate_policy"]
    policy: RateSource
    max_age_days: Annotated[int, Field(strict=True, gt=0, le=3660)]


class RateRow(RateStated, Row):
    """One published rate: `value` units of `quote` for one `base`, in the direction in which its source prints it."""

    key_field: ClassVar[str | None] = None

    type: Literal["rate"]


class ReceiptPart(ReceiptStated):
    """Money received on a contribution, with its own reference."""

    reference: ReferenceText
    is_synthetic: Flag = False


class ContributionRow(ContributionCreate, Row):
    """A donor's agreement, with its amendments and what was received on it."""

    type: Literal["contribution"]
    reference: ReferenceText
    is_synthetic: Flag = False
    amendments: tuple[AmendmentStated, ...] = ()
    receipts: tuple[ReceiptPart, ...] = ()


class AllocationRow(AllocationCreate, Row):
    """Money of a contribution set aside for one project, or for a group announced with one amount."""

    type: Literal["allocation"]
    reference: ReferenceText
    is_synthetic: Flag = False


ROWS: dict[str, type[Row]] = {
    "rate_policy": RatePolicyRow,
    "rate": RateRow,
    **{name: row_of(record) for name, record in RECORDS.items()},
    "contribution": ContributionRow,
    "allocation": AllocationRow,
}
"""The model of each type of row, in the order in which they are imported."""
