"""What `djoliba load` shows: progress while the file is loaded, its faults by line and column, a table at the end."""

import asyncio
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deploy.embedded.language import in_language, said
from deploy.embedded.load import PortfolioRefused, Report, load_portfolio
from deploy.embedded.location import Place
from deploy.embedded.portfolio_spool import Findings
from deploy.embedded.workspace import open_workspace


def load_and_tell(place: Place, source: str, *, dry_run: bool) -> None:
    """Load a portfolio file, and print what became of it; status 1 where it is refused."""
    console = Console()
    try:
        with open_workspace(place) as settings, Progress(console=console, transient=True) as bars:
            tasks: dict[str, Any] = {}

            def tell(kind: str, done: int, total: int) -> None:
                if kind not in tasks:
                    tasks[kind] = bars.add_task(kind, total=total)
                bars.update(tasks[kind], completed=done)

            report = asyncio.run(load_portfolio(settings, source, dry_run=dry_run, progress=tell))
    except PortfolioRefused as refusal:
        _print_refusal(refusal)
        raise typer.Exit(1) from None
    _print(report.doubts, said("attention : ", "warning: "))
    console.print(_table(report))
    ended = (
        said("rien n'a été enregistré (contrôle seul)", "nothing was written (dry run)")
        if dry_run
        else said("terminé", "done")
    )
    console.print(f"{source}: {ended}, {report.seconds:.1f} s")


def _print_refusal(refusal: PortfolioRefused) -> None:
    _print(refusal.findings)
    typer.echo(in_language(refusal.detail), err=True)


def _print(findings: Findings, kind: str = "") -> None:
    for one in findings.shown:
        place = f"{one.file}:{one.fault.line}:{one.fault.column}"
        typer.echo(f"{place}: {kind}{one.fault.pointer or '/'}: {in_language(one.fault.detail)}", err=True)
    if (left := findings.count - len(findings.shown)) > 0:
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
