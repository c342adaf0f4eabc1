"""Fixed words of the page and the print in each language; everything about the edition itself comes in the snapshot."""

from types import MappingProxyType
from typing import Final

from services.reporting_worker.rendering.schemas import Language, Mechanism

NNBSP: Final = "\u202f"
"""Narrow no-break space, which French puts before a colon's kin and a percent sign."""

LABELS: Final = MappingProxyType(
    {
        "fr": MappingProxyType(
            {
                "skip": "Aller au contenu",
                "contents": "Sommaire",
                "page": "Page",
                "of": "sur",
                "as_of": "Situation au",
                "period": "Période",
                "reference": "Référence",
                "publisher": "Éditeur",
                "number": "N°",
                "frozen_at": "Chiffres arrêtés le",
                "area": "Zone",
                "total": "Total",
                "share": "Part",
                "label": "Rubrique",
                "national": "Portée nationale",
                "more": "Pour en savoir plus",
                "figure_hint": "Chaque chiffre souligné ouvre les lignes qui le composent.",
                "print_hint": "Dans ce document, chaque chiffre est un lien vers les lignes qui le composent.",
                "synthetic": "donnée fictive, ajoutée pour la démonstration",
                "synthetic_edition": "Édition de démonstration",
                "borders": "Les limites et les noms portés sur cette carte n’impliquent ni reconnaissance ni "
                "approbation officielle. Un cercle a une surface proportionnelle au nombre de projets.",
                "size_legend": "Nombre de projets",
                "outcome_passed": "conforme",
                "outcome_failed": "écart",
                "outcome_note": "à noter",
                "acceptance": "Accepté par la rédaction",
                "controls_passed": "Contrôles conformes",
                "top": "Haut de page",
                "map_table": "Nombre de projets par zone et par mécanisme",
                "chart_table": "Données du graphique",
                "fingerprint": "Empreinte des chiffres",
            }
        ),
        "en": MappingProxyType(
            {
                "skip": "Skip to the content",
                "contents": "Contents",
                "page": "Page",
                "of": "of",
                "as_of": "As of",
                "period": "Period",
                "reference": "Reference",
                "publisher": "Publisher",
                "number": "No.",
                "frozen_at": "Figures frozen on",
                "area": "Area",
                "total": "Total",
                "share": "Share",
                "label": "Category",
                "national": "National scope",
                "more": "Read more",
                "figure_hint": "Each underlined figure opens the rows behind it.",
                "print_hint": "Each figure in this document links to the rows behind it.",
                "synthetic": "made-up datum, added for the demonstration",
                "synthetic_edition": "Demonstration edition",
                "borders": "The boundaries and names shown on this map do not imply official endorsement or "
                "acceptance. The surface of a circle is proportional to the number of projects.",
                "size_legend": "Number of projects",
                "outcome_passed": "agrees",
                "outcome_failed": "differs",
                "outcome_note": "note",
                "acceptance": "Accepted by the editors",
                "controls_passed": "Controls that agree",
                "top": "Top of the page",
                "map_table": "Number of projects by area and mechanism",
                "chart_table": "Data of the chart",
                "fingerprint": "Digest of the figures",
            }
        ),
    }
)
"""Words of the renderers' own, by language and key."""

MECHANISM_NAMES: Final = MappingProxyType(
    {
        "fr": MappingProxyType(
            {"QIP": "Projets à effet rapide", "TF": "Fonds fiduciaire", "FP": "Fonds programmatiques"}
        ),
        "en": MappingProxyType({"QIP": "Quick Impact Projects", "TF": "Trust Fund", "FP": "Programmatic funds"}),
    }
)

NEIGHBOURS: Final = MappingProxyType(
    {
        "fr": (
            ("Mauritanie", -8.6, 16.6),
            ("Algérie", 1.6, 23.6),
            ("Burkina Faso", -1.4, 12.4),
            ("Niger", 3.2, 14.2),
            ("Guinée", -10.4, 11.2),
        ),
        "en": (
            ("Mauritania", -8.6, 16.6),
            ("Algeria", 1.6, 23.6),
            ("Burkina Faso", -1.4, 12.4),
            ("Niger", 3.2, 14.2),
            ("Guinea", -10.4, 11.2),
        ),
    }
)
"""Names of the neighbouring countries with the point (lon, lat) where the map prints them."""


def mechanism_name(language: Language, mechanism: Mechanism) -> str:
    """The mechanism in words, for legends and for readers who cannot see colours."""
    return MECHANISM_NAMES[language][mechanism]
