"""Which objectives a project serves, and how much."""

from shared.keys import ObjectiveSlug
from shared.models.objective import ObjectiveTag, Significance
from shared.recording.fact_kind import FactKind
from shared.recording.facts import Stated


class TagStated(Stated):
    """An objective that a project serves from a date on; `not_targeted` ends it."""

    objective: ObjectiveSlug
    significance: Significance = Significance.SIGNIFICANT


TAGS = FactKind(
    "tags",
    ObjectiveTag,
    TagStated,
    same=("objective",),
    repeats=("Un même objectif à la même date", "An objective on one date"),
    example={"objective": "wps", "significance": "principal", "on": "2022-03-23"},
)
