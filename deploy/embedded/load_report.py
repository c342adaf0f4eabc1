"""What `djoliba load` shows: in a terminal how far it is, on standard error; faults and doubts by line; a table at the end."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.embedded.language import in_language, said
from deploy.embedded.location import Place
from deploy.embedded.workspace import open_workspace
from deploy.reference.files import reference_lines
from portfolio.file import LineFault, SourceLine
from portfolio.loading import CHECKING, READING, PortfolioRefused, Report, Tell, load_portfolio
from portfolio.source import lines_at
from portfolio.spool import Findings
from shared.web.problems import FAULTS_MAX

DOUBTS_SHOWN = 20

REFERENCE = "reference"

PHASES = {READING: ("lecture", "reading"), CHECKING: ("contrôle", "checking")}


def load_and_tell(place: Place, source: str, *, dry_run: bool) -> None:
    """Load a portfolio file, and print what became of it; status 1 where it is refused."""
    console = Console()
    try:
        with open_workspace(place) as settings, progress_bars(Console(stderr=True)) as tell:
            report = asyncio.run(load_portfolio(settings, source_lines(source), dry_run=dry_run, progress=tell))
    except PortfolioRefused as refusal:
        _print_refusal(refusal)
        raise typer.Exit(1) from None
    _print(report.doubts, said("attention : ", "warning: "), DOUBTS_SHOWN)
    console.print(_table(report))
    ended = (
        said("rien n'a été enregistré (contrôle seul)", "nothing was written (dry run)")
        if dry_run
        else said("terminé", "done")
    )
    console.print(f"{source}: {ended}, {report.seconds:.1f} s")


def source_lines(source: str) -> Iterable[SourceLine | LineFault]:
    """The lines of the reference portfolio where it is asked for, else those of a file or a pipe."""
    return reference_lines() if source == REFERENCE else lines_at(source)


@contextmanager
def progress_bars(console: Console) -> Iterator[Tell]:
    """A bar for each phase and type of row, with its rows; nothing at all where the console is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(kind: str, done: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(said(*PHASES.get(kind, (kind, kind))), total=total or None)
            bars.update(tasks[kind], completed=done)

        yield tell


def _print_refusal(refusal: PortfolioRefused) -> None:
    _print(refusal.findings)
    typer.echo(in_language(refusal.detail), err=True)


def _print(findings: Findings, kind: str = "", most: int = FAULTS_MAX) -> None:
    for one in findings.shown[:most]:
        place = f"{one.file}:{one.fault.line}:{one.fault.column}"
        typer.echo(f"{place}: {kind}{one.fault.pointer or '/'}: {in_language(one.fault.detail)}", err=True)
    if (left := findings.count - len(findings.shown[:most])) > 0:
        typer.echo(said(f"... et {left} de plus", f"... and {left} more"), err=True)


def _table(report: Report) -> Table:
    table = Table("rows")
    outcomes = [name for name in ("created", "unchanged", "changed", "checked") if report.total(name)]
    for name in outcomes:
        table.add_column(name, justify="right")
    for kind, counts in report.outcomes.items():
        table.add_row(kind, *(str(counts[name]) for name in outcomes))
    table.add_section()
    table.add_row("all", *(str(report.total(name)) for name in outcomes))
    return table
