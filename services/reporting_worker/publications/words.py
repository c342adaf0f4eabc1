"""The title of a bulletin on a partner platform, and the sentence that stands under it."""

from datetime import date

from services.reporting_worker.prose.formats import day
from services.reporting_worker.prose.formats import period as months_of


def headline(title: str, language: str, period: tuple[date, date]) -> str:
    """The title with its period, since an archive lists many issues of one name.

    >>> headline("Bulletin bimestriel", "fr", (date(2022, 2, 1), date(2022, 3, 31)))
    'Bulletin bimestriel, février – mars 2022'
    """
    label = months_of(*period, language)
    return f"{title}, {label[:1].lower() + label[1:] if language == 'fr' else label}"


def summary(language: str, period: tuple[date, date], as_of: date) -> str:
    """Period and cut-off of an edition, in its language."""
    start, end, cut = (day(one, language, with_year=True) for one in (*period, as_of))
    if language == "fr":
        return f"Période du {start} au {end} ; chiffres arrêtés au {cut}."
    return f"Period from {start} to {end}; figures as of {cut}."
