"""Figures and their rows as of a date and as known at a moment: one statement, one round trip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from services.reporting_worker.figures.definitions import BY_KEY, NAMED, as_parameter
from services.reporting_worker.figures.queries import FIGURES_DOCUMENT, ROW_PAGE, VALUES_DOCUMENT
from services.reporting_worker.figures.schemas import Audience, FigureRow, FigureRows, FigureValue
from shared.domain.closest import closest
from shared.errors import NotFound
from shared.facts import NOW

_FIGURES = TypeAdapter(list[FigureValue])
_ALL = 2_000_000_000
"""More rows than a page will ever have."""
_ROWS = TypeAdapter(list[FigureRow])


class Reader(Protocol):
    """An asyncpg connection (in whatever transaction the caller opened) or pool."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first column of the first row."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """All rows."""


class UnknownFigure(NotFound):
    """No figure has this key; the detail names the nearest."""

    kind = "unknown-figure"

    def __init__(self, key: str) -> None:
        [near] = closest(key, NAMED, count=1, near=0)
        shown = key[:80]
        super().__init__(
            {
                "fr": f"Le chiffre « {shown} » n'existe pas ; le plus proche est « {near} ».",
                "en": f"There is no figure '{shown}'; the nearest is '{near}'.",
            },
            extra={"nearest": near},
        )


@dataclass(frozen=True)
class View:
    """For which date, as known when, for whom, and since when approvals are listed."""

    as_of: date
    known_at: datetime | None = None
    """None: the current snapshot, which cannot be asked for again."""
    audience: Audience = "internal"
    since: date | None = None
    """First day of the period of newly approved projects; the first of the month of `as_of` by default."""

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return self.since or self.as_of.replace(day=1)

    @property
    def stated_known_at(self) -> str | None:
        """`known_at` as ISO 8601, or None."""
        return None if self.known_at is None else self.known_at.isoformat()

    @property
    def link_query(self) -> str:
        """The query string by which the same is read again."""
        given = {
            "as_of": self.as_of.isoformat(),
            "known_at": self.stated_known_at,
            "audience": None if self.audience == "internal" else self.audience,
            "since": None if self.since is None else self.since.isoformat(),
        }
        return urlencode({name: value for name, value in given.items() if value is not None})

    def bound(self, keys: Iterable[str]) -> dict[str, Any]:
        """The values of the statement's parameters for these figures."""
        return {
            "as_of": self.as_of,
            "known_at": self.known_at or NOW,
            "audience": self.audience,
            "since": self.first_day,
            "definitions": as_parameter(keys),
            "link_query": self.link_query,
            "stated_known_at": self.stated_known_at,
        }


def known_keys(mechanism: str | None = None) -> list[str]:
    """The keys of all figures, or of those of one mechanism."""
    return [key for key, one in BY_KEY.items() if mechanism is None or one.mechanism == mechanism]


def checked_key(key: str) -> str:
    """The key itself.

    Raises:
        UnknownFigure: no figure has it.
    """
    if key not in BY_KEY:
        raise UnknownFigure(key)
    return key


async def figures_json(reader: Reader, view: View, keys: Iterable[str]) -> str:
    """The wanted figures as a JSON array, built by Postgres in one statement."""
    document: str = await reader.fetchval(*FIGURES_DOCUMENT.asked(**view.bound(keys)))
    return document


async def values_json(reader: Reader, view: View, keys: Iterable[str]) -> str:
    """Value and unit of the wanted figures as a JSON array: what a dashboard shows, at a third of the cost."""
    document: str = await reader.fetchval(*VALUES_DOCUMENT.asked(**view.bound(keys)))
    return document


async def compute_figures(
    reader: Reader, view: View, keys: Iterable[str] | None = None
) -> dict[str, FigureValue]:
    """The wanted figures, or all of them, by key."""
    document = await figures_json(reader, view, known_keys() if keys is None else keys)
    return {figure.key: figure for figure in _FIGURES.validate_json(document)}


async def compute_all(
    reader: Reader,
    as_of: date,
    known_at: datetime | None,
    audience: Audience = "internal",
    *,
    since: date | None = None,
) -> dict[str, FigureValue]:
    """Every figure in one round trip, for editions, pages and controls."""
    return await compute_figures(reader, View(as_of, known_at, audience, since))


@dataclass(frozen=True)
class RowsWanted:
    """Which page of a figure's rows; `after` is (reference, id) of the last row of the page before."""

    limit: int
    after: tuple[str, UUID] | None = None


async def row_page(reader: Reader, view: View, key: str, wanted: RowsWanted) -> Any:
    """One record: items (JSON text), count and value of all rows, hidden_count and hidden_value."""
    reference, identity = wanted.after or (None, None)
    asked = ROW_PAGE.asked(
        **view.bound([key]), limit=wanted.limit, after_reference=reference, after_id=identity
    )
    return await reader.fetchrow(*asked)


async def figure_rows(reader: Reader, view: View, key: str) -> FigureRows:
    """All rows of a figure that the audience sees, with count and sum of all."""
    page = await row_page(reader, view, checked_key(key), RowsWanted(limit=_ALL))
    return FigureRows.model_validate(
        {
            "items": _ROWS.validate_json(page["items"]),
            "next_cursor": None,
            "total": {"count": page["count"], "value": page["value"]},
            "not_shown": {"count": page["hidden_count"], "value": page["hidden_value"]},
        }
    )
