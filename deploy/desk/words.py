"""The desk's own words; all others are the contract's."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "desk": ("Bureau", "Desk"),
    "home": ("Accueil", "Home"),
    "sign_in": ("Entrer", "Sign in"),
    "sign_out": ("Sortir", "Sign out"),
    "who": ("Qui êtes-vous ?", "Who are you?"),
    "who_help": (
        "Sur cette machine d'essai, chacun choisit qui il est. En production, l'organisation le dit.",
        "On this machine for trying, everybody chooses who to be. In production, the organisation says it.",
    ),
    "signed_out": ("Votre session est finie. Entrez de nouveau : rien de ce que vous avez écrit n'est perdu.",
                   "Your session has ended. Sign in again: nothing that you typed is lost."),
    "other_language": ("English", "Français"),
    "skip": ("Aller au contenu", "Skip to content"),
    "search": ("Chercher", "Search"),
    "search_help": ("Des mots, un nom, une référence ; accents et fautes ne gênent pas.",
                    "Words, a name, a reference; accents and slips do not matter."),
    "filters": ("Filtres", "Filters"),
    "filter": ("Filtrer", "Filter"),
    "show_all": ("Tout montrer", "Show all"),
    "order": ("Ordre", "Order"),
    "descending": ("décroissant", "descending"),
    "as_of": ("À la date du", "As of"),
    "known_at": ("Comme on le savait le", "As known at"),
    "found": ("trouvés", "found"),
    "none": ("Rien ne correspond. Élargissez les filtres, ou enregistrez ce qui manque.",
             "Nothing matches. Widen the filters, or record what is missing."),
    "next": ("Page suivante", "Next page"),
    "new": ("Nouveau", "New"),
    "save": ("Enregistrer", "Save"),
    "add_row": ("Ajouter une ligne", "Add a row"),
    "optional": ("facultatif", "optional"),
    "required": ("à remplir", "required"),
    "choose": ("— choisir —", "— choose —"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "nothing": ("—", "—"),
    "reason": ("Raison", "Reason"),
    "reason_help": ("Pourquoi ce changement ; se lit dans l'historique.", "Why this change; read in the history."),
    "there_is_a_problem": ("Il y a un problème", "There is a problem"),
    "elsewhere": (
        "Quelqu'un a changé cette fiche entre-temps. Voici ce qui diffère ; enregistrez de nouveau pour garder vos valeurs.",
        "Somebody changed this record meanwhile. Here is what differs; save again to keep your values.",
    ),
    "yours": ("Vous", "You"),
    "theirs": ("Enregistré", "On record"),
    "what_next": ("Ce qui peut être fait", "What can be done"),
    "not_allowed": ("pas à vous, ou pas dans cet état", "not yours to do, or not in this state"),
    "next_states": ("Suite possible", "What may follow"),
    "delete_sure": ("Supprimer pour de bon ? Ce qui s'y rapporte le refuse.", "Delete for good? What refers to it refuses that."),
    "saved": ("Enregistré.", "Saved."),
    "warnings": ("À vérifier", "To check"),
    "figures": ("Chiffres du jour", "Figures of today"),
    "waiting": ("Ce qui attend", "What waits"),
    "waiting_none": ("Rien n'attend.", "Nothing waits."),
    "everything": ("Tout ce qui s'enregistre", "All that is recorded"),
    "bulletins": ("Bulletins", "Bulletins"),
    "reference": ("Référence de l'API", "API reference"),
    "later": ("Le service ne répond pas pour l'instant ; rien n'est perdu, réessayez.",
              "The service does not answer now; nothing is lost, try again."),
    "not_found": ("Cette page n'existe pas.", "There is no such page."),
    "row_key": ("clé", "key"),
    "projects_of": ("Projets par état", "Projects by state"),
}  # fmt: skip
"""French and English."""


def words_of(language: str) -> Mapping[str, str]:
    """The desk's words in one language."""
    return {name: said[0 if language == "fr" else 1] for name, said in WORDS.items()}
