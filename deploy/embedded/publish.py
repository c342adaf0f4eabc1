"""`djoliba publish`: what reached the partner platforms, and the hand on their queues."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from getpass import getuser
from typing import Annotated, Any
from uuid import UUID

import typer

from deploy.embedded.workspace import open_workspace
from services.reporting_worker.platforms.service import pause_platform, platform_named, try_platform
from services.reporting_worker.publications.service import publish_edition, replay_delivery
from shared.auth import system
from shared.database import read_pool, role_of, write_engine
from shared.resources.deliveries import DELIVERIES
from shared.resources.statements import Shape, detail_statement, list_statement
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork, unit_of_work
from shared.wake import ArqWake

app = typer.Typer(help="Deliveries to partner platforms.", no_args_is_help=True)

NEWEST = 500
"""Deliveries that `status` shows."""

Reason = Annotated[str, typer.Option(help="Why; kept in the audit.")]


@app.command()
def status(edition: Annotated[str | None, typer.Option(help="Slug of one edition only.")] = None) -> None:
    """Tell the truth of each delivery: its state, its proof, or why it waits."""
    with open_workspace() as settings:
        deliveries = asyncio.run(_read(settings, edition))
    if not deliveries:
        typer.echo("Nothing has been promised to a platform yet.")
    for delivery in deliveries:
        for line in describe(delivery):
            typer.echo(line)


@app.command("now")
def publish_now(
    edition: Annotated[str, typer.Argument(help="Slug of a frozen edition.")],
    platform: Annotated[list[str] | None, typer.Option(help="Only these platforms.")] = None,
) -> None:
    """Promise an edition to the platforms, each language once; what was promised before stays as it is."""
    for delivery in _write(lambda unit: publish_edition(unit, edition, platform, None)):
        typer.echo(f"{delivery.idem_key}  {delivery.state}")


@app.command()
def replay(delivery: Annotated[UUID, typer.Argument(help="Id of a dead delivery.")]) -> None:
    """Take up a dead delivery again; it is probed before anything is sent."""
    replayed = _write(lambda unit: replay_delivery(unit, delivery))
    typer.echo(f"{replayed.idem_key}  {replayed.state}")


@app.command()
def pause(platform: str, reason: Reason) -> None:
    """Hold a platform's queue."""
    _write(lambda unit: pause_platform(unit, platform, is_paused=True, reason=reason))
    typer.echo(f"{platform} is held.")


@app.command()
def resume(platform: str, reason: Reason) -> None:
    """Let a platform's queue go on."""
    _write(lambda unit: pause_platform(unit, platform, is_paused=False, reason=reason))
    typer.echo(f"{platform} goes on.")


@app.command("test")
def test_platform(platform: str) -> None:
    """Ask a platform whether it would take a document from us; writes nothing there."""
    with open_workspace() as settings:
        findings = asyncio.run(_try(settings, platform))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.question}: {finding.detail}")
    if not all(finding.is_well for finding in findings):
        sys.exit(1)


def describe(delivery: dict[str, Any]) -> list[str]:
    """A delivery in a few lines."""
    head = f"{delivery['edition']} {delivery['language']} -> {delivery['platform']}"
    lines = [f"{head}  {delivery['state']} since {delivery['state_since']}  {delivery['id']}"]
    if delivery["dead_reason"] or delivery["last_error"]:
        lines.append(f"    {delivery['dead_reason'] or delivery['last_error']}")
    if delivery["next_try_at"]:
        lines.append(f"    next try at {delivery['next_try_at']}")
    for receipt in delivery["receipts"]:
        seen = "visible" if receipt["is_visible"] else "accepted, not visible yet"
        kept = seen if receipt["is_current"] else "evidence of a worker that had lost its lease"
        lines.append(
            f"    {receipt['step']} {receipt['external_id']}  {receipt['url']}  ({receipt['found_by']}, {kept})"
        )
        lines.append(f"      sha256 {receipt['sha256']} at {receipt['at']}")
    return lines


async def _read(settings: Settings, edition: str | None) -> list[dict[str, Any]]:
    pool = await read_pool(settings, role_of("reporting"))
    nobody = {"can": "[]", "can_own": "[]", "section": None}
    try:
        names = frozenset({"edition"} if edition else ())
        statement = list_statement(
            DELIVERIES, Shape(names, "-requested_at", is_after_cursor=False, is_counted=False)
        )
        values = {"f_edition": edition} if edition else {}
        row = await pool.fetchrow(statement.sql, *statement.arguments(limit=NEWEST, **nobody, **values))
        one = detail_statement(DELIVERIES, by_reference=False)
        found = []
        for item in json.loads(row["items"]):
            wanted = await pool.fetchrow(one.sql, *one.arguments(wanted=UUID(item["id"]), **nobody))
            found.append(json.loads(wanted["body"]))
        return found
    finally:
        await pool.close()


@asynccontextmanager
async def _unit(settings: Settings) -> AsyncIterator[UnitOfWork]:
    """A unit of work in the name of whoever sits at this machine."""
    engine, wake = write_engine(settings, "reporting"), ArqWake(settings)
    try:
        async with unit_of_work(engine, system(f"cli:{getuser()}"), service="reporting", wake=wake) as unit:
            yield unit
    finally:
        await wake.aclose()
        await engine.dispose()


async def _try(settings: Settings, slug: str) -> Any:
    async with _unit(settings) as unit:
        platform = await platform_named(unit, slug)
    return await try_platform(platform, settings)


def _write(change: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
    async def write(settings: Settings) -> Any:
        async with _unit(settings) as unit:
            return await change(unit)

    with open_workspace() as settings:
        return asyncio.run(write(settings))
