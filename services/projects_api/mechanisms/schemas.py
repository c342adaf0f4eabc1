"""What is given and told of policies of mechanisms, and their rows of the portfolio file."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.errors import Texts
from shared.fields import AmountText, CurrencyCode, DateText, DecimalText, LineText
from shared.keys import MechanismCode
from shared.models.reference import PolicyKind
from shared.portfolio import Part
from shared.reading.shown import Shown
from shared.recording.register import KeylessRow
from shared.sentences import refusal

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


class PolicyRow(KeylessRow, PolicyContent):
    """A dated rule of a mechanism; its natural key is mechanism, kind and date."""

    type: Literal["policy"]


class PolicyRead(Shown):
    """A dated rule that stands, with what it corrected and why."""

    id: UUID
    kind: str
    value: DecimalText
    currency: str | None
    valid_from: date
    source: str
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str


class BucketRead(Shown):
    """Which states count where, from a date."""

    bucket: str
    states: list[str]
    ever_states: list[str] | None
    valid_from: date


class MechanismRead(Shown):
    """A funding mechanism with its policies and buckets."""

    code: str
    name: Texts
    is_external: bool
    since: int | None
    position: int
    policies: list[PolicyRead]
    buckets: list[BucketRead]


class Mechanisms(Shown):
    """All mechanisms."""

    items: list[MechanismRead]


class PolicyCommand(PolicyContent):
    """A policy from a date on, or the correction of one as a whole, which says why."""

    supersedes_id: UUID | None = Field(None, description="The policy that this one corrects.")
    reason: LineText | None = Field(None, examples=["The circular says 60,000."])


class PolicyWritten(Shown):
    """A policy as it was recorded."""

    id: UUID
    mechanism: str
    kind: str
    valid_from: date
    supersedes_id: UUID | None
