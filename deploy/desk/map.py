"""The map beside a list that counts by area and place: areas are shaded, places are points; each is a filter."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from deploy.desk.work import Desk, called

WIDTH, HEIGHT = 640, 560
WEST, EAST, NORTH, SOUTH = -12.4, 4.4, 25.1, 10.0
SQUEEZE = math.cos(math.radians(17.5))
"""A degree of longitude against one of latitude in the middle of Mali."""
SHADES = 4
LARGEST = 16


@dataclass(frozen=True)
class Shape:
    """An area, or a region that is none: its outline in the picture, how dark it is, and the address that filters by it."""

    path: str
    shade: int
    label: str
    address: str | None


@dataclass(frozen=True)
class Point:
    """A place with its rows: where it is, as exactly as that is known."""

    x: float
    y: float
    radius: float
    label: str
    address: str
    is_exact: bool


@dataclass(frozen=True)
class Map:
    """What the picture shows, and the counts of what lies in no area that is drawn."""

    shapes: Sequence[Shape]
    points: Sequence[Point]
    unplaced: Sequence[tuple[str, int, str]]
    """Places without coordinates: name, count, address."""


async def map_of(desk: Desk, name: str, asked: Mapping[str, str], totals: Mapping[str, Any]) -> Map | None:
    """The map of a list's totals; None where they do not count by area and place, or the outlines are not to be had."""
    counts = totals["by"]
    if "area" not in counts or "place" not in counts:
        return None
    areas, places, outlines = [
        await desk.lasting("/v1/reporting-areas"),
        await desk.lasting("/v1/places", {"limit": "500"}),
        await desk.lasting("/boundaries.geojson"),
    ]
    if not (areas and places and outlines):
        return None
    kept = {key: value for key, value in asked.items() if key not in {"area__in", "place__in", "cursor"}}

    def address(parameter: str, slug: str) -> str:
        return f"/desk/{name}?{urlencode({**kept, parameter: slug})}"

    of_region = {place: area for area in areas["items"] for place in area["places"]}
    language = desk.session.language
    most = max(counts["area"].values(), default=1)
    shapes = []
    for feature in outlines["features"]:
        slug = feature["properties"]["slug"]
        area, path = of_region.get(slug), _path(feature["geometry"])
        if area is None:
            shapes.append(Shape(path, 0, slug.capitalize(), None))
            continue
        count = counts["area"].get(area["slug"], 0)
        shade = math.ceil(count / most * SHADES) if count else 0
        shapes.append(Shape(path, shade, f"{called(area, language)} : {count}", address("area__in", area["slug"])))
    stated = [(place, counts["place"][place["slug"]]) for place in places["items"] if place["slug"] in counts["place"]]
    return Map(
        shapes,
        list(_points(stated, language, address)),
        [
            (called(place, language), count, address("place__in", place["slug"]))
            for place, count in stated
            if place["latitude"] is None
        ],
    )


def _points(stated: Sequence[tuple[Mapping[str, Any], int]], language: str, address: Any) -> Iterator[Point]:
    most = max((count for _, count in stated), default=1)
    for place, count in sorted(stated, key=lambda one: -one[1]):
        if place["latitude"] is not None:
            x, y = _at(float(place["longitude"]), float(place["latitude"]))
            radius = max(3.0, LARGEST * math.sqrt(count / most))
            label = f"{called(place, language)} : {count}"
            is_exact = place["coordinate_precision"] == "exact"
            yield Point(
                round(x, 1), round(y, 1), round(radius, 1), label, address("place__in", place["slug"]), is_exact
            )


def _at(longitude: float, latitude: float) -> tuple[float, float]:
    scale = min(WIDTH / ((EAST - WEST) * SQUEEZE), HEIGHT / (NORTH - SOUTH))
    return (longitude - WEST) * SQUEEZE * scale, (NORTH - latitude) * scale


def _path(geometry: Mapping[str, Any]) -> str:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    found = []
    for ring in (ring for polygon in polygons for ring in polygon):
        corners = [_at(longitude, latitude) for longitude, latitude in ring]
        found.append("M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in corners) + "Z")
    return "".join(found)
