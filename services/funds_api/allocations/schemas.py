"""What the routes of allocations take and give."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.fields import AmountText, CurrencyCode, DateText, LineText
from shared.keys import AnnouncementReference, ProjectReference, ReferenceText
from shared.models.base import Precision
from shared.models.rate import RateSource
from shared.portfolio import Part, RefersTo
from shared.sentences import refusal


class AllocationCreate(Part):
    """Money of a contribution set aside for one project, or for a group announced with one amount."""

    reference: ReferenceText | None = Field(None, description="Assigned when it is not given; never re-used.")
    contribution: Annotated[ReferenceText, RefersTo("contribution")] = Field(examples=["CTB-2022-BEL"])
    project: ProjectReference | None = Field(None, examples=["TF-2022-GAO-001"])
    announcement: AnnouncementReference | None = None
    amount: AmountText = Field(examples=["110726.859"])
    currency: CurrencyCode = Field(
        examples=["USD"],
        description="The contribution's, or USD; then it passes through the exchange position at the policy's rate.",
    )
    on: DateText = Field(description="The value date, not in the future.", examples=["2022-03-15"])
    precision: Precision = Precision.DAY
    policy: RateSource | None = Field(None, description="Whose rate converts; `unore` by default.")
    reason: LineText | None = Field(None, description="Required when the contribution is softly earmarked.")
    source: LineText | None = None

    @model_validator(mode="after")
    def _to_one(self) -> Self:
        if (self.project is None) == (self.announcement is None):
            raise refusal(
                "allocation_target",
                "Une allocation va à un projet ou à une annonce : nommez l'un des deux.",
                "An allocation goes to a project or to an announcement: name one of them.",
            )
        return self

    @property
    def target(self) -> tuple[Literal["project", "announcement"], str]:
        """What the money is for: its noun and its reference."""
        return ("project", self.project) if self.project else ("announcement", self.announcement or "")
