"""The facts as of a date and as known at a moment, which every figure, total and rule reads (DESIGN 4 and 13).

Each function gives a CTE with the bind parameters `:as_of` (date) and `:known_at` (aware instant, `NOW` hides
nothing); called twice it gives the same CTE, so that statements may join them freely.
"""

from shared.facts.agreements import agreement_in_force
from shared.facts.amounts import amount_in_force, announcement_tree, group_amount, group_member, own_amount
from shared.facts.cuts import (
    area_part,
    areas_in_force,
    place_area,
    sector_part,
    sectors_in_force,
    subject_area,
    subject_sector,
)
from shared.facts.in_force import in_force, known, stands
from shared.facts.parameters import AS_OF, KNOWN_AT, NOW
from shared.facts.postings import posting_effective
from shared.facts.statement import Statement, compiled
from shared.facts.states import (
    bucket_in_force,
    bucket_member,
    class_bucket,
    ever_approved,
    project_class,
    project_state,
)

__all__ = [
    "AS_OF",
    "KNOWN_AT",
    "NOW",
    "Statement",
    "agreement_in_force",
    "amount_in_force",
    "announcement_tree",
    "area_part",
    "areas_in_force",
    "bucket_in_force",
    "bucket_member",
    "class_bucket",
    "compiled",
    "ever_approved",
    "group_amount",
    "group_member",
    "in_force",
    "known",
    "own_amount",
    "place_area",
    "posting_effective",
    "project_class",
    "project_state",
    "sector_part",
    "sectors_in_force",
    "stands",
    "subject_area",
    "subject_sector",
]
