"""Draws the charts and maps of a snapshot once, as the SVG that page and print share."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import rfc8785
import vl_convert
from lxml import etree

from services.reporting_worker.rendering.blocks import Chart, Map
from services.reporting_worker.rendering.chart_specs import bar_chart
from services.reporting_worker.rendering.map_spec import proportional_map
from services.reporting_worker.rendering.resources import FONTS
from services.reporting_worker.rendering.schemas import LanguageSnapshot

Charts = Mapping[str, str]
"""SVG text by the key of its block."""

CACHE_SIZE: Final = 64
_drawn: OrderedDict[str, str] = OrderedDict()
UNWANTED: Final = frozenset({"role", "class"})
GEOMETRY_ATTRIBUTES: Final = frozenset({"d", "transform", "x", "y", "width", "height", "x2", "y2"})
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_LONG_DECIMALS: Final = re.compile(r"(?<=\d)(\.\d{2})\d+")


@cache
def register_fonts() -> None:
    """Tell the converter where our fonts are, so that it measures texts with them."""
    vl_convert.register_font_directory(str(FONTS))


def spec_digest(spec: dict[str, Any]) -> str:
    """SHA-256 of the specification in canonical JSON: the key under which its picture is kept."""
    return hashlib.sha256(rfc8785.dumps(spec)).hexdigest()


def draw(spec: dict[str, Any]) -> str:
    """The SVG of a Vega-Lite specification, drawn at most once by this process. It may load nothing by URL."""
    digest = spec_digest(spec)
    if digest in _drawn:
        _drawn.move_to_end(digest)
        return _drawn[digest]
    register_fonts()
    svg = tidied(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), digest[:8])
    _drawn[digest] = svg
    while len(_drawn) > CACHE_SIZE:
        _drawn.popitem(last=False)
    return svg


def tidied(svg: str, prefix: str) -> str:
    """The picture as it may stand in a page: short, and the same whatever was drawn before it.

    The chart library numbers its clip paths through all pictures of a process. Roles and labels go, since they describe
    single marks; the figure around the picture describes the whole.
    """
    root = etree.fromstring(svg.encode())
    names: dict[str, str] = {}
    for node in root.iter():
        for name in [key for key in node.attrib if key in UNWANTED or str(key).startswith("aria-")]:
            del node.attrib[name]
        for name in GEOMETRY_ATTRIBUTES & set(node.attrib):
            # Two decimals of a point are finer than any printer.
            node.set(name, _LONG_DECIMALS.sub(r"\1", node.get(name, "")))
        if (known := node.get("id")) is not None:
            node.set("id", names.setdefault(known, f"c{prefix}-{len(names)}"))
    for node in root.iter():
        if (reference := _REFERENCE.fullmatch(node.get("clip-path", ""))) is not None:
            node.set("clip-path", f"url(#{names[reference.group(1)]})")
    return etree.tostring(root, encoding="unicode")


def draw_charts(snapshot: LanguageSnapshot) -> Charts:
    """Every chart and map of the snapshot."""
    drawn: dict[str, str] = {}
    for section in snapshot.sections:
        for block in section.blocks:
            if isinstance(block, Chart):
                drawn[block.key] = draw(bar_chart(block))
            elif isinstance(block, Map):
                drawn[block.key] = draw(proportional_map(block, snapshot.language))
    return drawn
