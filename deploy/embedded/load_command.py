"""`djoliba load`: it asks first whether there is anything to load into; what it then needs takes long to import."""

from typing import Annotated

import typer

from deploy.embedded.language import said
from deploy.embedded.late import late_module, single
from deploy.embedded.location import find_place


def load(
    source: Annotated[
        str,
        typer.Argument(
            help=said(
                "Un fichier JSON Lines (docs/portfolio-format.md), ou 'reference'.",
                "A file of JSON Lines (docs/portfolio-format.md), or 'reference'.",
            )
        ),
    ],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=said("Seulement contrôler ; rien n'est écrit.", "Only check; nothing is written.")
        ),
    ] = False,
) -> None:
    """Load a portfolio: the whole file is checked first, and one bad row means that nothing is written."""
    place = find_place()
    late_module("deploy.embedded.load_report").load_and_tell(place, source, dry_run=dry_run)


app = single(load)
