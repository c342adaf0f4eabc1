"""The words that figures add to numbers: reasons, causes, lines that stand beside the parts."""

from shared.domain.lifecycle import State
from shared.errors import Texts

REASONS: dict[str, Texts] = {
    State.CANCELLED.value: {"fr": "annulés après approbation", "en": "cancelled after approval"}
}
"""Why a project ever approved is neither planned, under way nor completed, by its state."""

REASON_UNKNOWN: Texts = {"fr": "sans motif connu", "en": "without a known reason"}

CAUSES: dict[str, Texts] = {
    "no_amount": {"fr": "aucun montant approuvé connu", "en": "no approved amount known"},
    "divided": {
        "fr": "en partie seulement dans ce qui est demandé ; la part n'est pas connue",
        "en": "only in part in what is asked for; how much is not known",
    },
    "group_in_part": {
        "fr": "montant annoncé pour un groupe dont une partie seulement est dans ce qui est demandé",
        "en": "amount announced for a group of which only a part is in what is asked for",
    },
    "not_received": {
        "fr": "rien n'est encore reçu de cette contribution",
        "en": "nothing has been received of this contribution yet",
    },
}
"""Why something is left out of a sum."""

UNDIVIDED: Texts = {"fr": "Non réparti", "en": "Undivided"}
"""The line for what the cut divides in a way that nobody stated."""

NOT_SHOWN: Texts = {"fr": "Non montré", "en": "Not shown"}
"""The line for what is protected beyond the reader's audience."""

OVERLAP: Texts = {
    "fr": "La somme des zones (%s) dépasse le total (%s) : un projet compte une fois dans chaque zone qu'il couvre "
    "(projets dans plusieurs zones : %s).",
    "en": "The areas add up to more (%s) than the total (%s): a project counts once in each area that it covers "
    "(projects in several areas: %s).",
}
"""Why area counts add up to more than the number of projects: sum, total, projects in several areas."""
