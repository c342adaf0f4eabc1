"""Fixed words of the page and the print in each language; everything about the edition itself comes in the snapshot."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting_worker.rendering.blocks import Mechanism
from services.reporting_worker.rendering.spans import Language

PLACES: Final[Mapping[Language, int]] = MappingProxyType({"fr": 0, "en": 1})
"""Which of two words is that of a language."""

_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "skip": ("Aller au contenu", "Skip to the content"),
    "contents": ("Sommaire", "Contents"),
    "page": ("Page", "Page"),
    "of": ("sur", "of"),
    "as_of": ("Situation au", "As of"),
    "period": ("Période", "Period"),
    "reference": ("Référence", "Reference"),
    "publisher": ("Éditeur", "Publisher"),
    "number": ("N°", "No."),
    "frozen_at": ("Chiffres arrêtés le", "Figures frozen on"),
    "area": ("Zone", "Area"),
    "total": ("Total", "Total"),
    "share": ("Part", "Share"),
    "label": ("Rubrique", "Category"),
    "national": ("Portée nationale", "National scope"),
    "more": ("Pour en savoir plus", "Read more"),
    "figure_hint": (
        "Chaque chiffre souligné ouvre les lignes qui le composent.",
        "Each underlined figure opens the rows behind it.",
    ),
    "print_hint": (
        "Dans ce document, chaque chiffre est un lien vers les lignes qui le composent.",
        "Each figure in this document links to the rows behind it.",
    ),
    "synthetic": ("donnée fictive, ajoutée pour la démonstration", "made-up datum, added for the demonstration"),
    "synthetic_edition": ("Édition de démonstration", "Demonstration edition"),
    "borders": (
        (
            "Les limites et les noms portés sur cette carte n’impliquent ni reconnaissance ni approbation officielle. Un cercle "
            "a une surface proportionnelle au nombre de projets."
        ),
        (
            "The boundaries and names shown on this map do not imply official endorsement or acceptance. The surface of a "
            "circle is proportional to the number of projects."
        ),
    ),
    "size_legend": ("Nombre de projets", "Number of projects"),
    "outcome_passed": ("conforme", "agrees"),
    "outcome_failed": ("écart", "differs"),
    "outcome_note": ("à noter", "note"),
    "acceptance": ("Accepté par la rédaction", "Accepted by the editors"),
    "controls_passed": ("Contrôles conformes", "Controls that agree"),
    "top": ("Haut de page", "Top of the page"),
    "map_table": ("Nombre de projets par zone et par mécanisme", "Number of projects by area and mechanism"),
    "chart_table": ("Données du graphique", "Data of the chart"),
    "fingerprint": ("Empreinte des chiffres", "Digest of the figures"),
}
LABELS: Final = MappingProxyType(
    {
        language: MappingProxyType({key: said[place] for key, said in _LABELS.items()})
        for language, place in PLACES.items()
    }
)
"""Words of the renderers' own, by language and key."""

_MECHANISMS: Final[Mapping[Mechanism, tuple[str, str]]] = {
    "QIP": ("Projets à effet rapide", "Quick Impact Projects"),
    "TF": ("Fonds fiduciaire", "Trust Fund"),
    "FP": ("Fonds programmatiques", "Programmatic funds"),
}

NEIGHBOURS: Final = (
    (("Mauritanie", "Mauritania"), -8.6, 16.6),
    (("Algérie", "Algeria"), 1.6, 23.6),
    (("Burkina Faso", "Burkina Faso"), -1.4, 12.4),
    (("Niger", "Niger"), 3.2, 14.2),
    (("Guinée", "Guinea"), -10.4, 11.2),
)
"""Names of the neighbouring countries with the point (lon, lat) where the map prints them."""


def mechanism_name(language: Language, mechanism: Mechanism) -> str:
    """The mechanism in words, for legends and for readers who cannot see colours."""
    return _MECHANISMS[mechanism][PLACES[language]]
