"""`djoliba rates`: load what the UN and the ECB publish, list what is held, show what is in force."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from deploy.embedded.workspace import open_workspace
from services.funds_api.exchange_rates.service import Loaded, record_rate_file
from shared.auth import system
from shared.database import write_engine
from shared.errors import InvalidInput
from shared.facts.rates import RateInForce, rate_in_force
from shared.models import ExchangeRate
from shared.models.rate import RateSource
from shared.settings import Settings
from shared.unit_of_work import unit_of_work

app = typer.Typer(help="Exchange rates: load, list, show.", no_args_is_help=True)

Answer = TypeVar("Answer")


@app.command("load")
def load_command(
    file: Annotated[
        Path,
        typer.Argument(
            help="UN operational rates (XML or tab-separated), ECB reference rates (XML), or our CSV."
        ),
    ],
    correct: Annotated[
        str | None, typer.Option("--correct", help="Reason: rates held with another value are corrected.")
    ] = None,
) -> None:
    """Record the rates of a published file; one wrong row and nothing is recorded, twice the same changes nothing."""
    content = _read(file)
    with open_workspace() as settings:
        loaded = asyncio.run(load_rates(settings, content, reason=correct))
    typer.echo(
        f"{file.name}: {loaded.created} recorded, {loaded.unchanged} held already, {loaded.superseded} corrected"
    )


@app.command("list")
def list_command(
    currency: Annotated[str | None, typer.Option(help="Only this currency (ISO 4217).")] = None,
    source: Annotated[RateSource | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Print the rates that stand, the latest first."""
    with open_workspace() as settings:
        rates = asyncio.run(_with_engine(settings, lambda engine: _standing(engine, currency, source)))
    table = Table("effective on", "source", "rate", "document")
    for rate in rates:
        pair = f"1 {rate.base} = {rate.value.normalize():f} {rate.quote}"
        table.add_row(rate.effective_on.isoformat(), rate.source, pair, rate.document)
    Console().print(table)


@app.command("show")
def show_command(
    currency: Annotated[str, typer.Option(help="Currency (ISO 4217).")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Value date, today by default.")
    ] = None,
    policy: Annotated[RateSource, typer.Option(help="Whose rate.")] = RateSource.UNORE,
) -> None:
    """Print the rate of a currency to the USD in force on a date, or what to load."""
    day = (on or datetime.now(UTC)).date()
    with open_workspace() as settings:
        rate = asyncio.run(_with_engine(settings, lambda engine: _in_force(engine, policy, currency, day)))
    typer.echo(
        f"{day}: 1 {rate.base} = {rate.value.normalize():f} {rate.quote}, {rate.source}, effective on "
        f"{rate.effective_on} ({rate.document}; {rate.id})"
    )


async def load_rates(settings: Settings, content: bytes, *, reason: str | None = None) -> Loaded:
    """Record a published file as the person at the console.

    Raises:
        UnreadableRates, RateRefused, RateHeld: see there; nothing was recorded.
    """

    async def load(engine: AsyncEngine) -> Loaded:
        async with unit_of_work(engine, system(getuser()), service="funds", reason=reason) as unit:
            return await record_rate_file(unit, content, supersede=reason is not None)

    return await _with_engine(settings, load)


async def _standing(engine: AsyncEngine, currency: str | None, source: str | None) -> list[ExchangeRate]:
    corrected = select(ExchangeRate.supersedes_id).where(ExchangeRate.supersedes_id.is_not(None))
    wanted = select(ExchangeRate).where(ExchangeRate.id.not_in(corrected))
    if currency is not None:
        wanted = wanted.where((ExchangeRate.base == currency) | (ExchangeRate.quote == currency))
    if source is not None:
        wanted = wanted.where(ExchangeRate.source == source)
    async with AsyncSession(engine) as session:
        ordered = wanted.order_by(ExchangeRate.effective_on.desc(), ExchangeRate.quote)
        return list(await session.scalars(ordered))


async def _in_force(engine: AsyncEngine, policy: str, currency: str, on: date) -> RateInForce:
    async with AsyncSession(engine) as session:
        return await rate_in_force(session, policy, currency, on)


async def _with_engine(settings: Settings, work: Callable[[AsyncEngine], Awaitable[Answer]]) -> Answer:
    engine = write_engine(settings, "funds")
    try:
        return await work(engine)
    finally:
        await engine.dispose()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(
            {
                "fr": f"Le fichier {file} ne peut pas être lu ({error.strerror}).",
                "en": f"The file {file} cannot be read ({error.strerror}).",
            }
        ) from error
