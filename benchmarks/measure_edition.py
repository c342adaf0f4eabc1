"""The whole reference edition: cut-off, figures, controls, two languages as page and document, stored; cold and warm."""

import time
from typing import Any

from benchmarks.harness import Bench, Ratio
from benchmarks.portfolio import load_reference
from services.reporting_worker.composition.collecting import Collector, collect_material
from services.reporting_worker.controls.service import run_controls
from services.reporting_worker.desk.checking import edition_texts
from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.press.printing import collect_frozen, make_artefacts
from services.reporting_worker.rendering.renderer import Renderer
from shared.cutoff import cut_off
from shared.database import read_pool, role_of
from shared.settings import Settings, load_settings

WARM_RUNS = 5


async def measure(bench: Bench) -> list[Ratio]:
    await load_reference(bench)
    settings = load_settings()
    reads = await read_pool(settings, role_of("reporting"))
    renderer = Renderer(idle_seconds=60, memory_bytes=settings.renderer_memory_mb * 1_000_000)
    try:
        cold = await _once(settings, reads, renderer)
        warm = min([await _once(settings, reads, renderer) for _ in range(WARM_RUNS)])
    finally:
        await renderer.close()
        await reads.close()
    return [
        Ratio("whole edition, cold renderer", cold, "s", 3.0, is_limit=True),
        Ratio("whole edition, warm renderer", warm, "s", 0.5, is_limit=True),
    ]


async def _once(settings: Settings, reads: Any, renderer: Renderer) -> float:
    edition_id = await reads.fetchval("SELECT id FROM edition WHERE slug = '2022-02'")
    begin = time.monotonic()
    async with reads.acquire() as connection:
        material = await collect_material(connection, edition_id, None)
        view = Collector(connection, material.edition, None).view("internal")
        await run_controls(connection, view, edition_texts(material), material.figures)
    known_at = await cut_off(reads, settings.cutoff_wait_seconds)
    made = await make_artefacts(await collect_frozen(reads, edition_id, known_at), renderer, settings.public_url)
    store = ArtefactStore(settings.object_store)
    for artefact in made:
        await store.put(artefact.content)
    return time.monotonic() - begin
