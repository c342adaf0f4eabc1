"""`djoliba load`: a portfolio file is checked whole; then each owner imports its rows, in chunks, under its own role.

The only place that knows all three services; nothing imports it but its command.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from deploy.embedded.portfolio_check import (
    circles,
    in_order,
    missing_references,
    repeated_keys,
    synthetic_rows,
)
from deploy.embedded.portfolio_file import OWNERS, FileRow, LineFault, SourceLine, lines_of, read_rows
from deploy.embedded.portfolio_rules import broken_rules, doubts, with_rows
from deploy.reference.files import reference_lines
from services.funds_api.imports import service as funds
from services.projects_api.frame import Frame, read_frame
from services.projects_api.imports import service as projects
from services.reporting_worker.imports import service as reporting
from shared.auth import system
from shared.database import write_engine
from shared.errors import Fault, InvalidInput, Problem, Texts
from shared.models import OWNERS as TABLES
from shared.settings import Service, Settings
from shared.unit_of_work import unit_of_work

REFERENCE = "reference"
CHUNK = 200
"""Rows per transaction: well under the 10 s that a transaction may last."""

WHOLE = frozenset({"place", "organisation"})
"""Types imported in one piece, since their rows refer to one another."""

IMPORTERS: Mapping[Service, Any] = {"projects": projects, "funds": funds, "reporting": reporting}

Tell = Callable[[str, int, int], None]
"""Told after each chunk: the type of row, rows done, rows of that type."""


class PortfolioRefused(InvalidInput):
    """The file has faults; nothing was written. Each fault names its line and column."""

    kind = "portfolio-refused"
    title: ClassVar[Texts] = {"fr": "Fichier de portefeuille refusé", "en": "Portfolio file refused"}

    def __init__(self, faults: Sequence[LineFault], *, is_partial: bool = False) -> None:
        self.lines = sorted(faults, key=lambda one: (one.file, one.fault.line or 0, one.fault.column or 0))
        rows = len({(one.file, one.fault.line) for one in faults})
        kept = (
            (
                "ce qui précède est enregistré et restera inchangé au prochain chargement",
                "what stands before is kept",
            )
            if is_partial
            else ("rien n'a été enregistré", "nothing was written")
        )
        super().__init__(
            {
                "fr": f"{len(faults)} faute(s) dans {rows} ligne(s) ; {kept[0]}.",
                "en": f"{len(faults)} fault(s) in {rows} line(s); {kept[1]}.",
            },
            faults=[one.fault for one in self.lines],
        )


class NoPortfolio(InvalidInput):
    """The file does not exist, cannot be read or holds no row."""

    kind = "no-portfolio"

    def __init__(self, french: str, english: str) -> None:
        super().__init__({"fr": french, "en": english})


@dataclass
class Report:
    """What a load did, or would read: rows by type and outcome (`created`, `unchanged`, `changed`, or `checked`)."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    doubts: list[LineFault] = field(default_factory=list)
    """What is probably a slip; it is loaded all the same."""
    seconds: float = 0.0

    def total(self, outcome: str) -> int:
        """Rows of all types with that outcome."""
        return sum(counts[outcome] for counts in self.outcomes.values())


def read_source(source: str) -> tuple[list[SourceLine], list[LineFault]]:
    """The lines of a file, or of the reference portfolio.

    Raises:
        NoPortfolio: there is no such file.
    """
    if source == REFERENCE:
        return list(reference_lines()), []
    path = Path(source)
    try:
        with path.open("rb") as file:
            lines, faults = lines_of(path.name, file)
    except OSError as error:
        raise NoPortfolio(
            f"Le fichier {source} ne peut pas être lu ({error.strerror}).",
            f"The file {source} cannot be read ({error.strerror}).",
        ) from error
    if not lines and not faults:
        raise NoPortfolio(
            f"Le fichier {source} ne contient aucune ligne.", f"The file {source} holds no row."
        )
    return lines, faults


async def load_portfolio(
    settings: Settings, source: str, *, dry_run: bool = False, progress: Tell | None = None
) -> Report:
    """Check a portfolio whole, then import it; again, it changes nothing, and after a kill it goes on.

    Args:
        settings: Names the database; `environment=production` refuses made-up facts.
        source: Path of a file of JSON Lines (docs/portfolio-format.md), or `reference`.
        dry_run: Only check, against the database too.
        progress: Told after each chunk.

    Raises:
        NoPortfolio: there is no such file, or it is empty.
        PortfolioRefused: it has faults; nothing was written.
    """
    started = time.monotonic()
    lines, faults = read_source(source)
    rows, found = read_rows(lines)
    faults += found
    async with _engines(settings) as engines:
        known = await _known(engines)
        frame = with_rows(await _frame(engines["projects"]), rows)
        faults += [
            *repeated_keys(rows),
            *missing_references(rows, known),
            *circles(rows),
            *broken_rules(rows, frame),
            *synthetic_rows(rows, settings.environment),
        ]
        if faults:
            raise PortfolioRefused(faults)
        report = Report(doubts=list(doubts(rows, frame)))
        for kind, of_kind in in_order(rows):
            report.outcomes[kind] = (
                Counter(checked=len(of_kind))
                if dry_run
                else await _import(engines[OWNERS[kind]], kind, of_kind, progress or _silent)
            )
        if not dry_run:
            await _tell_planner(engines)
    report.seconds = time.monotonic() - started
    return report


async def _tell_planner(engines: Mapping[Service, AsyncEngine]) -> None:
    """Refresh the planner's statistics: on a table just filled, old ones make figures four times slower."""
    for service, engine in engines.items():
        own = ", ".join(owned.table.__tablename__ for owned in TABLES[service])
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"ANALYZE {own}")


async def _import(engine: AsyncEngine, kind: str, rows: Sequence[FileRow], tell: Tell) -> Counter[str]:
    """The rows of one type, chunk by chunk, each chunk committed."""
    service = OWNERS[kind]
    done: Counter[str] = Counter()
    size = len(rows) if kind in WHOLE else CHUNK
    for chunk in _chunks(rows, size):
        try:
            async with unit_of_work(engine, system("load"), service=service) as unit:
                done += await IMPORTERS[service].import_rows(unit, [row.model for row in chunk])
        except Problem as problem:
            raise _placed(problem, chunk) from problem
        tell(kind, sum(done.values()), len(rows))
    return done


def _placed(problem: Problem, chunk: Sequence[FileRow]) -> PortfolioRefused:
    """An owner's refusal at its line: owners point at `/<place in the chunk>/...`, else it is the chunk's first line.

    Chunks before it stay; loading the mended file goes on after them.
    """
    faults = []
    for one in problem.faults or (Fault("", problem.detail, problem.kind),):
        place, _, rest = one.pointer.removeprefix("/").partition("/")
        row = chunk[int(place)] if place.isdecimal() and int(place) < len(chunk) else None
        if row is not None:
            faults.append(row.fault(f"/{rest}" if rest else "", one.detail, one.code))
        else:
            where = f"{chunk[0].line}-{chunk[-1].line}"
            detail = {name: f"[{where}] {said}" for name, said in one.detail.items()}
            faults.append(chunk[0].fault("", detail, one.code))
    return PortfolioRefused(faults, is_partial=True)


def _chunks(rows: Sequence[FileRow], size: int) -> Iterator[Sequence[FileRow]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _silent(_kind: str, _done: int, _total: int) -> None:
    pass


@asynccontextmanager
async def _engines(settings: Settings) -> Any:
    engines: dict[Service, AsyncEngine] = {service: write_engine(settings, service) for service in IMPORTERS}
    try:
        yield engines
    finally:
        for engine in engines.values():
            await engine.dispose()


async def _known(engines: Mapping[Service, AsyncEngine]) -> dict[str, set[str]]:
    """The keys that the database holds, by type of row."""
    known: dict[str, set[str]] = {}
    for service, importer in IMPORTERS.items():
        async with AsyncSession(engines[service]) as session:
            for kind, keys in (await importer.known_references(session)).items():
                known.setdefault(kind, set()).update(keys)
    return known


async def _frame(engine: AsyncEngine) -> Frame:
    async with AsyncSession(engine) as session:
        return await read_frame(session)
