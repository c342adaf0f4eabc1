"""The bulletin's own fixed words: labels of computed parts, French and English."""

from collections.abc import Mapping

from shared.errors import Texts

PUBLISHER: Texts = {
    "fr": "MINUSMA, Section Stabilisation et Relèvement (S&R)",
    "en": "MINUSMA, Stabilization and Recovery Section (S&R)",
}

NOTICE: Texts = {
    "fr": "Portefeuille de référence\u00a0: les projets que le bulletin de 2022 ne nomme pas, et les faits qu’il ne dit pas, "
    "sont des données de synthèse.",
    "en": "Reference portfolio: projects that the bulletin of 2022 does not name, and facts that it does not state, "
    "are synthetic.",
}

BOX_LABELS: Mapping[str, Texts] = {
    "total": {"fr": "au total", "en": "in all"},
    "completed": {"fr": "achevé|achevés", "en": "completed"},
    "ongoing": {"fr": "en cours", "en": "ongoing"},
    "planned": {"fr": "planifié|planifiés", "en": "planned"},
    "approved": {"fr": "approuvé|approuvés", "en": "approved"},
    "budget": {"fr": "budget", "en": "budget"},
    "project_cost": {"fr": "coût des projets", "en": "cost of projects"},
    "allocated": {"fr": "alloué|alloués", "en": "allocated"},
    "allocated_share": {"fr": "du budget alloué", "en": "of the budget allocated"},
}
"""Short labels of the key figures, by the end of their key, singular|plural; others bear their title."""

NO_VALUE = "\u2013"
"""Printed where a figure has no value: a share of nothing."""

MAP_TITLE: Texts = {"fr": "Nombre de projets par zone", "en": "Number of projects by area"}
MAP_ALT: Texts = {
    "fr": "Carte du Mali : des cercles proportionnels au nombre de projets, par zone et par mécanisme ; les mêmes nombres "
    "sont dans le tableau.",
    "en": "Map of Mali with circles proportional to the number of projects, by area and mechanism; the table holds the "
    "same numbers.",
}
CHART_TITLES: Mapping[str, Texts] = {
    "area": {"fr": "{title} par zone", "en": "{title} by area"},
    "sector": {"fr": "{title} par secteur", "en": "{title} by sector"},
}
CHART_ALT: Texts = {
    "fr": "Diagramme à barres : {title}, total {total}. La plus grande part est {first} ({value}). Le tableau donne chaque "
    "valeur.",
    "en": "Bar chart: {title}, total {total}. The largest part is {first} ({value}). The table gives each value.",
}
CHART_UNIT: Texts = {"fr": "millions USD", "en": "million USD"}
NOTHING_TO_DRAW: Texts = {"fr": "{title}\u00a0: aucun montant à cette date.", "en": "{title}: no amount at this date."}
ROUNDING: Texts = {"fr": "Arrondi", "en": "Rounding"}

APPROVED_LINE: Mapping[str, Texts] = {
    "sponsors": {"fr": "sponsor\u00a0: {names}", "en": "sponsored by {names}"},
    "implementers": {"fr": "mise en œuvre\u00a0: {names}", "en": "implemented by {names}"},
    "funders": {"fr": "financement\u00a0: {names}", "en": "funded by {names}"},
}
NOTHING_NEW: Texts = {
    "fr": "Aucun projet n’a été approuvé pendant la période.",
    "en": "No project was approved in the period.",
}
SEMICOLON: Texts = {"fr": "\u202f; ", "en": "; "}
COLON: Texts = {"fr": "\u00a0: ", "en": ": "}
SUPERSEDES: Texts = {"fr": "Errata de cette révision", "en": "Errata of this revision"}

PROTECTED_CONTROL: Texts = {"fr": "Lignes protégées", "en": "Protected rows"}
PROTECTED_MESSAGE: Texts = {
    "fr": "Le constat nomme des lignes qui ne sont pas publiques.",
    "en": "The finding names rows that are not public.",
}
"""Printed instead of a control's title and message that speak of rows which the public may not see."""
