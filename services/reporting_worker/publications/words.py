"""The sentence that stands under a bulletin's title on a partner platform."""

from datetime import date

from services.reporting_worker.editions.number_formats import day


def summary(language: str, period: tuple[date, date], as_of: date) -> str:
    """Period and cut-off of an edition, in its language."""
    start, end, cut = (day(one, language, with_year=True) for one in (*period, as_of))
    if language == "fr":
        return f"Période du {start} au {end} ; chiffres arrêtés au {cut}."
    return f"Period from {start} to {end}; figures as of {cut}."
