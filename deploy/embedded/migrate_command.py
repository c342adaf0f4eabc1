"""`djoliba migrate`: the schema of the database that the environment names, of what runs here, or of a new home."""

from typing import Annotated

import typer

from deploy.embedded.host import default_home
from deploy.embedded.language import said
from deploy.embedded.late import single
from deploy.embedded.location import find_running, named_database
from deploy.embedded.migrate import check_schema, migrate
from deploy.embedded.refusals import explained
from deploy.embedded.workspace import servers_for_now


def migrate_command(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=said(
                "Seulement comparer modèles, révisions et droits, sur une base jetable.",
                "Only compare models, revisions and grants, on a throw-away database.",
            ),
        ),
    ] = False,
) -> None:
    """Bring roles, schema and grants up to date: of DATABASE_URL, or of the database on this machine."""
    if check:
        check_schema()
        return
    with explained():
        where = _migrate()
    typer.echo(said(f"Rôles, schéma et droits sont à jour{where}.", f"Roles, schema and grants are up to date{where}."))


def _migrate() -> str:
    """Migrate what is meant; where that is, if it is not the usual place."""
    if (database := named_database()) is not None:
        migrate(database)
        return ""
    instance, running = find_running()
    if running is not None:
        migrate(running.owner_url or running.environment["DATABASE_URL"])
    else:
        with servers_for_now(instance) as environment:
            migrate(environment["DATABASE_URL"])
    return "" if instance.home == default_home() else said(f" dans {instance.home}", f" in {instance.home}")


app = single(migrate_command)
