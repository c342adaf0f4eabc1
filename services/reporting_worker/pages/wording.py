"""The fixed words of the public pages."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "site": {
        "fr": "Bulletins de la Section Stabilisation et Relèvement",
        "en": "Bulletins of the Stabilization and Recovery Section",
    },
    "colon": {"fr": "\u00a0: ", "en": ": "},
    "none": {
        "fr": "Aucun bulletin n’est encore publié. Le premier paraîtra ici dès qu’une édition sera figée.",
        "en": "No bulletin is published yet. The first will appear here as soon as an edition is frozen.",
    },
    "page": {"fr": "Lire", "en": "Read"},
    "document": {"fr": "PDF", "en": "PDF"},
    "superseded": {"fr": "Remplacé par", "en": "Superseded by"},
    "superseded_note": {
        "fr": "Ce bulletin a été corrigé. Sa révision le remplace ; il reste lisible tel qu’il a été figé.",
        "en": "This bulletin was corrected. Its revision supersedes it; it stays readable as it was frozen.",
    },
    "as_frozen": {"fr": "La version remplacée, telle que figée", "en": "The superseded version, as frozen"},
    "newer": {"fr": "Lire la révision en vigueur", "en": "Read the revision in force"},
    "data": {"fr": "Chiffres (JSON)", "en": "Figures (JSON)"},
    "api": {"fr": "Interface de programmation", "en": "Programming interface"},
    "other": {"fr": "English", "en": "Français"},
    "formula": {"fr": "Définition", "en": "Definition"},
    "as_of": {"fr": "Au", "en": "As of"},
    "known_at": {"fr": "Tel que connu le", "en": "As known at"},
    "rows": {"fr": "Lignes comptées", "en": "Rows counted"},
    "reference": {"fr": "Référence", "en": "Reference"},
    "title": {"fr": "Intitulé", "en": "Title"},
    "state": {"fr": "État", "en": "Status"},
    "value": {"fr": "Valeur", "en": "Value"},
    "by_area": {"fr": "Par zone", "en": "By area"},
    "by_sector": {"fr": "Par secteur", "en": "By sector"},
    "rates": {"fr": "Taux de change utilisés", "en": "Exchange rates used"},
    "left_out": {"fr": "Ce qui n’est pas compté", "en": "What is not counted"},
    "not_shown": {"fr": "Non montrées", "en": "Not shown"},
    "back": {"fr": "Retour au bulletin", "en": "Back to the bulletin"},
    "synthetic": {"fr": "dont lignes de synthèse", "en": "of which synthetic rows"},
}
