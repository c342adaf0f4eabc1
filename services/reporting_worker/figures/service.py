"""Figures and their rows as of a date and as known at a moment: one statement, one round trip."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from services.reporting_worker.figures.composed import BucketName, FigureNotAsked, composed, parsed
from services.reporting_worker.figures.defined import defined
from services.reporting_worker.figures.definitions import BY_KEY, NAMED, Definition, as_parameter
from services.reporting_worker.figures.population import EVERYTHING, Population
from services.reporting_worker.figures.queries import FIGURES_DOCUMENT, ROW_PAGE, VALUES_DOCUMENT
from services.reporting_worker.figures.schemas import Audience, FigureRow, FigureRows, FigureValue
from shared.database import Reader
from shared.domain.closest import closest
from shared.errors import NotFound, Texts
from shared.facts import NOW, Statement
from shared.portfolio import UnknownKeys
from shared.refusal import Refusal

_FIGURES = TypeAdapter(list[FigureValue])
_ALL = 2_000_000_000
"""More rows than a page will ever have."""
_ROWS = TypeAdapter(list[FigureRow])


class UnknownFigure(Refusal, NotFound):
    """No figure has this key; the detail names the nearest."""

    kind, shown = "unknown-figure", ("nearest",)
    fr = "Le chiffre « {key:.80} » n'existe pas ; le plus proche est « {nearest} »."
    en = "There is no figure '{key:.80}'; the nearest is '{nearest}'."
    key: str
    nearest: str


def _by_parts(key: str) -> str | None:
    """`projects(mechanism=PBF,bucket=ongoing)` of `pbf.ongoing`, where nobody wrote such a figure down."""
    mechanism, _, bucket = key.partition(".")
    if bucket not in get_args(BucketName) or any(one.mechanism == mechanism.upper() for one in BY_KEY.values()):
        return None
    return f"projects(mechanism={mechanism.upper()},bucket={bucket})"


@dataclass(frozen=True)
class View:
    """For which date, as known when, for whom, and since when approvals are listed."""

    as_of: date
    known_at: datetime | None = None
    """None: the current snapshot, which cannot be asked for again."""
    audience: Audience = "internal"
    since: date | None = None
    """First day of the period of newly approved projects; the first of the month of `as_of` by default."""
    population: Population = EVERYTHING
    """Of which projects."""

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

    def bound(self, wanted: Iterable[Definition | str]) -> dict[str, Any]:
        """The values of the statement's parameters for these figures, all of this view's population."""
        return {
            "as_of": self.as_of,
            "known_at": self.known_at or NOW,
            "audience": self.audience,
            "since": self.first_day,
            "definitions": as_parameter(wanted),
            "link_query": self.link_query,
            "stated_known_at": self.stated_known_at,
            **self.population.bound,
        }


def known_keys(mechanism: str | None = None) -> list[str]:
    """The keys of all figures, or of those of one mechanism."""
    return [key for key, one in BY_KEY.items() if mechanism is None or one.mechanism == mechanism]


_NAMED_FIGURES = """
SELECT slug, measure, mechanism_code, bucket, place_slugs, sector_slugs, sponsor_slugs, objective_slugs, people, title
FROM named_figure WHERE slug = ANY($1)
"""


async def definitions_of(reader: Reader, keys: Iterable[str]) -> list[Definition]:
    """What the keys define: the bulletin's own figures, those that people named, and those whose key says it.

    Raises:
        UnknownFigure: a key defines none; the nearest is told.
        FigureNotAsked, UnknownKeys: a key says what makes no figure, or names what there is not.
    """
    wanted = list(dict.fromkeys(keys))
    found = {key: BY_KEY[key] for key in wanted if key in BY_KEY}
    parts = {key: one for key in wanted if key not in found and (one := parsed(key)) is not None}
    names = [key for key in wanted if key not in found and key not in parts]
    titles: dict[str, Texts | None] = {}
    for row in await reader.fetch(_NAMED_FIGURES, names) if names else ():
        parts[row["slug"]] = composed(
            row["measure"],
            row["bucket"],
            row["mechanism_code"],
            place=row["place_slugs"],
            sector=row["sector_slugs"],
            sponsor=row["sponsor_slugs"],
            objective=row["objective_slugs"],
            people=row["people"],
        )
        titles[row["slug"]] = json.loads(row["title"]) if isinstance(row["title"], str) else row["title"]
    for key in names:
        if key not in parts:
            raise UnknownFigure(key, _by_parts(key) or closest(key, NAMED, count=1, near=0)[0])
    for (key, _), made in zip(parts.items(), await defined(reader, list(parts.values())), strict=True):
        found[key] = replace(made, key=key, title=titles.get(key) or made.title)
    return [found[key] for key in wanted]


_BUCKETS = "SELECT DISTINCT bucket FROM bucket WHERE mechanism_code = $1"


async def figures_of(reader: Reader, mechanism: str | None) -> Sequence[Definition | str]:
    """The bulletin's own figures, all or of one mechanism; of one that is data only, its buckets and what it costs.

    Raises:
        UnknownKeys: there is no such mechanism.
    """
    own = known_keys(mechanism)
    if own or mechanism is None:
        return own
    buckets = {row["bucket"] for row in await reader.fetch(_BUCKETS, mechanism)}
    counted = [composed("projects", one, mechanism) for one in get_args(BucketName) if one in buckets]
    cost = [composed("amounts", "total", mechanism)] if "total" in buckets else []
    return await defined(reader, [*counted, *cost, composed("approvals", None, mechanism)])


def by_population(view: View, wanted: Sequence[Definition | str]) -> Iterator[tuple[View, list[Definition | str]]]:
    """The figures that one statement computes together, each time with the view of their population."""
    groups: dict[Population, list[Definition | str]] = {}
    for one in wanted:
        groups.setdefault(EVERYTHING if isinstance(one, str) else one.population, []).append(one)
    for population, ones in groups.items():
        yield replace(view, population=population), ones


async def figures_among(reader: Reader, keys: Iterable[str]) -> list[Definition]:
    """Those of the keys that are figures; the others are something else, or mistakes that are told where they stand."""
    found = []
    for key in keys:
        try:
            found += await definitions_of(reader, [key])
        except (UnknownFigure, FigureNotAsked, UnknownKeys):
            continue
    return found


async def _documents(reader: Reader, statement: Statement, view: View, wanted: Sequence[Definition | str]) -> str:
    """A JSON array of what a statement says of the wanted figures: one round trip for each population."""
    parts = []
    for one, ones in by_population(view, wanted):
        document: str = await reader.fetchval(*statement.asked(**one.bound(ones)))
        parts.append(document[1:-1])
    return f"[{','.join(filter(None, parts))}]"


async def values_of(reader: Reader, view: View, wanted: Sequence[Definition | str]) -> dict[str, FigureValue]:
    """The wanted figures by key."""
    return {one.key: one for one in _FIGURES.validate_json(await figures_json(reader, view, wanted))}


async def figures_json(reader: Reader, view: View, wanted: Sequence[Definition | str]) -> str:
    """The wanted figures as a JSON array, built by Postgres."""
    return await _documents(reader, FIGURES_DOCUMENT, view, wanted)


async def values_json(reader: Reader, view: View, wanted: Sequence[Definition | str]) -> str:
    """Value and unit of the wanted figures as a JSON array: what a dashboard shows, at a third of the cost."""
    return await _documents(reader, VALUES_DOCUMENT, view, wanted)


async def compute_figures(reader: Reader, view: View, keys: Iterable[str] | None = None) -> dict[str, FigureValue]:
    """The wanted figures, or all of the bulletin's own, by key."""
    wanted = known_keys() if keys is None else await definitions_of(reader, keys)
    return await values_of(reader, view, wanted)


@dataclass(frozen=True)
class RowsWanted:
    """Which page of a figure's rows; `after` is (reference, id) of the last row of the page before."""

    limit: int
    after: tuple[str, UUID] | None = None


async def row_page(reader: Reader, view: View, key: str, wanted: RowsWanted) -> Any:
    """One record: items (JSON text), count and value of all rows, hidden_count and hidden_value.

    Raises:
        UnknownFigure, FigureNotAsked, UnknownKeys: see `definitions_of`.
    """
    [one] = await definitions_of(reader, [key])
    reference, identity = wanted.after or (None, None)
    asked = ROW_PAGE.asked(
        **replace(view, population=one.population).bound([one]),
        limit=wanted.limit,
        after_reference=reference,
        after_id=identity,
    )
    return await reader.fetchrow(*asked)


async def figure_rows(reader: Reader, view: View, key: str) -> FigureRows:
    """All rows of a figure that the audience sees, with count and sum of all."""
    page = await row_page(reader, view, key, RowsWanted(limit=_ALL))
    return FigureRows.model_validate(
        {
            "items": _ROWS.validate_json(page["items"]),
            "next_cursor": None,
            "total": {"count": page["count"], "value": page["value"]},
            "not_shown": {"count": page["hidden_count"], "value": page["hidden_value"]},
        }
    )
