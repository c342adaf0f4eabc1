"""`djoliba publish test`: this machine asks a platform itself, as its worker would."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.embedded.language import in_language, said
from deploy.embedded.late import single
from deploy.embedded.location import find_place
from deploy.embedded.workspace import open_workspace
from services.reporting_worker.platforms.service import platform_named, try_platform
from shared.auth import system
from shared.database import write_engine
from shared.settings import Settings
from shared.unit_of_work import unit_of_work


def test_platform(
    platform: Annotated[str, typer.Argument(help=said("La plateforme (slug).", "Slug of the platform."))],
) -> None:
    """Ask a platform whether it would take a document from us; writes nothing there."""
    with open_workspace(find_place()) as settings:
        findings = asyncio.run(_try(settings, platform))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.question}: {in_language(finding.detail)}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


async def _try(settings: Settings, slug: str) -> Any:
    engine = write_engine(settings, "reporting")
    try:
        async with unit_of_work(engine, system("console"), service="reporting") as unit:
            platform = await platform_named(unit, slug)
        return await try_platform(platform, settings)
    finally:
        await engine.dispose()


app = single(test_platform)
