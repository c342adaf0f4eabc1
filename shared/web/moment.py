"""The two parameters of every figure, list and statement: `as_of` (a date) and `known_at` (an instant, or `now`)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query, Request

from shared.clock import now, today
from shared.cutoff import cut_off
from shared.errors import Fault, InvalidInput, Texts
from shared.facts import NOW
from shared.fields import DateText, parse_instant
from shared.sentences import sentence

YOUNG = timedelta(seconds=10)
"""A stated `known_at` younger than this waits for the transactions in progress, as a cut-off does (DESIGN 4)."""


@dataclass(frozen=True)
class Moment:
    """For which date, and as known when."""

    as_of: date
    known_at: datetime | None
    """None: the current snapshot, which cannot be asked for again."""

    @property
    def bound(self) -> dict[str, date | datetime]:
        """The values of the facts' bind parameters."""
        return {"as_of": self.as_of, "known_at": self.known_at or NOW}


def _fault(pointer: str, detail: Texts, code: str) -> InvalidInput:
    return InvalidInput(
        {"fr": "La date ou l'instant demandé n'est pas valable.", "en": "The date or instant asked for is not valid."},
        faults=[Fault(pointer, detail, code)],
    )


def checked_date(as_of: date | None) -> date:
    """The date asked for, by default today by the database's clock.

    Raises:
        InvalidInput: it lies in the future: no fact of a later day is known.
    """
    if as_of is None:
        return today()
    if as_of > today():
        raise _fault(
            "as_of",
            sentence(
                "Le {as_of} est à venir ; demandez le {today} ou une date antérieure.",
                "{as_of} lies in the future; ask for {today} or an earlier date.",
                as_of=as_of,
                today=today(),
            ),
            "in_future",
        )
    return as_of


async def checked_instant(request: Request, known_at: str | None) -> datetime | None:
    """The instant asked for: None for none, a cut-off for `now`, else the instant, waited for when it is young.

    Raises:
        InvalidInput: it is no instant with a time zone, or lies in the future.
    """
    if known_at is None:
        return None
    settings, reads = request.app.state.settings, request.state.reads
    if known_at == "now":
        return await cut_off(reads, settings.cutoff_wait_seconds)
    instant = parse_instant(known_at)
    if instant is None:
        raise _fault(
            "known_at",
            {
                "fr": "Écrivez un instant avec son fuseau (2022-04-04T09:00:00Z), ou « now ».",
                "en": "Write an instant with its time zone (2022-04-04T09:00:00Z), or 'now'.",
            },
            "instant_form",
        )
    if instant < now() - YOUNG:
        return instant
    if instant > await cut_off(reads, settings.cutoff_wait_seconds):
        raise _fault(
            "known_at",
            {
                "fr": "L'instant est dans le futur ; nul ne sait ce qui sera su.",
                "en": "The instant lies in the future; nobody knows what will be known.",
            },
            "in_future",
        )
    return instant


async def asked_moment(
    request: Request,
    as_of: Annotated[
        DateText | None, Query(description="Facts that hold on this date; today by default.", examples=["2022-03-31"])
    ] = None,
    known_at: Annotated[
        str | None,
        Query(
            description="Facts known at this instant (RFC 3339), or `now` for an instant that can be asked again.",
            examples=["2022-04-04T09:00:00Z"],
        ),
    ] = None,
) -> Moment:
    """The moment of a request."""
    return Moment(checked_date(as_of), await checked_instant(request, known_at))


Asked = Annotated[Moment, Depends(asked_moment)]
