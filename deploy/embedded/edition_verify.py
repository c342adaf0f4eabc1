"""`djoliba edition verify`: a frozen edition rendered again here, and compared with what is stored."""

import asyncio
import json
from typing import Annotated

import typer

from deploy.embedded.api import find_api
from deploy.embedded.edition_desk import EditionDesk
from deploy.embedded.host import CannotStart
from deploy.embedded.language import said
from deploy.embedded.late import single
from services.reporting_worker.rendering.renderer import Renderer


def verify(
    slug: Annotated[str, typer.Argument(help=said("Le bulletin, comme 2022-02.", "The edition, such as 2022-02."))],
) -> None:
    """Render a frozen edition again in a new process, and compare with the stored bytes."""
    outcome = asyncio.run(_compare(EditionDesk(find_api()), slug))
    for name, is_same in outcome:
        verdict = (
            said("mêmes octets", "same bytes")
            if is_same
            else said("DIFFÈRE (autre version du moteur ?)", "DIFFERS (another version of the renderer?)")
        )
        typer.echo(f"{name}: {verdict}")
    if not all(is_same for _, is_same in outcome):
        raise typer.Exit(1)


async def _compare(desk: EditionDesk, slug: str) -> list[tuple[str, bool]]:
    edition = desk.find(slug)
    if edition["state"] not in {"frozen", "superseded"}:
        raise CannotStart(
            said(
                f"Le bulletin {slug} est à l'état {edition['state']} ; on ne vérifie qu'un bulletin gelé.",
                f"Edition {slug} is {edition['state']}; only a frozen one can be verified.",
            )
        )
    renderer, compared = Renderer(), []
    try:
        for language in edition["languages"]:
            rendered = await renderer.render(json.loads(desk.file(slug, language, "texts")))
            for format_, content in (("html", rendered.html), ("pdf", rendered.pdf)):
                compared.append((f"{format_} {language}", desk.file(slug, language, format_) == content))
    finally:
        await renderer.close()
    return compared


app = single(verify)
