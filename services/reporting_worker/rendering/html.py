"""The bulletin as one self-contained HTML page: no script, nothing loaded from elsewhere."""

import base64
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting_worker.rendering.blocks import Block, Chart, Map
from services.reporting_worker.rendering.charts import Charts
from services.reporting_worker.rendering.editorial import edited
from services.reporting_worker.rendering.labels import LABELS, mechanism_name
from services.reporting_worker.rendering.palette import TOKENS
from services.reporting_worker.rendering.resources import FONT_FAMILY, FONTS, TEMPLATES
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from shared.domain.notation import WIDE, day, instant

WEB_FONTS = (
    ("djoliba-sans-regular.woff2", 400, "normal"),
    ("djoliba-sans-italic.woff2", 400, "italic"),
    ("djoliba-sans-semibold.woff2", 600, "normal"),
    ("djoliba-sans-bold.woff2", 700, "normal"),
)


@cache
def environment() -> Environment:
    """The template environment: everything is escaped, a missing name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals["mechanism_name"] = mechanism_name
    env.globals["map_mechanisms"] = map_mechanisms
    env.globals["chart_has_share"] = chart_has_share
    env.filters["groupby_run"] = runs_of_kind
    return env


@cache
def stylesheet() -> Markup:
    """The page's style with its fonts and colours inlined."""
    faces = "".join(
        f"@font-face{{font-family:'{FONT_FAMILY}';font-style:{style};font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{base64.b64encode((FONTS / name).read_bytes()).decode()}) format('woff2')}}"
        for name, weight, style in WEB_FONTS
    )
    colours = ":root{" + ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in TOKENS.items()) + "}"
    css = (TEMPLATES / "bulletin.css").read_text(encoding="utf-8")
    return Markup(faces + "\n" + colours + "\n" + css)  # noqa: S704 - our own files, no data


def inline_svg(svg: str) -> Markup:
    """A picture drawn by us, ready to stand in the page and to scale with it.

    Its texts were escaped by the chart library; the surrounding figure carries the alternative text.
    """
    opening, rest = svg.split(">", 1)
    opening = opening.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    return Markup(f"{opening}>{rest}")  # noqa: S704


def map_mechanisms(block: Map) -> list[str]:
    """Mechanisms that have a column in the map's table, in the order of the publication."""
    shown = {count.mechanism for count in block.counts}
    return [mechanism for mechanism in ("QIP", "TF", "FP") if mechanism in shown]


def render_html(snapshot: LanguageSnapshot, charts: Charts) -> bytes:
    """The page of one language snapshot, UTF-8. The same snapshot always gives the same bytes."""
    snapshot = edited(snapshot)
    edition = snapshot.edition
    context: dict[str, Any] = {
        "snapshot": snapshot,
        "edition": edition,
        "labels": LABELS[snapshot.language],
        "stylesheet": stylesheet(),
        "svgs": {key: inline_svg(svg) for key, svg in charts.items()},
        "as_of": day(edition.as_of, snapshot.language).replace(" ", WIDE),
        "has_synthetic": has_synthetic(snapshot),
        "known_at": instant(edition.known_at, snapshot.language),
    }
    page = environment().get_template("bulletin.html.j2").render(context)
    return page.encode("utf-8")


def has_synthetic(snapshot: LanguageSnapshot) -> bool:
    """True when at least one printed fact carries the mark of made-up data."""
    return '"synthetic":true' in snapshot.model_dump_json(include={"sections"})


def chart_has_share(block: Chart) -> bool:
    """True when the chart's table needs a column of shares."""
    return any(row.share for row in block.rows)


def runs_of_kind(blocks: Sequence[Block]) -> list[list[Block]]:
    """Neighbouring blocks of the same kind together, so that key-figure boxes can share a row."""
    return [list(run) for _, run in groupby(blocks, key=lambda block: block.kind)]
