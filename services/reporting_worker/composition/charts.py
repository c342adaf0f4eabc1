"""The charts and the map of an edition, drawn from figures only; printed parts add up to the printed total."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.prose.formats import MILLION, number, percentage, rounded, typeset
from services.reporting_worker.prose.material import AreaFact
from services.reporting_worker.prose.printers import figure_value
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import (
    CHART_ALT,
    CHART_TITLES,
    CHART_UNIT,
    MAP_ALT,
    MAP_TITLE,
    NOTHING_TO_DRAW,
    ROUNDING,
)
from services.reporting_worker.rendering.blocks import Chart, ChartRow, Count, Map, MapArea, NationalCounts, Note
from services.reporting_worker.rendering.spans import Span

CHART_DECIMALS = 2
"""Decimals of millions in the table of a chart."""


def chart(printer: Printer, parameters: Mapping[str, Any], title: str | None = None) -> Chart | Note:
    """A figure in USD by area or by sector, in millions; a rounding row where printed parts miss the total.

    Where there is nothing to draw, a note says so.
    """
    figure = printer.material.figures[parameters["figure"]]
    by: Literal["area", "sector"] = parameters["by"]
    lines = [line for line in getattr(figure.breakdowns, by) if line.number != 0]
    language = printer.language
    total = figure.number or Decimal(0)
    rows = [
        ChartRow(
            label=printer.said(line.label, line.key),
            value=format(line.number, "f"),
            printed=_millions(line.number, language),
            share=percentage(100 * line.number / total, language, 1) if total else None,
            figure=figure.key,
            href=printer.figure_address(figure.key),
        )
        for line in lines
    ]
    missing = _in_millions(total) - sum((_in_millions(line.number) for line in lines), Decimal(0))
    if missing:
        printed = number(missing, language, CHART_DECIMALS)
        rows.append(ChartRow(label=ROUNDING[language], value="0", printed=printed))
    title = title or CHART_TITLES[by][language].format(title=printer.said(figure.title, figure.key))
    if not lines:
        return Note(text=(Span(text=NOTHING_TO_DRAW[language].format(title=title)),))
    largest = max(lines, key=lambda line: line.number)
    return Chart(
        key=f"{figure.key}.{by}".replace(".", "-"),
        title=title,
        alt=CHART_ALT[language].format(
            title=title,
            total=figure_value(total, figure.unit, language),
            first=printer.said(largest.label, largest.key),
            value=_millions(largest.number, language),
        ),
        unit=CHART_UNIT[language],
        total=_millions(total, language),
        rows=tuple(rows),
        note=_notes(figure, language),
    )


def _in_millions(value: Decimal) -> Decimal:
    return rounded(value / MILLION, CHART_DECIMALS)


def _millions(value: Decimal, language: str) -> str:
    return number(value / MILLION, language, CHART_DECIMALS)


def _notes(figure: FigureValue, language: str) -> tuple[Span, ...]:
    return tuple(
        Span(text=typeset(note[language], language), computed=True) for note in figure.notes if language in note
    )


def map_of_areas(printer: Printer, parameters: Mapping[str, Any], title: str | None = None) -> Map:
    """The number of projects of each mechanism in each reporting area."""
    codes: list[str] = parameters["mechanisms"]
    language = printer.language
    areas = tuple(
        MapArea(
            slug=area.slug,
            name=printer.said(area.name, area.slug),
            lat=float(area.latitude),
            lon=float(area.longitude),
            counts=_counts(printer, area, codes),
        )
        for area in printer.material.areas
        if not area.is_national and area.latitude is not None and area.longitude is not None
    )
    national = next((area for area in printer.material.areas if area.is_national), None)
    notes = [span for code in codes for span in _notes(printer.material.figures[f"{code.lower()}.projects"], language)]
    return Map(
        key="overview",
        title=title or MAP_TITLE[language],
        alt=MAP_ALT[language],
        areas=areas,
        national=NationalCounts(
            name=printer.said(national.name, national.slug), counts=_counts(printer, national, codes)
        )
        if national
        else None,
        note=tuple(notes),
    )


def _counts(printer: Printer, area: AreaFact, codes: list[str]) -> tuple[Count, ...]:
    counts = []
    for code in codes:
        figure = printer.material.figures[f"{code.lower()}.projects"]
        value = figure.line("area", area.slug)
        if value:
            counts.append(
                Count.model_validate(
                    {
                        "mechanism": code,
                        "value": int(value),
                        "printed": number(value, printer.language),
                        "figure": figure.key,
                        "href": printer.figure_address(figure.key),
                    }
                )
            )
    return tuple(counts)
