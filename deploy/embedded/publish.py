"""`djoliba publish`: what reached the partner platforms, and the hand on their queues, over the running Djoliba's API."""

from typing import Annotated, Any
from uuid import UUID

import typer

from deploy.embedded.api import administrator, find_api
from deploy.embedded.language import in_language, said
from deploy.embedded.late import Late, late_group

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=late_group(
        {
            "test": Late(
                "deploy.embedded.publish_test",
                said(
                    "Demander à une plateforme si elle prendrait un document ; n'y écrit rien.",
                    "Ask a platform whether it would take a document from us; writes nothing there.",
                ),
            )
        }
    ),
)

Platform = Annotated[str, typer.Argument(help=said("La plateforme (slug).", "Slug of the platform."))]
Reason = Annotated[str, typer.Option(help=said("Pourquoi ; gardé dans l'audit.", "Why; kept in the audit."))]


@app.command(
    help=said(
        "La vérité sur chaque livraison : son état, sa preuve, ou pourquoi elle attend.",
        "Tell the truth of each delivery: its state, its proof, or why it waits.",
    )
)
def status(
    edition: Annotated[
        str | None, typer.Option(help=said("Un seul bulletin (slug).", "Slug of one edition only."))
    ] = None,
) -> None:
    """Tell the truth of each delivery."""
    api, who = find_api(), administrator()
    listed = api.items("/v1/deliveries", who, edition=edition)
    if not listed:
        typer.echo(said("Rien n'a encore été promis à une plateforme.", "Nothing has been promised to a platform yet."))
    for one in listed:
        for line in describe(api.ask("GET", f"/v1/deliveries/{one['id']}", who).json()):
            typer.echo(line)


@app.command(
    "now",
    help=said(
        "Promettre un bulletin aux plateformes, chaque langue une fois.",
        "Promise an edition to the platforms, each language once; what was promised before stays as it is.",
    ),
)
def publish_now(
    edition: Annotated[str, typer.Argument(help=said("Un bulletin gelé (slug).", "Slug of a frozen edition."))],
    platform: Annotated[
        list[str] | None, typer.Option(help=said("Ces plateformes seulement.", "Only these platforms."))
    ] = None,
) -> None:
    """Promise an edition to the platforms."""
    asked = {"edition": edition, **({"platforms": platform} if platform else {})}
    answer = find_api().ask("POST", "/v1/deliveries", administrator(), json=asked).json()
    for delivery in answer["deliveries"]:
        typer.echo(f"{delivery['key']}  {delivery['state']}")


@app.command(
    help=said(
        "Reprendre une livraison morte ou retenue ; elle est sondée avant tout envoi.",
        "Take up a dead or held delivery again; it is probed before anything is sent.",
    )
)
def replay(
    delivery: Annotated[
        UUID, typer.Argument(help=said("Id d'une livraison morte ou retenue.", "Id of a dead or held delivery."))
    ],
) -> None:
    """Take up a dead or held delivery again."""
    replayed = find_api().ask("POST", f"/v1/deliveries/{delivery}/replays", administrator()).json()
    typer.echo(f"{replayed['key']}  {replayed['state']}")


@app.command(help=said("Retenir la file d'une plateforme.", "Hold a platform's queue."))
def pause(platform: Platform, reason: Reason) -> None:
    """Hold a platform's queue."""
    _hold(platform, reason, is_paused=True)
    typer.echo(said(f"{platform} est retenue.", f"{platform} is held."))


@app.command(help=said("Laisser repartir la file d'une plateforme.", "Let a platform's queue go on."))
def resume(platform: Platform, reason: Reason) -> None:
    """Let a platform's queue go on."""
    _hold(platform, reason, is_paused=False)
    typer.echo(said(f"{platform} repart.", f"{platform} goes on."))


def describe(delivery: dict[str, Any]) -> list[str]:
    """A delivery in a few lines."""
    head = f"{delivery['edition']} {delivery['language']} -> {delivery['platform']}"
    lines = [f"{head}  {delivery['state']}, {delivery['state_since']}  {delivery['id']}"]
    if failed := delivery["dead_reason"] or delivery["last_error"]:
        lines.append(f"    {in_language(failed)}")
    if delivery["held_reason"]:
        again = f"djoliba publish replay {delivery['id']}"
        lines.append(
            "    "
            + said(f"retenue dans le doute ; à sonder à nouveau : {again}", f"held in doubt; to probe again: {again}")
        )
    if delivery["next_try_at"]:
        lines.append(f"    {said('prochain essai', 'next try at')} {delivery['next_try_at']}")
    for receipt in delivery["receipts"]:
        found = f"({receipt['found_by']}, {_standing(receipt)})"
        lines.append(f"    {receipt['step']} {receipt['external_id']}  {receipt['url']}  {found}")
        lines.append(f"      sha256 {receipt['sha256'] or '-'}, {receipt['at']}")
        if receipt["note"]:
            lines.append(f"      {in_language(receipt['note'])}")
    return lines


def _standing(receipt: dict[str, Any]) -> str:
    if not receipt["is_current"]:
        return said("preuve d'un ouvrier qui avait perdu son bail", "evidence of a worker that had lost its lease")
    if receipt["is_visible"]:
        return "visible"
    return said("accepté, pas encore visible", "accepted, not visible yet")


def _hold(platform: str, reason: str, *, is_paused: bool) -> None:
    api, who = find_api(), administrator()
    held = api.ask("GET", f"/v1/platforms/{platform}", who).json()
    asked = {"is_paused": is_paused, "reason": reason}
    api.ask("POST", f"/v1/platforms/{platform}/pauses", who, json=asked, etag=held["etag"])
