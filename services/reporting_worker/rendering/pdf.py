"""The bulletin in print by Typst: tagged PDF that conforms to PDF/UA-1 and PDF/A-2a, with shipped fonts only."""

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Collection
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import typst

from services.reporting_worker.rendering.charts import Charts
from services.reporting_worker.rendering.editorial import edited
from services.reporting_worker.rendering.html import has_synthetic
from services.reporting_worker.rendering.labels import LABELS
from services.reporting_worker.rendering.palette import TOKENS
from services.reporting_worker.rendering.resources import FONT_FAMILY, FONTS, OTHER_SCRIPTS, TEMPLATES
from services.reporting_worker.rendering.schemas import LanguageSnapshot
from services.reporting_worker.rendering.typesetting import Layout, Marks, fit
from shared.domain.notation import WIDE, day, instant

STANDARDS: Final = ("ua-1", "a-2a")
UNSEEN: Final = frozenset({"href", "url", "page_url", "origin", "id", "known_at", "figures_sha256", "figure"})
KEPT_FITS: Final = 32
MAY_BREAK: Final = "\u200b"
_LONG_WORD: Final = re.compile(r"\S{31,}")
_fits: OrderedDict[str, str] = OrderedDict()


@cache
def fonts() -> typst.Fonts:
    """Our fonts and no others, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def compiler(data: str, fits: str) -> typst.Compiler:
    """A compiler of the template for this data; it reads no package and no system font.

    `fits` holds only keys and numbers of ours; the edition's data never becomes source text.
    """
    main = f'#import "bulletin.typ": bulletin\n#bulletin(json(bytes({json.dumps(fits)})))\n'
    return typst.Compiler(main.encode(), root=str(TEMPLATES), font_paths=fonts(), sys_inputs={"data": data})


def origin_of(url: str | None) -> str | None:
    """`https://host` of the edition's page, which makes relative links absolute; none without a page."""
    if not url:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def template_data(snapshot: LanguageSnapshot, charts: Charts) -> dict[str, Any]:
    """Everything that the template reads, as one JSON object of texts and numbers."""
    edition = snapshot.edition
    return {
        "snapshot": breakable(edited(snapshot).model_dump(mode="json")),
        "charts": dict(charts),
        "labels": dict(LABELS[snapshot.language]),
        "palette": dict(TOKENS),
        "font": [FONT_FAMILY, *OTHER_SCRIPTS],
        "as_of": day(edition.as_of, snapshot.language).replace(" ", WIDE),
        "known_at": instant(edition.known_at, snapshot.language),
        "has_synthetic": has_synthetic(snapshot),
        "origin": origin_of(edition.page_url),
    }


def breakable(value: Any) -> Any:
    """The same texts with places to break words that no line holds; addresses, keys and alternative texts stay."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: MAY_BREAK.join(word.group()), value)
    if isinstance(value, dict):
        return {name: one if name in UNSEEN | {"key", "alt"} else breakable(one) for name, one in value.items()}
    return [breakable(one) for one in value] if isinstance(value, list | tuple) else value


def render_pdf(snapshot: LanguageSnapshot, charts: Charts) -> bytes:
    """The print of one language snapshot. The same snapshot always gives the same bytes.

    Raises `typst.TypstError` when the document would break one of the standards, for instance by a character that
    the shipped fonts do not hold.
    """
    values = template_data(snapshot, charts)
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    fresh = frozenset(section.key for section in snapshot.sections if section.page_break_before)

    def layout(fits: str) -> Marks:
        marks: Marks = json.loads(compiler(data, fits).query("<mark>", field="value"))
        return marks

    document = compiler(data, fitted(layout_digest(values), layout, fresh)).compile(
        format="pdf", pdf_standards=list(STANDARDS), timestamp=int(snapshot.edition.known_at.timestamp())
    )
    if not isinstance(document, bytes):
        raise TypeError(f"Typst gave {type(document).__name__} instead of one document.")
    return document


def layout_digest(values: dict[str, Any]) -> str:
    """Digest of all that decides where lines and pages break: not the addresses, the instants and the digests."""

    def visible(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bool(part) if key in UNSEEN else visible(part) for key, part in value.items()}
        return [visible(part) for part in value] if isinstance(value, list | tuple) else value

    return hashlib.sha256(json.dumps(visible(values), sort_keys=True).encode()).hexdigest()


def fitted(digest: str, layout: Layout, fresh: Collection[str] = ()) -> str:
    """The fits of a document with this layout, found once by this process.

    They follow from the layout alone, so that another process finds the same.
    """
    if digest not in _fits:
        _fits[digest] = fit(layout, fresh).as_json()
        while len(_fits) > KEPT_FITS:
            _fits.popitem(last=False)
    return _fits[digest]
