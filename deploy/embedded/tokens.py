"""`djoliba token`: an access token of the development issuer, signed without asking any server."""

from typing import Annotated

import typer

from deploy.embedded.host import application_account
from deploy.embedded.language import said
from deploy.embedded.late import single
from deploy.embedded.location import Place, find_place
from shared.identity import Role
from shared.issuer import PRIVATE_KEY_FILE, DevelopmentIssuer


def issuer_of(place: Place) -> DevelopmentIssuer:
    """The issuer whose tokens that Djoliba accepts.

    Raises:
        MisconfiguredIdentity: it is in production, or has no development issuer.
    """
    if place.environment == "production" or place.development_keys is None:
        return DevelopmentIssuer.from_settings(place)
    is_new = not (place.development_keys / PRIVATE_KEY_FILE).exists()
    issuer = DevelopmentIssuer.from_settings(place)
    if is_new:
        application_account().own_tree(place.development_keys)
    return issuer


def token(
    role: Annotated[Role, typer.Argument(help=said("Ce que le porteur peut faire.", "What the bearer may do."))],
    subject: Annotated[
        str,
        typer.Option(help=said("Qui est le porteur, pour l'audit.", "Who the bearer is, as the audit will name them.")),
    ] = "dev",
    sponsor: Annotated[
        str | None,
        typer.Option(help=said("Section d'un éditeur de section.", "Slug of a sponsor editor's own section.")),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help=said(
                "Une permission, plusieurs fois ; le rôle `service` n'a qu'elles.",
                "A permission, several times; all that the role `service` has.",
            )
        ),
    ] = None,
) -> None:
    """Print an access token, valid for 8 hours (never in production)."""
    typer.echo(issuer_of(find_place(must_run=False)).token(role, subject, sponsor=sponsor, scopes=scope or ()))


app = single(token)
