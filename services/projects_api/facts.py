"""What a person or a register states about a project, an activity or an announcement: the same words for both."""

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from shared.domain.lifecycle import State
from shared.fields import (
    AmountText,
    Count,
    CurrencyCode,
    DecimalText,
    Flag,
    LineText,
    LineTextsField,
    OfficeSlug,
    OrganisationSlug,
    PercentageText,
    PersonSlug,
    PlaceSlug,
    ReferenceText,
    SectorSlug,
    TextsField,
    Url,
)
from shared.models.base import Qualifier
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind, BeneficiaryUnit
from shared.models.rate import RateSource
from shared.portfolio import Part
from shared.recording.facts import Stated
from shared.sentences import refusal

WHOLE = Decimal(100)


def refuse_repeats(keys: Iterable[Hashable], fr: str, en: str) -> None:
    """Refuse a key that stands twice: each of them is one fact, a second would contradict it."""
    listed = list(keys)
    if len(set(listed)) != len(listed):
        raise refusal("repeated", f"{fr} figure deux fois.", f"{en} stands twice.")


class TransitionStated(Stated):
    """A change of state; the first one of a register, without `from`, is the opening."""

    from_state: State | None = Field(None, alias="from")
    to_state: State = Field(alias="to")


class AmountPart(Part):
    """An amount in its own currency, with the USD that the document prints beside it, where it does."""

    amount: AmountText
    currency: CurrencyCode
    qualifier: Qualifier = Qualifier.EXACT
    usd: AmountText | None = Field(None, description="The USD printed in the document beside the amount.")
    usd_decimals: Annotated[int, Field(strict=True, ge=0, le=3)] | None = None
    """Decimals with which the USD is printed; by default those written."""
    policy: RateSource = RateSource.UNORE
    """Whose rate converts it."""

    @model_validator(mode="after")
    def _printed_usd(self) -> Self:
        if self.usd is None and self.usd_decimals is not None:
            raise refusal("usd_missing", "usd_decimals va avec usd.", "usd_decimals goes with usd.")
        if self.usd is not None and self.currency == "USD":
            raise refusal(
                "usd_twice",
                "Un montant en USD n'a pas de seconde valeur en USD.",
                "An amount in USD has no second value in USD.",
            )
        return self

    @property
    def printed_decimals(self) -> int | None:
        """Decimals of the printed USD; None where none is printed."""
        if self.usd is None or self.usd_decimals is not None:
            return self.usd_decimals
        exponent = self.usd.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else None


class AmountStated(Stated, AmountPart):
    """An amount of a project or a group, of one kind, from a date on."""

    kind: AmountKind


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


class BeneficiaryStated(Stated):
    """People planned or reached; by sex, or as a share of women, where the source says so."""

    kind: Literal["planned", "reached"]
    unit: BeneficiaryUnit
    total: Count
    female: Count | None = None
    male: Count | None = None
    female_share: PercentageText | None = None
    qualifier: Qualifier = Qualifier.EXACT

    @model_validator(mode="after")
    def _by_sex(self) -> Self:
        if self.unit is BeneficiaryUnit.WOMEN and not self._counts_women_only():
            raise refusal(
                "men_among_women",
                "L'unité women ne compte que des femmes ; donnez le total seul, ou l'unité persons.",
                "The unit women counts women only; give the total alone, or the unit persons.",
            )
        if self.female_share is not None and self.female is not None:
            raise refusal(
                "women_twice",
                "Donnez le nombre de femmes ou leur part, pas les deux.",
                "Give the number of women or their share, not both.",
            )
        counted = (self.female or 0) + (self.male or 0)
        if counted > self.total:
            raise refusal(
                "sexes_exceed_total",
                "Femmes et hommes dépassent ensemble le total : {counted} pour {total}.",
                "Women and men together exceed the total: {counted} of {total}.",
                counted=Decimal(counted),
                total=Decimal(self.total),
            )
        if self._is_split_exactly() and counted != self.total:
            raise refusal(
                "sexes_not_total",
                "Femmes et hommes font ensemble {counted}, pas {total} ; corrigez l'un d'eux, ou laissez de côté ce "
                "qui n'est pas connu.",
                "Women and men together are {counted}, not {total}; correct one of them, or leave out what is not "
                "known.",
                counted=Decimal(counted),
                total=Decimal(self.total),
            )
        return self

    def _counts_women_only(self) -> bool:
        return not self.male and self.female in {None, self.total} and self.female_share in {None, WHOLE}

    def _is_split_exactly(self) -> bool:
        """Both parts of an exact count; of "more than 1,000" the parts may be known and the rest not."""
        return self.female is not None and self.male is not None and self.qualifier is Qualifier.EXACT


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


class CountedStated(Part):
    """What projects and groups alike hold from dates on: amounts and people."""

    amounts: Annotated[tuple[AmountStated, ...], Field(max_length=MOST)] = ()
    beneficiaries: Annotated[tuple[BeneficiaryStated, ...], Field(max_length=MOST)] = ()

    @model_validator(mode="after")
    def _one_fact_each(self) -> Self:
        refuse_repeats(
            ((one.kind, one.on) for one in self.amounts),
            "Un montant de même nature et de même date",
            "An amount of one kind and date",
        )
        refuse_repeats(
            ((one.kind, one.unit, one.on) for one in self.beneficiaries),
            "Un effectif de même nature, unité et date",
            "A count of one kind, unit and date",
        )
        return self
