"""Page and print of an edition of the reference bulletin's length: cold and warm, against Typst alone (PERFORMANCE 5.7)."""

import json
import statistics
import time
from datetime import timedelta
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
HOUR = timedelta(hours=1)


def known_at(snapshot: dict[str, Any], round_: int) -> dict[str, Any]:
    """The same edition frozen at another instant: other bytes, nothing that a cache of whole documents could hold."""
    return snapshot | {"edition": snapshot["edition"] | {"known_at": f"2022-04-04T08:{round_:02d}:00Z"}}


def prints(snapshot: dict[str, Any]) -> tuple[float, float]:
    """Seconds of our print of an edition whose like was printed before, and of Typst alone on the same source."""
    model = LanguageSnapshot.model_validate(snapshot)
    charts = draw_charts(model)
    begin = time.perf_counter()
    pdf.render_pdf(model, charts)
    ours = time.perf_counter() - begin
    later = model.model_copy(
        update={"edition": model.edition.model_copy(update={"known_at": model.edition.known_at + HOUR})}
    )
    values = pdf.template_data(later, charts)
    fits = pdf.fitted(pdf.layout_digest(values), lambda _: [])
    data = json.dumps(values)
    begin = time.perf_counter()
    pdf.compiler(data, fits).compile(format="pdf", pdf_standards=list(pdf.STANDARDS), timestamp=0)
    return ours, time.perf_counter() - begin


async def measure(_: Bench) -> list[Ratio]:
    """Both languages, page and print: first in a new process, then warm with a changed edition each time."""
    editions = [json.loads((SNAPSHOTS / f"snapshot_{language}.json").read_text()) for language in ("fr", "en")]
    renderer = Renderer()

    async def both(round_: int) -> float:
        begin = time.perf_counter()
        for edition in editions:
            await renderer.render(known_at(edition, round_))
        return time.perf_counter() - begin

    try:
        cold = await both(0)
        warm = [await both(round_) for round_ in range(1, ROUNDS + 1)]
        prints(editions[0])
        pairs = [prints(known_at(editions[0], round_)) for round_ in range(1, ROUNDS + 1)]
        assert renderer.pid is not None
        resident = psutil.Process(renderer.pid).memory_info().rss / 1e6
    finally:
        await renderer.close()
    usual = statistics.median(warm)
    ours, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    return [
        Ratio("edition in two languages, page and print, cold", cold, "s", 2.5, is_limit=True),
        Ratio("edition in two languages, page and print, warm", usual, "s", 0.5, is_limit=True),
        Ratio("print of one language, documents a second", 1 / ours, "/s", 0.8, "Typst alone", 1 / alone),
        Ratio("renderer process, resident", resident, "MB", 250, is_limit=True),
    ]
