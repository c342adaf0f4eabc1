"""`djoliba edition`: draft, check, approve, freeze, print and explain a bulletin from the console."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import structlog
import typer
from rich.console import Console
from rich.table import Table

from deploy.embedded.edition_desk import EditionDesk
from deploy.embedded.host import CannotStart
from deploy.embedded.workspace import open_workspace
from services.reporting_worker.main import create_app
from services.reporting_worker.rendering.renderer import Renderer
from services.reporting_worker.worker import create_worker
from shared.issuer import DevelopmentIssuer
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Draft, check, approve, freeze, print and explain a bulletin.")
console = Console()

Slug = Annotated[str, typer.Argument(help="The edition, such as 2022-02.")]
Language = Annotated[str, typer.Option(help="fr or en.")]
Result = TypeVar("Result")

Work = Callable[[EditionDesk, Settings], Awaitable[Result]]


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[EditionDesk]:
    application = create_app(settings)
    issuer = DevelopmentIssuer.from_settings(settings)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://djoliba", timeout=120) as http,
    ):
        yield EditionDesk(http, issuer.token)


def _run(work: Work[Result]) -> Result:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

    async def run(settings: Settings) -> Result:
        async with _desk(settings) as desk:
            return await work(desk, settings)

    with open_workspace() as settings:
        return asyncio.run(run(settings))


def _say(sentence: str) -> None:
    console.print(sentence, highlight=False)


@app.command("list")
def list_editions() -> None:
    """Every edition with its state."""

    async def work(desk: EditionDesk, _: Settings) -> Any:
        return await desk.editions()

    editions = _run(work)
    if not editions:
        _say("No edition yet. `djoliba load reference` brings the reference bulletin as a draft.")
        return
    table = Table("edition", "title", "period", "as of", "state", "known at")
    for one in editions:
        table.add_row(
            one["slug"], one["title"].get("en", ""), f"{one['period_start']} - {one['period_end']}", one["as_of"],
            one["state"], one["known_at"] or "",
        )  # fmt: skip
    console.print(table)


@app.command()
def controls(slug: Slug) -> None:
    """Run the controls of a draft, and say what each found."""

    async def work(desk: EditionDesk, _: Settings) -> Any:
        return await desk.run_controls(slug)

    outcome = _run(work)
    for one in outcome["items"]:
        _say(f"{one['outcome']:6}  {one['key']}: {one['title']['en']}\n        {one['message']['en']}")
    _say(f"{outcome['passed']} passed, {outcome['failed']} failed, {outcome['notes']} notes")


@app.command()
def accept(
    slug: Slug,
    key: Annotated[str, typer.Argument(help="The failed control, as `controls` names it.")],
    reason: Annotated[str, typer.Option(help="Why it may stand; the annex prints it.")],
) -> None:
    """Let a failed control stand, with a reason."""

    async def work(desk: EditionDesk, _: Settings) -> None:
        await desk.accept(slug, key, reason)

    _run(work)
    _say(f"Control {key} accepted.")


@app.command()
def submit(slug: Slug) -> None:
    """Hand a draft in for review."""

    async def work(desk: EditionDesk, _: Settings) -> None:
        await desk.submit(slug)

    _run(work)
    _say(f"Edition {slug} is in review.")


@app.command()
def approve(slug: Slug) -> None:
    """Approve an edition in review, as another person than its author."""

    async def work(desk: EditionDesk, _: Settings) -> None:
        await desk.approve(slug)

    _run(work)
    _say(f"Edition {slug} is approved.")


@app.command()
def freeze(slug: Slug) -> None:
    """Freeze an approved edition: figures and texts for ever, page and document in each language."""

    async def work(desk: EditionDesk, settings: Settings) -> Any:
        await desk.ask_freeze(slug)
        async with create_worker(settings) as worker:
            await worker.run_due()
        return await desk.until_frozen(slug)

    edition = _run(work)
    _say(f"Edition {slug} is frozen, known at {edition['known_at']}.")
    for one in edition["artefacts"]:
        _say(
            f"  {one['format']:8} {one['language']:3} {one['audience']:8} {one['size']:>9} bytes  {one['sha256']}"
        )


@app.command("print")
def print_edition(
    slug: Slug,
    language: Language = "fr",
    format_: Annotated[str, typer.Option("--format", help="pdf or html.")] = "pdf",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
) -> None:
    """Write the page or document: the stored bytes of a frozen edition, a preview of a draft."""

    async def work(desk: EditionDesk, _: Settings) -> bytes:
        return await desk.file(slug, language, format_)

    content = _run(work)
    target = output or Path(f"bulletin-{slug}-{language}.{format_}")
    target.write_bytes(content)
    _say(f"{target}: {len(content)} bytes")


@app.command()
def verify(slug: Slug) -> None:
    """Render a frozen edition again in a new process, and compare with the stored bytes."""

    async def work(desk: EditionDesk, _: Settings) -> list[tuple[str, bool]]:
        edition = await desk.find(slug)
        if edition["state"] not in {"frozen", "superseded"}:
            raise CannotStart(f"Edition {slug} is {edition['state']}; only a frozen one can be verified.")
        renderer, compared = Renderer(), []
        try:
            for language in edition["languages"]:
                rendered = await renderer.render(json.loads(await desk.file(slug, language, "texts")))
                for format_, content in (("html", rendered.html), ("pdf", rendered.pdf)):
                    stored = await desk.file(slug, language, format_)
                    compared.append((f"{format_} {language}", stored == content))
        finally:
            await renderer.close()
        return compared

    outcome = _run(work)
    for name, is_same in outcome:
        _say(f"{name}: {'same bytes' if is_same else 'DIFFERS (another version of the renderer?)'}")
    if not all(is_same for _, is_same in outcome):
        raise typer.Exit(1)


@app.command()
def explain(slug: Slug) -> None:
    """Name the rows by which the frozen figures differ from those known now."""

    async def work(desk: EditionDesk, _: Settings) -> Any:
        return await desk.explain(slug)

    difference = _run(work)
    _say(f"Edition {slug}, as of {difference['as_of']}: known at {difference['known_at']} and now.")
    if not difference["figures"]:
        _say("No figure differs.")
    for figure in difference["figures"]:
        _say(f"{figure['key']}: {figure['before']} -> {figure['after']}")
        for row in figure["rows"]:
            _say(f"  {row['change']:8} {row['reference']}: {row['before'] or '-'} -> {row['after'] or '-'}")
            for fact in row["facts"]:
                why = f": {fact['reason']}" if fact["reason"] else ""
                _say(
                    f"           {fact['kind']} of {fact['value_on']}, recorded {fact['recorded_at']} "
                    f"by {fact['recorded_by']}{why}"
                )
