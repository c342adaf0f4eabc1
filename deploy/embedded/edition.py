"""`djoliba edition`: draft, check, approve, freeze, print and explain a bulletin, over the running Djoliba's API."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.embedded.api import find_api
from deploy.embedded.edition_desk import EditionDesk, freezing_failure, summary
from deploy.embedded.language import console_language, in_language, said
from deploy.embedded.late import Late, late_group
from deploy.embedded.tables import print_table

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=late_group(
        {
            "verify": Late(
                "deploy.embedded.edition_verify",
                said(
                    "Imprimer de nouveau un bulletin gelé, et comparer avec les octets gardés.",
                    "Render a frozen edition again in a new process, and compare with the stored bytes.",
                ),
            )
        }
    ),
)

Slug = Annotated[str, typer.Argument(help=said("Le bulletin, comme 2022-02.", "The edition, such as 2022-02."))]


def _desk() -> EditionDesk:
    return EditionDesk(find_api())


@app.command("list", help=said("Tous les bulletins avec leur état.", "Every edition with its state."))
def list_editions() -> None:
    """Every edition with its state."""
    editions = _desk().editions()
    if not editions:
        typer.echo(
            said(
                "Aucun bulletin. `djoliba load reference` apporte celui de référence, en projet.",
                "No edition yet. `djoliba load reference` brings the reference bulletin as a draft.",
            )
        )
        return
    heads = (
        ("bulletin", "titre", "période", "au", "état", "connu le")
        if said("fr", "en") == "fr"
        else ("edition", "title", "period", "as of", "state", "known at")
    )
    print_table(
        heads,
        [
            (
                *(one["slug"], in_language(one["title"]), f"{one['period_start']} - {one['period_end']}"),
                *(one["as_of"], one["state"], one["known_at"] or ""),
            )
            for one in editions
        ],
    )
    for one in editions:
        if one["freeze_failure"]:
            typer.echo(freezing_failure(one))


@app.command(help=said("Où en est un bulletin.", "Where an edition stands."))
def show(slug: Slug) -> None:
    """Its state, who wrote and approved it, its open controls, its files, and why a freezing failed."""
    edition = _desk().find(slug)
    typer.echo(f"{slug}: {in_language(edition['title'])} ({edition['as_of']})")
    people = " / ".join(name for name in (edition["author"], edition["approved_by"]) if name)
    typer.echo(f"{edition['state']}; {people}")
    if edition["freeze_failure"]:
        typer.echo(freezing_failure(edition))
    for one in edition["controls"]:
        if one["outcome"] == "failed" and one["accepted_by"] is None:
            typer.echo(f"  {one['key']}: {in_language(one['message'])}")
    for one in edition["artefacts"]:
        typer.echo(f"  {one['format']:8} {one['language']:3} {one['size']:>9}  {one['sha256']}")


@app.command(help=said("Lancer les contrôles d'un projet.", "Run the controls of a draft, and say what each found."))
def controls(slug: Slug) -> None:
    """Run the controls of a draft, and say what each found."""
    outcome = _desk().run_controls(slug)
    for one in outcome["items"]:
        typer.echo(f"{one['outcome']:6}  {one['key']}: {in_language(one['title'])}")
        typer.echo(f"        {in_language(one['message'])}")
    typer.echo(summary(outcome))


@app.command(
    help=said("Laisser passer un contrôle échoué, avec un motif.", "Let a failed control stand, with a reason.")
)
def accept(
    slug: Slug,
    key: Annotated[
        str,
        typer.Argument(
            help=said("Le contrôle, comme `controls` le nomme.", "The failed control, as `controls` names it.")
        ),
    ],
    reason: Annotated[
        str, typer.Option(help=said("Pourquoi ; l'annexe l'imprime.", "Why it may stand; the annex prints it."))
    ],
) -> None:
    """Let a failed control stand, with a reason."""
    _desk().accept(slug, key, {console_language(): reason})
    typer.echo(said(f"Contrôle {key} accepté.", f"Control {key} accepted."))


@app.command(help=said("Remettre un projet pour relecture.", "Hand a draft in for review."))
def submit(slug: Slug) -> None:
    """Hand a draft in for review."""
    _desk().submit(slug)
    typer.echo(said(f"Le bulletin {slug} est en relecture.", f"Edition {slug} is in review."))


@app.command(
    help=said(
        "Approuver un bulletin en relecture, par une autre personne que l'auteur.",
        "Approve an edition in review, as another person than its author.",
    )
)
def approve(slug: Slug) -> None:
    """Approve an edition in review, as another person than its author."""
    _desk().approve(slug)
    typer.echo(said(f"Le bulletin {slug} est approuvé.", f"Edition {slug} is approved."))


@app.command(
    help=said(
        "Geler un bulletin approuvé : chiffres et textes pour toujours, page et document par langue.",
        "Freeze an approved edition: figures and texts for ever, page and document in each language.",
    )
)
def freeze(slug: Slug) -> None:
    """Freeze an approved edition."""
    desk = _desk()
    desk.ask_freeze(slug)
    edition = desk.until_frozen(slug)
    known_at = edition["known_at"]
    typer.echo(
        said(f"Le bulletin {slug} est gelé, connu le {known_at}.", f"Edition {slug} is frozen, known at {known_at}.")
    )
    for one in edition["artefacts"]:
        typer.echo(
            f"  {one['format']:8} {one['language']:3} {one['audience']:8} {one['size']:>9} bytes  {one['sha256']}"
        )


@app.command(
    "print",
    help=said(
        "Écrire la page ou le document : les octets d'un bulletin gelé, l'aperçu d'un projet.",
        "Write the page or document: the stored bytes of a frozen edition, a preview of a draft.",
    ),
)
def print_edition(
    slug: Slug,
    language: Annotated[str, typer.Option(help="fr, en")] = "fr",
    format_: Annotated[str, typer.Option("--format", help="pdf, html")] = "pdf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=said("Fichier à écrire.", "File to write."))
    ] = None,
) -> None:
    """Write the page or document."""
    content = _desk().file(slug, language, format_)
    target = output or Path(f"bulletin-{slug}-{language}.{format_}")
    target.write_bytes(content)
    typer.echo(f"{target}: {len(content)} bytes")


@app.command(
    help=said(
        "Nommer les lignes par lesquelles les chiffres gelés diffèrent de ceux d'aujourd'hui.",
        "Name the rows by which the frozen figures differ from those known now.",
    )
)
def explain(slug: Slug) -> None:
    """Name the rows by which the frozen figures differ from those known now."""
    difference = _desk().explain(slug)
    as_of, known_at = difference["as_of"], difference["known_at"]
    typer.echo(
        said(
            f"Bulletin {slug}, au {as_of} : connu le {known_at} et maintenant.",
            f"Edition {slug}, as of {as_of}: known at {known_at} and now.",
        )
    )
    if not difference["figures"]:
        typer.echo(said("Aucun chiffre ne diffère.", "No figure differs."))
    for figure in difference["figures"]:
        typer.echo(f"{figure['key']}: {figure['before']} -> {figure['after']}")
        for row in figure["rows"]:
            typer.echo(f"  {row['change']:8} {row['reference']}: {row['before'] or '-'} -> {row['after'] or '-'}")
            for fact in row["facts"]:
                why = f": {fact['reason']}" if fact["reason"] else ""
                typer.echo(
                    f"           {fact['kind']} {fact['value_on']}, {fact['recorded_at']} {fact['recorded_by']}{why}"
                )
