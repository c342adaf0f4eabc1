"""From which days a fact may hold, the same whoever enters it: not from one to come, nor from before its mechanism began."""

from collections.abc import Iterator
from datetime import date

from shared.errors import Fault
from shared.sentences import sentence

FIRST_YEAR = 1945
"""That of the United Nations: no mechanism is older. The zero of a spreadsheet (1899-12-30) is."""


def not_to_come(pointer: str, on: date, today: date) -> Iterator[Fault]:
    """The fault of a day that has not come."""
    if on > today:
        said = sentence(
            "Le {on} est à venir ; la date la plus récente admise est aujourd'hui, le {today}.",
            "{on} is in the future; the latest date allowed is today, {today}.",
            on=on,
            today=today,
        )
        yield Fault(pointer, said, "date_future")


def not_too_early(pointer: str, on: date, mechanism: str | None, since: int | None) -> Iterator[Fault]:
    """The fault of a day before the first year of its mechanism, where that is known, or of any."""
    if on.year < (since or FIRST_YEAR):
        said = sentence(
            "Le {on} est antérieur à {since}, première année {of} ; vérifiez l'année.",
            "{on} is before {since}, the first year {of_en}; check the year.",
            on=on,
            since=since or FIRST_YEAR,
            of=f"de {mechanism}" if since else "possible",
            of_en=f"of {mechanism}" if since else "possible",
        )
        yield Fault(pointer, said, "date_too_early")
