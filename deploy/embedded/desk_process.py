"""`djoliba desk`: the desk as a process of its own, as production runs it (docs/desk.md)."""

from typing import Annotated, Any

import typer
from cryptography.fernet import Fernet
from pydantic import ValidationError

from deploy.desk.process import create_app
from deploy.desk.settings import DeskSettings
from deploy.embedded.host import CannotStart
from deploy.embedded.language import said
from shared.web.middleware import RequestContext
from shared.web.server import serve

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def desk(
    context: typer.Context,
    host: Annotated[str, typer.Option(help=said("Adresse d'écoute.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help=said("Port.", "Port."))] = 8080,
    fd: Annotated[int | None, typer.Option(help=said("Une prise héritée.", "An inherited socket."))] = None,
) -> None:
    """Serve the desk until SIGTERM; its settings are variables."""
    if context.invoked_subcommand is not None:
        return
    serve(_create, _settings(), "desk", fd=fd, host=host, port=port)


@app.command(
    help=said("Imprimer une nouvelle clé pour le fichier des clés.", "Print a new key for the file of the keys.")
)  # fmt: skip
def key() -> None:
    """Make a key that seals cookies."""
    typer.echo(Fernet.generate_key().decode())


def _create(settings: DeskSettings) -> Any:
    return RequestContext(create_app(settings), "desk")


def _settings() -> DeskSettings:
    try:
        return DeskSettings()
    except ValidationError as error:
        faults = [
            " ".join(filter(None, ["_".join(["DJOLIBA", *map(str, one["loc"])]).upper(), one["msg"]]))
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise CannotStart(
            "\n".join([said("Le bureau ne peut pas démarrer :", "The desk cannot start:"), *faults])
        ) from None


if __name__ == "__main__":
    app()
