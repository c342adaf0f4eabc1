"""Vega-Lite specification of the map: circles whose surface is the number of projects, over the areas of Mali."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from services.reporting_worker.rendering.blocks import Count, Map
from services.reporting_worker.rendering.chart_specs import SCHEMA, base_config, pixel
from services.reporting_worker.rendering.labels import LABELS, NEIGHBOURS, PLACES, mechanism_name
from services.reporting_worker.rendering.palette import (
    DEEP_BLUE,
    INK,
    LAND,
    MECHANISM_COLOURS,
    MUTED,
    REGION,
    REGION_QUIET,
)
from services.reporting_worker.rendering.resources import mali
from services.reporting_worker.rendering.spans import Language

WIDTH: Final = 493
HEIGHT: Final = 404
SCALE: Final = 1440
"""Points per radian of longitude."""
CENTRE: Final = (-4.6, 17.72)
"""Longitude and latitude at the middle of the picture."""
LARGEST_RADIUS: Final = 21
PANEL_X: Final = 12.0
PANEL_Y: Final = 12.0
PANEL_WIDTH: Final = 142.0
MECHANISMS: Final = ("QIP", "TF", "FP")
BULLETIN_REGIONS: Final = frozenset({"tombouctou", "gao", "kidal", "mopti", "bamako"})


def mercator(lon: float, lat: float) -> tuple[float, float]:
    """Position of a point in the picture, as Vega's mercator projection with our scale and centre gives it."""

    def northing(degrees: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2))

    x = WIDTH / 2 + SCALE * math.radians(lon - CENTRE[0])
    y = HEIGHT / 2 - SCALE * (northing(lat) - northing(CENTRE[1]))
    return round(x, 2), round(y, 2)


def radius(value: int, largest: int) -> float:
    """Radius of the circle whose surface is proportional to the value; none for zero."""
    return 0.0 if value <= 0 else LARGEST_RADIUS * math.sqrt(value / largest)


def cluster(
    name: str,
    counts: tuple[Count, ...],
    x: float,
    y: float,
    largest: int,
    *,
    flipped: bool = False,
    name_part: str = "name",
) -> list[dict[str, Any]]:
    """Circles of one place: the first one on the point, the others stacked beside it, each with its number.

    They stand to the right, or to the left when `flipped` because a neighbour is close on the right.
    """
    by_mechanism = {count.mechanism: count for count in counts if count.value > 0}
    ordered = [by_mechanism[key] for key in MECHANISMS if key in by_mechanism]
    if not ordered:
        return []
    first, others = ordered[0], ordered[1:]
    first_radius = radius(first.value, largest)
    marks = [circle(first, x, y, first_radius, inside=first_radius >= 10)]
    widest = max((radius(count.value, largest) for count in others), default=0.0)
    side = -1 if flipped else 1
    column = x + side * (first_radius + 3 + widest)
    heights = [max(2 * radius(count.value, largest), 10.0) for count in others]
    top = y - sum(heights) / 2
    for count, height in zip(others, heights, strict=True):
        own = radius(count.value, largest)
        text_x = column + side * (widest + 2.5)
        marks.append(circle(count, column, top + height / 2, own, inside=False, text_x=text_x, side=side))
        top += height
    reach = (2 * widest + 30) / 2 if others else 0.0
    above = max(first_radius, sum(heights) / 2) + 7
    marks.append({"part": name_part, "text": name, "x": round(x + side * reach * 0.6, 2), "y": round(y - above, 2)})
    return marks


def circle(
    count: Count, x: float, y: float, size: float, *, inside: bool, text_x: float = 0.0, side: int = 1
) -> dict[str, Any]:
    """One circle with its printed number inside it, or beside it on the given side."""
    return {
        "part": "circle",
        "mechanism": count.mechanism,
        "label": count.printed if inside else f"{count.printed}\u00a0{count.mechanism}",
        "where": "inside" if inside else ("right" if side > 0 else "left"),
        "x": round(x, 2),
        "y": round(y, 2),
        "text_x": round(x if inside else text_x, 2),
        "area": round(math.pi * size * size, 2),
    }


def key_panel(block: Map, language: Language, largest: int) -> list[dict[str, Any]]:
    """The panel at the upper left: what colours and sizes mean."""
    shown = {count.mechanism for area in block.areas for count in area.counts}
    left, y = PANEL_X + 10.0, PANEL_Y + 14.0
    marks: list[dict[str, Any]] = []
    for mechanism in (key for key in MECHANISMS if key in shown):
        marks.append({"part": "key", "mechanism": mechanism, "x": left + 4, "y": y, "area": 60.0})
        name = f"{mechanism_name(language, mechanism)} ({mechanism})"
        marks.append({"part": "key_label", "text": name, "x": left + 13, "y": y})
        y += 13.5
    marks.append({"part": "key_label", "text": LABELS[language]["size_legend"], "x": left, "y": y + 6})
    base, x = y + 16 + 2 * LARGEST_RADIUS, left
    for value in [step for step in (5, 50, 200) if step <= largest * 1.2] or [largest]:
        size = radius(value, largest)
        area = round(math.pi * size * size, 2)
        marks.append({"part": "ring", "x": round(x + size, 2), "y": round(base - size, 2), "area": area})
        marks.append({"part": "ring_label", "text": str(value), "x": round(x + size, 2), "y": base + 8})
        x += 2 * size + 14
    return marks


def area_marks(block: Map, language: Language) -> list[dict[str, Any]]:
    """Every symbol and word of the map, in points of the picture."""
    largest = max([1, *(count.value for count in block.counts)])
    marks: list[dict[str, Any]] = []
    for names, lon, lat in NEIGHBOURS:
        x, y = mercator(lon, lat)
        marks.append({"part": "country", "text": names[PLACES[language]].upper(), "x": x, "y": y})
    points = {area.slug: mercator(area.lon, area.lat) for area in block.areas}
    for area in block.areas:
        x, y = points[area.slug]
        crowded = any(
            slug != area.slug and 0 < other_x - x < 100 and abs(other_y - y) < 45
            for slug, (other_x, other_y) in points.items()
        )
        marks += cluster(area.name, area.counts, x, y, largest, flipped=crowded)
    if block.national:
        middle = PANEL_X + PANEL_WIDTH / 2
        marks += cluster(
            block.national.name, block.national.counts, middle, PANEL_Y + 166, largest, name_part="panel_name"
        )
    return marks + key_panel(block, language, largest)


def shape(features: list[Any], **mark: Any) -> dict[str, Any]:
    """A layer of GeoJSON features in the projection of the map."""
    return {
        "data": {"values": features},
        "projection": {"type": "mercator", "scale": SCALE, "center": list(CENTRE),
                       "translate": [WIDTH / 2, HEIGHT / 2]},
        "mark": {"type": "geoshape", "clip": True, **mark},
    }  # fmt: skip


def text_layer(part: str, by: str = "part", x: str = "x", text: str = "text", **mark: Any) -> dict[str, Any]:
    """A layer of the words of one part."""
    return {
        "transform": [{"filter": f"datum.{by} === '{part}'"}],
        "mark": {"type": "text", "baseline": "middle", **mark},
        "encoding": {"x": pixel(x), "y": pixel("y"), "text": {"field": text}},
    }


number_layer = partial(text_layer, by="where", x="text_x", text="label")
"""The printed numbers inside or beside the circles."""


def haloed(layer: Callable[..., dict[str, Any]], part: str, **mark: Any) -> list[dict[str, Any]]:
    """Words over the ground with a light rim, so that no border cuts through them."""
    rim = layer(part, color=REGION, stroke=REGION, strokeWidth=2.4, strokeJoin="round", **mark)
    return [rim, layer(part, color=INK, **mark)]


def point_layer(part: str, *, coloured: bool, **mark: Any) -> dict[str, Any]:
    """Circles of one part, their surface given in square points."""
    encoding: dict[str, Any] = {
        "x": pixel("x"),
        "y": pixel("y"),
        "size": {"field": "area", "type": "quantitative", "scale": None},
    }
    if coloured:
        scale = {"domain": list(MECHANISM_COLOURS), "range": list(MECHANISM_COLOURS.values())}
        encoding["color"] = {"field": "mechanism", "type": "nominal", "legend": None, "scale": scale}
    return {
        "transform": [{"filter": f"datum.part === '{part}'"}],
        "mark": {"type": "point", "shape": "circle", **mark},
        "encoding": encoding,
    }


def panel(height: float) -> dict[str, Any]:
    """The light ground of the key, so that no border runs through it."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rect", "color": "#ffffff", "opacity": 0.92, "cornerRadius": 3},
        "encoding": {
            "x": {"value": PANEL_X}, "x2": {"value": PANEL_X + PANEL_WIDTH},
            "y": {"value": PANEL_Y}, "y2": {"value": PANEL_Y + height},
        },
    }  # fmt: skip


def ground_layers() -> list[dict[str, Any]]:
    """Land, neighbours' borders, and Mali with the areas of the bulletin a shade darker."""
    parts = mali()
    quiet = [region for region in parts["regions"] if region["properties"]["slug"] not in BULLETIN_REGIONS]
    held = [region for region in parts["regions"] if region["properties"]["slug"] in BULLETIN_REGIONS]
    return [
        shape([parts["land"]], fill=LAND, stroke=None),
        shape([parts["neighbour_borders"]], filled=False, stroke="#ffffff", strokeWidth=1),
        shape(quiet, fill=REGION_QUIET, stroke="#ffffff", strokeWidth=0.6),
        shape(held, fill=REGION, stroke="#ffffff", strokeWidth=0.9),
        shape([parts["outline"]], filled=False, stroke=DEEP_BLUE, strokeWidth=0.9),
    ]


def symbol_layers() -> list[dict[str, Any]]:
    """Symbols and words, from the ground up."""
    return [
        text_layer("country", fontSize=7, color="#8b8878", fontWeight=600),
        point_layer("circle", coloured=True, filled=True, opacity=0.95, stroke="#ffffff", strokeWidth=0.8),
        point_layer("key", coloured=True, filled=True, opacity=1),
        point_layer("ring", coloured=False, filled=False, stroke=MUTED, strokeWidth=0.7),
        number_layer("inside", fontSize=11, fontWeight=700, color="#ffffff", align="center"),
        *haloed(number_layer, "right", fontSize=8.4, fontWeight=600, align="left"),
        *haloed(number_layer, "left", fontSize=8.4, fontWeight=600, align="right"),
        *haloed(text_layer, "name", fontSize=9.4, fontWeight=700, align="center"),
        text_layer("panel_name", fontSize=9.4, fontWeight=700, color=INK, align="center"),
        text_layer("key_label", fontSize=8, color=INK, align="left"),
        text_layer("ring_label", fontSize=7.4, color=MUTED, align="center"),
    ]


def proportional_map(block: Map, language: Language) -> dict[str, Any]:
    """The whole map as one specification, WIDTH by HEIGHT points."""
    symbols = {"data": {"values": area_marks(block, language)}, "layer": symbol_layers()}
    return {
        "$schema": SCHEMA,
        "config": base_config(),
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [*ground_layers(), panel(194 if block.national else 128), symbols],
    }
