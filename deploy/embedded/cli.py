"""The console script `djoliba`. It imports next to nothing: each command brings what it needs (see `late`)."""

import os
import sys
from typing import Annotated

import typer

from deploy.embedded.host import CannotStart
from deploy.embedded.language import in_language, said
from deploy.embedded.late import Late, late_group
from deploy.embedded.location import find_place
from shared.errors import Problem
from shared.identity import MisconfiguredIdentity

COMMANDS = {
    "migrate": Late(
        "deploy.embedded.migrate_command",
        said("Mettre à jour rôles, schéma et droits.", "Bring roles, schema and grants up to date."),
    ),
    "load": Late(
        "deploy.embedded.load_command",
        said("Charger un portefeuille, contrôlé entier d'abord.", "Load a portfolio, checked whole first."),
    ),
    "edition": Late(
        "deploy.embedded.edition",
        said("Rédiger, contrôler, approuver, geler, imprimer, expliquer un bulletin.",
             "Draft, check, approve, freeze, print and explain a bulletin."),
    ),
    "publish": Late(
        "deploy.embedded.publish",
        said("Livraisons aux plateformes partenaires.", "Deliveries to partner platforms."),
    ),
    "rates": Late(
        "deploy.embedded.rates",
        said("Taux de change : charger, lister, montrer.", "Exchange rates: load, list, show."),
    ),
    "desk": Late(
        "deploy.embedded.desk_process",
        said("Servir le bureau, seul, où l'on entre par le fournisseur d'identité.",
             "Serve the desk by itself, where one signs in by the identity provider."),
    ),
    "token": Late(
        "deploy.embedded.tokens",
        said("Imprimer un jeton d'accès de développement.", "Print an access token of the development issuer."),
    ),
    "doctor": Late(
        "deploy.embedded.doctor_command",
        said("Examiner cette installation.", "Check this installation, and say what to do."),
    ),
}  # fmt: skip

app = typer.Typer(
    name="djoliba",
    cls=late_group(COMMANDS),
    help=said(
        "Portefeuille, fonds et bulletin de la section Stabilisation et relèvement d'une mission.",
        "Portfolio, funds and bulletin of a mission's Stabilisation & Recovery section.",
    ),
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
        help=said(
            "Port des applications sur cette machine ; par défaut 8000 ou le premier libre.",
            "Port of the applications on this machine; without it, 8000 or the next free one.",
        ),
    ),
]


@app.command(
    help=said(
        "Tout lancer sur cette machine (Postgres, Valkey, applications, ouvriers) jusqu'à Ctrl-C.",
        "Start everything on this machine: Postgres, Valkey, the applications and the workers, until Ctrl-C.",
    )
)
def up(port: Port = None) -> None:
    """Become the supervisor."""
    _become("up", port)


@app.command(
    help=said(
        "Tout lancer, charger le portefeuille de référence, en tirer le bulletin et le livrer à un bac à sable.",
        "Start everything, load the reference portfolio, compile its bulletin and deliver it to a sandbox platform.",
    )
)
def demo(port: Port = None) -> None:
    """Become the supervisor of a demo."""
    _become("demo", port)


@app.command(help=said("Imprimer l'adresse du Djoliba qui tourne.", "Print the address of the running Djoliba."))
def address() -> None:
    """Where the API answers that the other commands talk to."""
    typer.echo(find_place().origin)


def _become(command: str, port: int | None) -> None:
    """Replace this process by the supervisor, which needs none of the modules loaded here."""
    words = [sys.executable, "-m", "deploy.embedded.run", command]
    sys.stdout.flush()
    os.execv(sys.executable, [*words, *(["--port", str(port)] if port is not None else [])])  # noqa: S606 -- our own interpreter, no shell wanted


def main() -> None:
    """Run the command; an expected refusal is printed as a sentence, without a traceback, and ends with status 1."""
    try:
        app()
    except Problem as problem:
        faults = [f"  {one.pointer}: {in_language(one.detail)}" for one in problem.faults]
        _refuse("\n".join([in_language(problem.detail), *faults]))
    except (CannotStart, MisconfiguredIdentity) as refusal:
        _refuse(str(refusal))


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
