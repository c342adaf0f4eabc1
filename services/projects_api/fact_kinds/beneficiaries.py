"""People planned and reached, of a project or of a group."""

from decimal import Decimal
from typing import Self

from pydantic import model_validator

from shared.fields import PercentageText
from shared.keys import Count
from shared.models import BeneficiaryCount
from shared.models.base import Qualifier
from shared.models.project import BeneficiaryKind, BeneficiaryUnit
from shared.recording.fact_kind import FactKind
from shared.recording.facts import Stated
from shared.sentences import refusal

WHOLE = Decimal(100)


class BeneficiaryStated(Stated):
    """People planned or reached; by sex, or as a share of women, where the source says so."""

    kind: BeneficiaryKind
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


BENEFICIARIES = FactKind(
    "beneficiaries",
    BeneficiaryCount,
    BeneficiaryStated,
    same=("kind", "unit"),
    repeats=("Un effectif de même nature, unité et date", "A count of one kind, unit and date"),
    summary="Record people planned or reached, or correct a count",
    said="By sex where it is known, or with the share of women as stated.",
    listed="The people planned and reached of a project",
    example={"kind": "planned", "unit": "pupils", "total": 813, "female": 463, "on": "2022-03-23"},
)
