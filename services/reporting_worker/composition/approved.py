"""The line of a project that was approved in the period: when, what, by whom, at what cost."""

from services.reporting_worker.prose.formats import day, listed
from services.reporting_worker.prose.material import ApprovedProject
from services.reporting_worker.prose.printers import in_usd, stated
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import APPROVED_LINE, COLON, SEMICOLON
from services.reporting_worker.rendering.schemas import Span, Spans


def approved_line(printer: Printer, one: ApprovedProject) -> Spans:
    """Date, title, parties and amount, as far as they are known."""
    language = printer.language
    return (
        Span(text=day(one.approved_on, language), strong=True, computed=True),
        Span(text=COLON[language] + printer.said(one.title, one.reference)),
        *_parties(printer, one),
        *_amount(one, language),
        Span(text="."),
    )


def _parties(printer: Printer, one: ApprovedProject) -> Spans:
    language = printer.language
    named = {"sponsors": one.sponsors, "implementers": one.implementers, "funders": one.funders}
    shown = {
        part: listed([printer.said(name, one.reference) for name in names], language)
        for part, names in named.items()
        if names
    }
    return tuple(
        Span(text=SEMICOLON[language] + APPROVED_LINE[part][language].format(names=names))
        for part, names in shown.items()
    )


def _amount(one: ApprovedProject, language: str) -> Spans:
    if one.amount is None:
        return ()
    amount = SEMICOLON[language] + stated(one.amount, language)
    said = [Span(text=amount, synthetic=one.amount.is_synthetic, computed=True)]
    usd = in_usd(one.amount, language)
    if usd is not None and one.amount.usd_decimals is not None:
        said.append(Span(text=f" ({usd})", computed=True))
    return tuple(said)
