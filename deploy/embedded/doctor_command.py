"""`djoliba doctor`: what is wrong with an installation, running or stopped; it makes none."""

import asyncio
from collections.abc import Mapping

import typer

from deploy.embedded.doctor import Finding, check_machine, check_servers
from deploy.embedded.language import said
from deploy.embedded.late import single
from deploy.embedded.location import find_place, find_running, named_database
from deploy.embedded.refusals import explained
from deploy.embedded.workspace import servers_for_now


def doctor() -> None:
    """Check this installation, and say what to do about each thing that is wrong."""
    with explained():
        findings = _examine()
    for is_well, sentence in findings:
        typer.echo(f"{'ok  ' if is_well else 'FAIL'}  {sentence}")
    if not all(is_well for is_well, _ in findings):
        raise typer.Exit(1)


def _examine() -> list[Finding]:
    instance, running = find_running()
    findings = check_machine(instance)
    if named_database() is not None or running is not None:
        owner = {"DATABASE_URL": running.owner_url} if running is not None and running.owner_url else {}
        return findings + asyncio.run(_collect({**find_place().variables, **owner}))
    if not instance.exists:
        there_is_none = said(
            f"Il n'y a pas encore d'installation dans {instance.home} : `djoliba up` en fait une.",
            f"There is no installation in {instance.home} yet: `djoliba up` makes one.",
        )
        return [*findings, (False, there_is_none)]
    with servers_for_now(instance) as environment:
        return findings + asyncio.run(_collect(environment))


async def _collect(environment: Mapping[str, str]) -> list[Finding]:
    return [finding async for finding in check_servers(environment)]


app = single(doctor)
