"""A portfolio file is checked whole; then each owner imports its rows, in chunks, under its own role."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from portfolio.checking import ORDER, circles, missing_references, named, spool_row, synthetic
from portfolio.file import OWNERS, FileRow, LineFault, SourceLine, read_row
from portfolio.rules import broken_rules, doubts, mechanisms_of, places_around, with_row
from portfolio.spool import Findings, Spool, open_spool
from services.funds_api.imports import service as funds
from services.projects_api.entry.frame import Frame, read_frame
from services.projects_api.imports import service as projects
from services.reporting_worker.imports import service as reporting
from shared.auth import system
from shared.database import write_engine
from shared.errors import Fault, InvalidInput, Problem, Texts
from shared.models import OWNERS as TABLES
from shared.sentences import sentence
from shared.settings import Environment, Service, Settings
from shared.unit_of_work import unit_of_work
from shared.web.problems import FAULTS_MAX

IMPORTERS: Mapping[Service, Any] = {"projects": projects, "funds": funds, "reporting": reporting}

Tell = Callable[[str, int, int], None]
"""Told after each chunk: the phase or the type of row, rows done, rows in all (0 while nobody knows)."""

READING, CHECKING = "reading", "checking"
"""The phases before rows are imported by their types."""

LINES_A_TELL = 500


class PortfolioRefused(InvalidInput):
    """The file has faults; nothing was written. Each fault names its line and column."""

    kind = "portfolio-refused"
    title: ClassVar[Texts] = {"fr": "Fichier de portefeuille refusé", "en": "Portfolio file refused"}

    def __init__(self, findings: Findings, *, is_partial: bool = False) -> None:
        self.findings = findings
        kept = (
            ("ce qui précède est enregistré et restera inchangé au prochain chargement", "what stands before is kept")
            if is_partial
            else ("rien n'a été enregistré", "nothing was written")
        )
        super().__init__(
            sentence(
                "{count} {count:faute|fautes} dans {lines} {lines:ligne|lignes} ; {kept}.",
                "{count} {count:fault|faults} in {lines} {lines:line|lines}; {kept}.",
                count=findings.count,
                lines=findings.lines,
                kept={"fr": kept[0], "en": kept[1]},
            ),
            faults=[one.fault for one in findings.shown],
        )


@dataclass
class Report:
    """What a load did, or would read: rows by type and outcome (`created`, `unchanged`, `changed`, or `checked`)."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    doubts: Findings = field(default_factory=Findings)
    """What is probably a slip; it is loaded all the same."""
    seconds: float = 0.0

    def total(self, outcome: str) -> int:
        """Rows of all types with that outcome."""
        return sum(counts[outcome] for counts in self.outcomes.values())


async def load_portfolio(
    settings: Settings, lines: Iterable[SourceLine | LineFault], *, dry_run: bool = False, progress: Tell | None = None
) -> Report:
    """Check a portfolio whole, then import it; again, it changes nothing, and after a kill it goes on.

    Rows wait on disk between the two, so that memory does not grow with the file.

    Args:
        settings: Names the database; `environment=production` refuses made-up facts.
        lines: Those of a file of JSON Lines (docs/portfolio-format.md), such as `lines_at` gives.
        dry_run: Only check, against the database too.
        progress: Told after each chunk.

    Raises:
        NoPortfolio: `lines_at` found no such file, or no row in it.
        NoRoom: the temporary folder cannot hold the rows.
        PortfolioRefused: it has faults; nothing was written.
    """
    started = time.monotonic()
    async with _engines(settings) as engines:
        async with engines["projects"].connect():
            pass  # a database that does not answer is told before a long file is checked
        with open_spool() as spool:
            tell = progress or _silent
            await _check(engines, spool, lines, settings.environment, tell)
            counts = spool.counts()
            report = Report()
            for kind in (one for one in ORDER if counts[one]):
                report.outcomes[kind] = (
                    Counter(checked=counts[kind])
                    if dry_run
                    else await _import(engines[OWNERS[kind]], spool, kind, tell)
                )
            report.doubts = spool.findings("doubt")
        if not dry_run:
            await _tell_planner(engines)
    report.seconds = time.monotonic() - started
    return report


async def _check(
    engines: Mapping[Service, AsyncEngine],
    spool: Spool,
    lines: Iterable[SourceLine | LineFault],
    environment: Environment,
    tell: Tell,
) -> None:
    """Check each line as it is read and spool its row; then check the rows against one another and the database.

    Raises:
        PortfolioRefused: with the faults of all lines.
    """
    async with AsyncSession(engines["projects"]) as session:
        frame = await read_frame(session, places=())
    for number, line in enumerate(lines, 1):
        spool.tell("fault", _spooled(spool, line, frame, environment))
        if number % LINES_A_TELL == 0:
            tell(READING, number, 0)
    spool.order()
    spool.tell("fault", circles(spool))
    total, checked = sum(spool.counts().values()), 0
    for kind in ORDER:
        for rows in spool.chunks(kind):
            spool.tell("fault", missing_references(rows, await _held(engines, spool, rows)))
            around = replace(frame, places=await places_around(engines["projects"], spool, rows))
            spool.tell("fault", broken_rules(rows, around, mechanisms_of(spool, rows)))
            spool.tell("doubt", doubts(rows, around))
            checked += len(rows)
            tell(CHECKING, checked, total)
    faults = spool.findings("fault")
    if faults.count:
        raise PortfolioRefused(faults)


def _spooled(spool: Spool, line: SourceLine | LineFault, frame: Frame, environment: Environment) -> list[LineFault]:
    """Spool the row of a line, and learn what it adds to the frame; the line's own faults."""
    if isinstance(line, LineFault):
        return [line]
    row, faults = read_row(line)
    if row is not None:
        faults += [*spool_row(spool, row), *synthetic(row, environment)]
        with_row(frame, row)
    return faults


async def _held(engines: Mapping[Service, AsyncEngine], spool: Spool, rows: Sequence[FileRow]) -> dict[str, set[str]]:
    """The keys among those that rows name which the file or the database holds."""
    wanted = named(rows)
    held = {kind: spool.holds(kind, keys) for kind, keys in wanted.items()}
    left = {kind: keys - held[kind] for kind, keys in wanted.items() if keys - held[kind]}
    for service, importer in IMPORTERS.items() if left else ():
        async with AsyncSession(engines[service]) as session:
            for kind, keys in (await importer.known_references(session, left)).items():
                held[kind] |= keys
    return held


async def _tell_planner(engines: Mapping[Service, AsyncEngine]) -> None:
    """Refresh the planner's statistics: on a table just filled, old ones make figures four times slower."""
    for service, engine in engines.items():
        own = ", ".join(owned.table.__tablename__ for owned in TABLES[service])
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"ANALYZE {own}")


async def _import(engine: AsyncEngine, spool: Spool, kind: str, tell: Tell) -> Counter[str]:
    """The rows of one type, chunk by chunk, each chunk committed."""
    service = OWNERS[kind]
    done: Counter[str] = Counter()
    total = spool.counts()[kind]
    for chunk in spool.chunks(kind):
        try:
            async with unit_of_work(engine, system("load"), service=service) as unit:
                done += await IMPORTERS[service].import_rows(unit, [row.model for row in chunk])
            spool.tell("doubt", (_at_line(one, chunk) for one in unit.warnings))
        except Problem as problem:
            raise _placed(problem, chunk) from problem
        tell(kind, sum(done.values()), total)
    return done


def _placed(problem: Problem, chunk: Sequence[FileRow]) -> PortfolioRefused:
    """An owner's refusal at its line: owners point at `/<place in the chunk>/...`, else it is the chunk's first line.

    Chunks before it stay; loading the mended file goes on after them.
    """
    faults = [_at_line(one, chunk) for one in problem.faults or (Fault("", problem.detail, problem.kind),)]
    faults.sort(key=lambda one: (one.file, one.fault.line or 0, one.fault.column or 0))
    lines = len({(one.file, one.fault.line) for one in faults})
    return PortfolioRefused(Findings(faults[:FAULTS_MAX], len(faults), lines), is_partial=True)


def _at_line(one: Fault, chunk: Sequence[FileRow]) -> LineFault:
    """A fault or doubt of an owner at the line that it speaks of."""
    place, _, rest = one.pointer.removeprefix("/").partition("/")
    row = chunk[int(place)] if place.isdecimal() and int(place) < len(chunk) else None
    if row is not None:
        return row.fault(f"/{rest}" if rest else "", one.detail, one.code)
    where = f"{chunk[0].line}-{chunk[-1].line}"
    detail = {name: f"[{where}] {said}" for name, said in one.detail.items()}
    return chunk[0].fault("", detail, one.code)


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
