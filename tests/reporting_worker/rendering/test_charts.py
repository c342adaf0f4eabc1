"""Charts and map: geometry from the figures, and nothing else."""

import math
import re
from itertools import pairwise
from typing import Any

import lxml.etree

from services.reporting_worker.rendering.blocks import Chart, Map
from services.reporting_worker.rendering.chart_specs import bar_chart
from services.reporting_worker.rendering.charts import _drawn, draw, draw_charts, spec_digest
from services.reporting_worker.rendering.map_spec import area_marks, mercator, proportional_map
from services.reporting_worker.rendering.resources import mali
from services.reporting_worker.rendering.schemas import LanguageSnapshot


def blocks(snapshot: LanguageSnapshot, kind: str) -> list[Any]:
    return [block for section in snapshot.sections for block in section.blocks if block.kind == kind]


def chart(rows: list[tuple[str, str]]) -> Chart:
    return Chart.model_validate(
        {
            "kind": "chart", "key": "k", "title": "t", "alt": "a", "unit": "u",
            "rows": [{"label": label, "value": value, "printed": value} for label, value in rows],
        }
    )  # fmt: skip


def test_surface_of_a_circle_is_proportional_to_the_number_of_projects(snapshot: LanguageSnapshot) -> None:
    block: Map = blocks(snapshot, "map")[0]
    circles = [mark for mark in area_marks(block, snapshot.language) if mark["part"] == "circle"]
    counts = [count for area in block.areas for count in area.counts] + list(block.national.counts)
    surface = {str(count.value): count.value for count in counts}
    ratios = {round(mark["area"] / surface[re.sub(r"\D", "", mark["label"])], 1) for mark in circles}
    assert len(circles) == len(counts)
    assert max(ratios) - min(ratios) <= 0.1


def test_circles_stand_on_the_points_of_their_areas(snapshot: LanguageSnapshot) -> None:
    block: Map = blocks(snapshot, "map")[0]
    marks = area_marks(block, snapshot.language)
    centres = {(mark["x"], mark["y"]) for mark in marks if mark["part"] == "circle"}
    assert {mercator(area.lon, area.lat) for area in block.areas} <= centres


def test_an_area_without_projects_has_no_circle(snapshot: LanguageSnapshot) -> None:
    block: Map = blocks(snapshot, "map")[0]
    empty = block.areas[0].model_copy(update={"counts": ()})
    marks = area_marks(block.model_copy(update={"areas": (empty,), "national": None}), "fr")
    assert not [mark for mark in marks if mark["part"] in {"circle", "name"}]


def test_outline_is_clockwise_and_holds_every_area(snapshot: LanguageSnapshot) -> None:
    ring = mali()["outline"]["geometry"]["coordinates"][0][0]
    turning = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    assert turning > 0
    for area in blocks(snapshot, "map")[0].areas:
        assert inside(area.lon, area.lat, ring), area.slug


def inside(lon: float, lat: float, ring: list[list[float]]) -> bool:
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def test_bars_are_as_long_as_their_values() -> None:
    spec = bar_chart(chart([("Gao", "100"), ("Kidal", "25.5"), ("Reste", "-3"), ("Rien", "0")]))
    lengths = [row["end"] - row["start"] for row in spec["data"]["values"]]
    assert math.isclose(lengths[1] / lengths[0], 0.255, abs_tol=0.001)
    assert lengths[2] == lengths[3] == 0


def test_a_chart_of_zeros_is_drawn() -> None:
    assert draw(bar_chart(chart([("Gao", "0")]))).startswith("<svg")


def test_same_specification_gives_the_same_picture_and_another_a_new_one() -> None:
    first, second = (bar_chart(chart([("Gao", value)])) for value in ("1", "2"))
    assert spec_digest(first) != spec_digest(second)
    assert draw(first) == draw(first)


def test_a_picture_does_not_depend_on_what_was_drawn_before(snapshot: LanguageSnapshot) -> None:
    spec = proportional_map(blocks(snapshot, "map")[0], snapshot.language)
    drawn = draw(spec)
    _drawn.clear()
    draw(proportional_map(blocks(snapshot, "map")[0].model_copy(update={"national": None}), snapshot.language))
    assert draw(spec) == drawn


def test_pictures_are_well_formed_use_our_font_and_load_nothing(snapshot: LanguageSnapshot) -> None:
    for key, svg in draw_charts(snapshot).items():
        root = lxml.etree.fromstring(svg.encode())
        families = {node.get("font-family") for node in root.iter() if node.get("font-family")}
        assert families == {"Djoliba Sans"}, key
        assert not re.search(r'(href|src)="(?!#)|url\((?!#)|<script|<image', svg), key


def test_names_inside_the_pictures_of_one_page_never_collide(snapshot: LanguageSnapshot) -> None:
    ids = [name for svg in draw_charts(snapshot).values() for name in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


def test_labels_are_data_and_never_markup() -> None:
    svg = draw(bar_chart(chart([('<script>alert("1")</script> & Gao', "1")])))
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_map_is_one_specification_without_addresses(snapshot: LanguageSnapshot) -> None:
    spec = repr(proportional_map(blocks(snapshot, "map")[0], snapshot.language))
    assert re.findall(r"https?://[^']+", spec) == ["https://vega.github.io/schema/vega-lite/v5.json"]
