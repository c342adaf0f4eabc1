"""Page and print of an edition of the reference bulletin's length: cold and warm, against Typst alone (PERFORMANCE 5.7)."""

import json
import statistics
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.harness import Bench, Ratio
from services.reporting_worker.rendering import pdf
from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.renderer import Renderer
from services.reporting_worker.rendering.schemas import LanguageSnapshot

SNAPSHOTS = Path(__file__).resolve().parents[1] / "tests" / "reporting_worker" / "rendering"
ROUNDS = 7


def known_at(snapshot: dict[str, Any], round_: int) -> dict[str, Any]:
    """The same edition frozen at another instant: other bytes, nothing that a cache of whole documents could hold."""
    return snapshot | {"edition": snapshot["edition"] | {"known_at": f"2022-04-04T08:{round_:02d}:00Z"}}


def typst_alone(snapshot: dict[str, Any]) -> float:
    """Seconds of one compilation of the finished template with the fits known."""
    model = LanguageSnapshot.model_validate(snapshot)
    values = pdf.template_data(model, draw_charts(model))
    pdf.render_pdf(model, draw_charts(model))
    fits = pdf.fitted(pdf.layout_digest(values), lambda _: [], frozenset())
    begin = time.perf_counter()
    pdf.compiler(json.dumps(values), fits).compile(
        format="pdf", pdf_standards=list(pdf.STANDARDS), timestamp=0
    )
    return time.perf_counter() - begin


async def measure(_: Bench) -> list[Ratio]:
    """Both languages, page and print: first in a new process, then warm with a changed edition each time."""
    editions = [
        json.loads((SNAPSHOTS / f"snapshot_{language}.json").read_text()) for language in ("fr", "en")
    ]
    renderer = Renderer()

    async def both(round_: int) -> float:
        begin = time.perf_counter()
        for edition in editions:
            await renderer.render(known_at(edition, round_))
        return time.perf_counter() - begin

    try:
        cold = await both(0)
        warm, alone = [], []
        for round_ in range(1, ROUNDS + 1):
            warm.append(await both(round_))
            alone.append(sum(typst_alone(known_at(edition, round_ + 20)) for edition in editions))
        assert renderer.pid is not None
        resident = psutil.Process(renderer.pid).memory_info().rss / 1e6
    finally:
        await renderer.close()
    usual = statistics.median(warm)
    return [
        Ratio("edition in two languages, page and print, cold", cold, "s", 2.5, is_limit=True),
        Ratio("edition in two languages, page and print, warm", usual, "s", 0.5, is_limit=True),
        Ratio(
            "the same, editions a second", 1 / usual, "/s", 0.8, "Typst alone", 1 / statistics.median(alone)
        ),
        Ratio("renderer process, resident", resident, "MB", 250, is_limit=True),
    ]
