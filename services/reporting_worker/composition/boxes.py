"""The bulletin's boxes of figures and its lists of sectors, one mechanism each."""

from services.reporting_worker.prose.formats import agreeing
from services.reporting_worker.prose.material import ItemFact, Material
from services.reporting_worker.prose.tokens import pieces
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import BOX_LABELS, NO_VALUE
from services.reporting_worker.rendering.schemas import FigureBox, FigureLine, SectorList, SectorLists


def figure_box(material: Material, printer: Printer, item: ItemFact) -> FigureBox:
    """The key figures of a mechanism, each with a short label and the page of its rows."""
    code = item.parameters["mechanism"]
    text = printer.text(item.text)
    return FigureBox(
        kind="figure_box",
        mechanism=code,
        title=printer.said(material.mechanisms[code].name, code),
        lines=tuple(_line(material, printer, key) for key in item.parameters["figures"]),
        text=printer.spans(pieces(" ".join(text.split()))) if text else (),
    )


def _line(material: Material, printer: Printer, key: str) -> FigureLine:
    figure = material.figures[key]
    label = printer.said(BOX_LABELS.get(key.partition(".")[2], figure.title), key)
    has_value = figure.number is not None  # a share of nothing has none
    return FigureLine(
        label=agreeing(label, figure.number or 0, printer.language),
        value=printer.span_of_figure(key).text if has_value else NO_VALUE,
        unit=figure.unit if figure.unit == "USD" else None,
        figure=key,
        href=printer.figure_address(key),
        synthetic=figure.synthetic > 0,
    )


def sector_lists(material: Material, printer: Printer, item: ItemFact) -> SectorLists:
    """The sectors of each mechanism, side by side."""
    lists = []
    for code in item.parameters["mechanisms"]:
        mechanism = material.mechanisms[code]
        sectors = tuple(printer.said(name, code) for name in mechanism.sectors)
        title = printer.said(mechanism.name, code)
        lists.append(SectorList.model_validate({"mechanism": code, "title": title, "sectors": sectors}))
    return SectorLists(kind="sector_lists", lists=tuple(lists))
