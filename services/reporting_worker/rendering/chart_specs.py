"""Vega-Lite specification of the bar charts. Geometry only: every printed number comes formatted from the snapshot."""

from typing import Any, Final

from services.reporting_worker.rendering.blocks import Chart
from services.reporting_worker.rendering.palette import DEEP_BLUE, INK, RULE, UN_BLUE
from services.reporting_worker.rendering.resources import FONT_FAMILY

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
"""A name, never fetched: the converter carries the schema."""
WIDTH: Final = 252
"""Width of a chart in points of the printed page."""
ROW_STEP: Final = 14
"""Height of a row in points; the table beside the chart prints rows as high."""
LABEL_SIZE: Final = 8
GLYPH_WIDTH: Final = 0.5
"""Average advance of Djoliba Sans as a part of its size, to reserve room for texts."""


def base_config() -> dict[str, Any]:
    """Settings shared by all specifications: our font, no frame, no generated ARIA (the page says it in words)."""
    return {"font": FONT_FAMILY, "background": None, "aria": False, "view": {"stroke": None}, "padding": 0}


def text_width(text: str, size: float) -> float:
    """Room in points that a text of this size needs, a little more than it fills."""
    return len(text) * size * GLYPH_WIDTH + 2


def bar_length(value: str) -> float:
    """Length of the bar of a decimal text; a negative remainder has none."""
    return max(float(value), 0.0)


def bar_chart(chart: Chart) -> dict[str, Any]:
    """Horizontal bars: label to the left, bar, printed value behind its end."""
    longest_label = max((text_width(row.label, LABEL_SIZE) for row in chart.rows), default=0)
    longest_value = max((text_width(row.printed, LABEL_SIZE) for row in chart.rows), default=0)
    label_room = min(longest_label + 6, WIDTH * 0.52)
    bar_room = max(WIDTH - label_room - longest_value - 6, 40)
    widest = max((bar_length(row.value) for row in chart.rows), default=0) or 1
    rows = [
        {
            "row": index,
            "label": row.label,
            "printed": row.printed,
            "end": round(label_room + bar_room * bar_length(row.value) / widest, 2),
            "start": round(label_room, 2),
        }
        for index, row in enumerate(chart.rows)
    ]
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    return {
        "$schema": SCHEMA,
        "config": base_config(),
        "width": WIDTH,
        "height": {"step": ROW_STEP},
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rule", "color": RULE, "strokeWidth": 0.5, "yOffset": ROW_STEP / 2},
                "encoding": {"x": {"value": 0}, "x2": {"value": WIDTH}},
            },
            {
                "mark": {"type": "bar", "height": 8, "color": UN_BLUE, "cornerRadiusEnd": 1},
                "encoding": {"x": pixel("start"), "x2": {"field": "end"}},
            },
            {
                "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": LABEL_SIZE,
                         "color": INK, "limit": label_room - 4},
                "encoding": {"x": {"value": 0}, "text": {"field": "label"}},
            },
            {
                "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": LABEL_SIZE,
                         "fontWeight": 600, "color": DEEP_BLUE, "dx": 4},
                "encoding": {"x": pixel("end"), "text": {"field": "printed"}},
            },
        ],
    }  # fmt: skip


def pixel(field: str) -> dict[str, Any]:
    """A position that is already in points."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}
