"""What an edition is frozen as: its snapshots, and a page and a document in each language; nothing names them yet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.reporting_worker.composition.collecting import Collected, collect
from services.reporting_worker.composition.snapshot import (
    canonical,
    figures_snapshot,
    language_snapshot,
    public_figures_snapshot,
)
from services.reporting_worker.press.artefacts import sha256_of
from services.reporting_worker.rendering.renderer import Renderer
from shared.database import Pool, at_one_instant

MEDIA_TYPES = {
    "snapshot": "application/json",
    "figures": "application/json",
    "texts": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Made:
    """One artefact of an edition, before anything names it."""

    language: str
    format: str
    audience: str
    content: bytes
    fingerprint: Mapping[str, Any] | None = None


async def collect_frozen(reads: Pool, edition_id: UUID, known_at: datetime) -> Collected:
    """Everything at the cut-off, read in one REPEATABLE READ transaction that has ended when this returns."""
    async with at_one_instant(reads) as connection:
        return await collect(connection, edition_id, known_at)


async def make_artefacts(collected: Collected, renderer: Renderer, public_url: str) -> list[Made]:
    """The snapshots, and each language's page and document; no transaction is open while they are made.

    Raises:
        UnresolvedToken: a text names something that is not known.
        RenderingFailed: the renderer refuses a language.
    """
    figures = canonical(public_figures_snapshot(collected))
    texts = {
        language: _without_floats(
            language_snapshot(
                collected.material, language, figures_sha256=sha256_of(figures), public_url=public_url
            ).model_dump(mode="json", exclude_none=True)
        )
        for language in collected.material.edition.languages
    }
    printing = asyncio.gather(*(renderer.render(snapshot) for snapshot in texts.values()))
    await asyncio.sleep(0)  # the renderer is a process of its own: it works while the snapshots are written here
    made = [
        Made("mul", "snapshot", "internal", canonical(figures_snapshot(collected))),
        Made("mul", "figures", "public", figures),
        *(Made(language, "texts", "public", canonical(snapshot)) for language, snapshot in texts.items()),
    ]
    for language, rendered in zip(texts, await printing, strict=True):
        made += [
            Made(language, "html", "public", rendered.html, rendered.fingerprint),
            Made(language, "pdf", "public", rendered.pdf, rendered.fingerprint),
        ]
    return made


def _without_floats(value: Any) -> Any:
    """Coordinates of the map's symbols as texts: canonical JSON holds no floats."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return {key: _without_floats(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_floats(one) for one in value]
    return value
