"""The bulletin in print by Typst: tagged PDF that conforms to PDF/UA-1 and PDF/A-2a, with shipped fonts only."""

import json
from datetime import UTC
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import typst

from services.reporting_worker.rendering.charts import Charts
from services.reporting_worker.rendering.html import has_synthetic
from services.reporting_worker.rendering.labels import LABELS, long_date
from services.reporting_worker.rendering.palette import TOKENS
from services.reporting_worker.rendering.resources import FONT_FAMILY, FONTS, TEMPLATES
from services.reporting_worker.rendering.schemas import LanguageSnapshot

STANDARDS: Final = ("ua-1", "a-2a")


@cache
def compiler() -> typst.Compiler:
    """One compiler for the process: it reads the templates and our fonts, no system font and no package."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(TEMPLATES / "bulletin.typ"), root=str(TEMPLATES), font_paths=fonts)


def origin_of(url: str | None) -> str | None:
    """`https://host` of the edition's page, which makes relative links absolute; none without a page."""
    if not url:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def template_data(snapshot: LanguageSnapshot, charts: Charts) -> dict[str, Any]:
    """Everything that the template reads, as one JSON object of texts and numbers."""
    edition = snapshot.edition
    as_of = edition.as_of
    return {
        "snapshot": snapshot.model_dump(mode="json"),
        "charts": dict(charts),
        "labels": dict(LABELS[snapshot.language]),
        "palette": dict(TOKENS),
        "font": FONT_FAMILY,
        "as_of": long_date(snapshot.language, as_of.year, as_of.month, as_of.day),
        "known_at": f"{edition.known_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "has_synthetic": has_synthetic(snapshot),
        "origin": origin_of(edition.page_url),
    }


def render_pdf(snapshot: LanguageSnapshot, charts: Charts) -> bytes:
    """The print of one language snapshot. The same snapshot always gives the same bytes.

    Raises `typst.TypstError` when the document would break one of the standards, for instance by a character that
    the shipped fonts do not hold.
    """
    data = json.dumps(template_data(snapshot, charts), ensure_ascii=False, separators=(",", ":"))
    document = compiler().compile(
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=list(STANDARDS),
        timestamp=int(snapshot.edition.known_at.timestamp()),
    )
    if not isinstance(document, bytes):
        raise TypeError(f"Typst gave {type(document).__name__} instead of one document.")
    return document
