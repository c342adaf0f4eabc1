"""The console script `djoliba`."""

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from deploy.embedded.doctor import check_machine, check_servers
from deploy.embedded.edition import app as edition
from deploy.embedded.host import CannotStart
from deploy.embedded.instance import servers, this_instance
from deploy.embedded.load import command as load_command
from deploy.embedded.migrate import check_schema, migrate
from deploy.embedded.publish import app as publish
from deploy.embedded.rates import app as rates
from deploy.embedded.refusals import sentence_for
from deploy.embedded.workspace import open_folders
from shared.auth import MisconfiguredIdentity, Role
from shared.errors import Problem
from shared.issuer import DevelopmentIssuer

app = typer.Typer(
    name="djoliba",
    help="Portfolio, funds and bulletin of a mission's Stabilisation & Recovery section.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Port = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=65535,
        help="Port of the applications on this machine; without it, 8000 or the next free one.",
    ),
]


@app.command()
def up(port: Port = None) -> None:
    """Start everything on this machine: Postgres, Valkey, the applications and the workers, until Ctrl-C."""
    _become("up", port)


@app.command()
def demo(port: Port = None) -> None:
    """Start everything, load the reference portfolio, compile its bulletin and deliver it to a sandbox platform."""
    _become("demo", port)


@app.command("migrate")
def migrate_command(
    check: Annotated[
        bool,
        typer.Option("--check", help="Only compare models, revisions and grants, on a throw-away database."),
    ] = False,
) -> None:
    """Bring roles, schema and grants up to date: of DATABASE_URL, or of the database on this machine."""
    if check:
        check_schema()
        return
    with servers(this_instance()) as environment:
        migrate(environment["DATABASE_URL"])
    typer.echo("Roles, schema and grants are up to date.")


app.command("load")(load_command)
app.add_typer(edition, name="edition")
app.add_typer(publish, name="publish")
app.add_typer(rates, name="rates")


@app.command()
def token(
    role: Annotated[Role, typer.Argument(help="What the bearer may do.")],
    subject: Annotated[str, typer.Option(help="Who the bearer is, as the audit will name them.")] = "dev",
    sponsor: Annotated[str | None, typer.Option(help="Slug of a sponsor editor's own section.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="A permission, several times; all that the role `service` has.")
    ] = None,
) -> None:
    """Print an access token of the development issuer, valid for 8 hours (never in production)."""
    with open_folders() as settings:
        issuer = DevelopmentIssuer.from_settings(settings)
        typer.echo(issuer.token(role, subject, sponsor=sponsor, scopes=scope or ()))


@app.command()
def doctor() -> None:
    """Check this installation, and say what to do about each thing that is wrong."""
    instance = this_instance()
    findings = check_machine(instance)
    with servers(instance) as environment:
        findings += asyncio.run(_collect(environment))
    for is_well, sentence in findings:
        typer.echo(f"{'ok  ' if is_well else 'FAIL'}  {sentence}")
    if not all(is_well for is_well, _ in findings):
        raise typer.Exit(1)


async def _collect(environment: Mapping[str, str]) -> list[tuple[bool, str]]:
    return [finding async for finding in check_servers(environment)]


def _become(command: str, port: int | None) -> None:
    """Replace this process by the supervisor, which needs none of the modules loaded here (about 100 MB)."""
    words = [sys.executable, "-m", "deploy.embedded.run", command]
    sys.stdout.flush()
    os.execv(sys.executable, [*words, *(["--port", str(port)] if port is not None else [])])  # noqa: S606 -- our own interpreter, no shell wanted


def main() -> None:
    """Run the command; an expected refusal is printed as a sentence, without a traceback."""
    try:
        app()
    except (CannotStart, MisconfiguredIdentity, Problem) as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(1)
    except Exception as error:
        if (sentence := sentence_for(error, this_instance().home)) is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
