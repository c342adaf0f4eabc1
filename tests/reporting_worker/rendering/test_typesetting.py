"""The fits of the print: no text leaves its frame, and columns come out equal."""

import json
from typing import Any

import pytest

from services.reporting_worker.rendering import pdf
from services.reporting_worker.rendering.charts import draw_charts
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from services.reporting_worker.rendering.typesetting import (
    LINE,
    PAGE_BOTTOM,
    PAGE_TOP,
    Fits,
    Marks,
    adjust,
    by_place,
    fit,
    overflowing,
    room_left,
)


def mark(at: str, page: int, x: float, y: float, **more: float) -> dict[str, Any]:
    return {"key": "k", "at": at, "page": page, "x": x, "y": y, **more}


def test_room_is_counted_in_both_columns_and_on_the_page_that_follows() -> None:
    start = mark("start", 1, 51, 100)
    assert room_left(start, mark("end", 1, 306, 250), mark("after", 1, 51, 300)) == 50
    assert room_left(start, mark("end", 1, 51, 250), mark("after", 1, 51, 300)) == 250
    assert room_left(start, mark("end", 1, 306, 320), mark("after", 1, 51, 300)) == -20
    assert room_left(start, mark("end", 1, 306, 700), mark("after", 2, 51, PAGE_TOP + 40)) == 80
    assert room_left(start, mark("end", 1, 51, PAGE_BOTTOM - 30), mark("after", 2, 51, PAGE_TOP)) == 60


def test_a_text_over_its_frame_gets_a_higher_one_and_never_less_again() -> None:
    fits = Fits()
    over = [mark("start", 1, 51, 100, height=100), mark("end", 1, 306, 215), mark("after", 1, 51, 200)]
    assert adjust(over, fits)
    assert fits.heights["k"] == 116
    wide = [mark("start", 1, 51, 100, height=116), mark("end", 1, 306, 150), mark("after", 1, 51, 216)]
    adjust(wide, fits)
    assert fits.heights["k"] >= 100 + LINE


def test_a_section_that_begins_at_the_foot_of_a_page_is_sent_to_the_next() -> None:
    fits = Fits()
    assert adjust([mark("section", 1, 51, PAGE_BOTTOM - 40)], fits)
    assert fits.breaks == ["k"]
    assert not adjust([mark("section", 2, 51, PAGE_TOP)], fits)


def test_a_chart_that_leaves_a_gap_floats() -> None:
    fits = Fits()
    assert adjust([mark("chart-place", 1, 51, 400), mark("chart", 2, 51, PAGE_TOP)], fits)
    assert fits.floats == ["k"]


def marks_of(source: dict[str, Any]) -> Marks:
    snapshot = LanguageSnapshot.model_validate(source)
    data = json.dumps(pdf.template_data(snapshot, draw_charts(snapshot)))

    def layout(fits: str) -> Marks:
        found: Marks = json.loads(pdf.compiler(data, fits).query("<mark>", field="value"))
        return found

    return layout(fit(layout).as_json())


def without(source: dict[str, Any], *keys: str) -> dict[str, Any]:
    source["sections"] = [section for section in source["sections"] if section["key"] not in keys]
    return source


@pytest.mark.parametrize(
    "left_out", [("highlights", "key_figures", "foreword", "partners"), ("tf", "controls", "outreach")]
)
def test_no_text_leaves_its_frame_whatever_the_sections(source: dict[str, Any], left_out: tuple[str, ...]) -> None:
    marks = marks_of(without(source, *left_out))
    assert not overflowing(marks)
    for key, places in by_place(marks).items():
        if "end" in places:
            assert places["end"]["y"] < PAGE_BOTTOM + LINE, key


def test_no_section_begins_where_only_its_heading_fits(source: dict[str, Any]) -> None:
    sections = [place for place in marks_of(source) if place["at"] == "section"]
    assert sections
    assert all(PAGE_BOTTOM - place["y"] > 3 * LINE for place in sections)
