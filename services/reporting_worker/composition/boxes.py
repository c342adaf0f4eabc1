"""What an edition says of its mechanisms: boxes of key figures, lists of sectors, lines of approved projects."""

from collections.abc import Iterator

from services.reporting_worker.prose.formats import agreeing, day, listed
from services.reporting_worker.prose.material import ApprovedProject, ItemFact
from services.reporting_worker.prose.printers import in_usd, stated
from services.reporting_worker.prose.tokens import pieces
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import APPROVED_LINE, BOX_LABELS, COLON, NO_VALUE, SEMICOLON
from services.reporting_worker.rendering.blocks import FigureBox, FigureLine, SectorList, SectorLists
from services.reporting_worker.rendering.spans import Span, Spans


def figure_box(printer: Printer, item: ItemFact) -> FigureBox:
    """The key figures of a mechanism, and what is said below them."""
    code = item.parameters["mechanism"]
    text = printer.text(item.text)
    return FigureBox(
        mechanism=code,
        title=printer.said(printer.material.mechanisms[code].name, code),
        lines=tuple(_line(printer, key) for key in item.parameters["figures"]),
        text=printer.spans(pieces(" ".join(text.split()))) if text else (),
    )


def _line(printer: Printer, key: str) -> FigureLine:
    figure = printer.material.figures[key]
    has_value = figure.number is not None  # a share of nothing has none
    label = printer.said(BOX_LABELS.get(key.partition(".")[2], figure.title), key)
    return FigureLine(
        label=agreeing(label, figure.number or 0, printer.language),
        value=printer.span_of_figure(key).text if has_value else NO_VALUE,
        unit=figure.unit if figure.unit == "USD" else None,
        figure=key,
        href=printer.figure_address(key),
        synthetic=figure.synthetic > 0,
    )


def sector_lists(printer: Printer, item: ItemFact) -> SectorLists:
    """The sectors of each mechanism, under its name."""
    lists = []
    for code in item.parameters["mechanisms"]:
        mechanism = printer.material.mechanisms[code]
        sectors = tuple(printer.said(name, code) for name in mechanism.sectors)
        lists.append(SectorList(mechanism=code, title=printer.said(mechanism.name, code), sectors=sectors))
    return SectorLists(lists=tuple(lists))


def approved_line(one: ApprovedProject, printer: Printer) -> Spans:
    """When a project was approved, what it is, who stands behind it, and what it costs."""
    return tuple(_approved(one, printer))


def _approved(one: ApprovedProject, printer: Printer) -> Iterator[Span]:
    language = printer.language
    yield Span(text=day(one.approved_on, language), strong=True, computed=True)
    yield Span(text=COLON[language] + printer.said(one.title, one.reference))
    for part, words in APPROVED_LINE.items():
        if names := getattr(one, part):
            shown = listed([printer.said(name, one.reference) for name in names], language)
            yield Span(text=SEMICOLON[language] + words[language].format(names=shown))
    if one.amount is not None:
        shown = SEMICOLON[language] + stated(one.amount, language)
        yield Span(text=shown, synthetic=one.amount.is_synthetic, computed=True)
        usd = in_usd(one.amount, language)
        if usd is not None and one.amount.usd_decimals is not None:
            yield Span(text=f" ({usd})", computed=True)
    yield Span(text=".")
