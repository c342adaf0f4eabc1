"""`djoliba rates`: load what the UN and the ECB publish, list what is held, show what is in force; over the API."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode

import typer

from deploy.embedded.api import administrator, find_api
from deploy.embedded.host import CannotStart
from deploy.embedded.language import said
from deploy.embedded.tables import print_table

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

RateSource = Literal["unore", "ecb", "contract", "manual"]
"""The members of `shared.models.rate.RateSource`, without the database's library."""

REFERENCE_CURRENCY = "USD"
"""The currency that every rate leads to."""


@app.command(
    "load",
    help=said(
        "Enregistrer les taux d'un fichier publié ; une ligne fausse d'une monnaie utilisée et rien n'est enregistré.",
        "Record the rates of a published file; one wrong row and nothing is recorded, twice the same changes nothing.",
    ),
)
def load_command(
    file: Annotated[
        Path,
        typer.Argument(
            help=said(
                "Taux opérationnels de l'ONU (XML ou colonnes), taux de la BCE (XML, CSV), ou notre CSV.",
                "UN operational rates (XML or columns), ECB reference rates (XML, CSV), or our CSV.",
            )
        ),
    ],
    correct: Annotated[
        str | None,
        typer.Option(
            "--correct",
            help=said(
                "Motif : les taux tenus avec une autre valeur sont corrigés.",
                "Reason: rates held with another value are corrected.",
            ),
        ),
    ] = None,
) -> None:
    """Record the rates of a published file."""
    content = _read(file)
    headers = {"Content-Type": "application/octet-stream", **({"X-Reason": correct} if correct else {})}
    supersede = "true" if correct is not None else "false"
    path = f"/v1/exchange-rates/files?supersede={supersede}"
    loaded = find_api().ask("POST", path, administrator(), content=content, headers=headers).json()
    created, unchanged, superseded = loaded["created"], loaded["unchanged"], loaded["superseded"]
    typer.echo(
        said(
            f"{file.name} : {created} enregistrés, {unchanged} déjà tenus, {superseded} corrigés",
            f"{file.name}: {created} recorded, {unchanged} held already, {superseded} corrected",
        )
    )
    between = {None: "", "\t": ", \\t", ";": ", ;", ",": ", ,"}[loaded["separator"]]
    layout = f"{loaded['format']}, {loaded['encoding']}{between}"
    typer.echo(said(f"  lu comme : {layout}", f"  read as: {layout}"))
    for doubt in loaded.get("warnings", ()):
        typer.echo(f"  {doubt['pointer'].removeprefix('/')} : {doubt['detail']}")


@app.command("list", help=said("Les taux qui valent, les derniers d'abord.", "The rates that stand, the latest first."))
def list_command(
    currency: Annotated[
        str | None, typer.Option(help=said("Cette monnaie seulement (ISO 4217).", "Only this currency (ISO 4217)."))
    ] = None,
    source: Annotated[
        RateSource | None, typer.Option(help=said("Cette source seulement.", "Only this source."))
    ] = None,
) -> None:
    """Print the rates that stand, the latest first."""
    rates = find_api().items(
        "/v1/exchange-rates", administrator(), currency__in=currency, source__in=source, is_superseded="false"
    )
    heads = ("effective on", "source", "rate", "document")
    rows = [(one["effective_on"], one["source"], _pair(one), one["document"]) for one in rates]
    print_table(heads if said("fr", "en") == "en" else ("en vigueur le", "source", "taux", "document"), rows)


@app.command(
    "show",
    help=said(
        "Le taux d'une monnaie en vigueur à une date, ou ce qu'il faut charger.",
        "The rate of a currency to the USD in force on a date, or what to load.",
    ),
)
def show_command(
    currency: Annotated[str, typer.Option(help=said("Monnaie (ISO 4217).", "Currency (ISO 4217)."))],
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help=said("Date de valeur, aujourd'hui par défaut.", "Value date, today by default.")
        ),
    ] = None,
    policy: Annotated[RateSource, typer.Option(help=said("Le taux de qui.", "Whose rate."))] = "unore",
) -> None:
    """Print the rate of a currency to the USD in force on a date, or what to load."""
    day = (on or datetime.now(UTC)).date()
    asked = {"amount": "1", "from": currency, "to": REFERENCE_CURRENCY, "on": day, "policy": policy}
    rate = find_api().ask("GET", f"/v1/conversions?{urlencode(asked)}", administrator()).json()["rate"]
    since, source = rate["effective_on"], rate["source"]
    typer.echo(
        said(
            f"{day} : {_pair(rate)}, {source}, en vigueur depuis le {since} ({rate['id']})",
            f"{day}: {_pair(rate)}, {source}, effective on {since} ({rate['id']})",
        )
    )


def _pair(rate: dict[str, str]) -> str:
    return f"1 {rate['base']} = {rate['value']} {rate['quote']}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotStart(
            said(
                f"Le fichier {file} ne peut pas être lu ({error.strerror}).",
                f"The file {file} cannot be read ({error.strerror}).",
            )
        ) from error
