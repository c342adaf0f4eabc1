"""The facts as of a date and as known at a moment, which every figure, total and rule reads (DESIGN 4 and 13).

Each function gives a CTE with the bind parameters `:as_of` (date) and `:known_at` (aware instant, `NOW` hides
nothing); called twice it gives the same CTE, so that statements may join them freely.
"""

from shared.facts.amounts import amount_in_force, announcement_tree, counted_amount, counted_for, group_member
from shared.facts.cuts import areas_in_force, place_area, sectors_in_force, subject_area, subject_sector
from shared.facts.in_force import in_force, known
from shared.facts.parameters import AS_OF, KNOWN_AT, NOW
from shared.facts.postings import posting_effective
from shared.facts.statement import Statement, compiled
from shared.facts.states import bucket_in_force, bucket_member, ever_approved, project_history, project_state

__all__ = [
    "AS_OF",
    "KNOWN_AT",
    "NOW",
    "Statement",
    "amount_in_force",
    "announcement_tree",
    "areas_in_force",
    "bucket_in_force",
    "bucket_member",
    "compiled",
    "counted_amount",
    "counted_for",
    "ever_approved",
    "group_member",
    "in_force",
    "known",
    "place_area",
    "posting_effective",
    "project_history",
    "project_state",
    "sectors_in_force",
    "subject_area",
    "subject_sector",
]
