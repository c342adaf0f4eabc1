"""What an edition is frozen as: canonical JSON (RFC 8785) of its figures, and of its texts in each language."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import rfc8785
from pydantic import BaseModel

from services.reporting_worker.composition.collecting import Collected
from services.reporting_worker.composition.sections import Composer
from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.prose.formats import period
from services.reporting_worker.prose.material import Material
from services.reporting_worker.prose.printers import FigureAddress
from services.reporting_worker.prose.unresolved import UnresolvedToken
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import NOTICE, PUBLISHER, SUPERSEDES
from services.reporting_worker.rendering.blocks import Note
from services.reporting_worker.rendering.schemas import EditionHead, LanguageSnapshot, Section
from services.reporting_worker.rendering.spans import Span

SNAPSHOT_VERSION = 3
"""Raised when the shape changes; readers of old versions are kept. 1 had acceptances in one language; up to 2 a row behind a figure was a list."""

AUDIENCES = {
    "public": frozenset({"public"}),
    "partners": frozenset({"public", "partners"}),
    "internal": frozenset({"public", "partners", "internal"}),
}


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way to write a document as JSON (RFC 8785): sorted keys, no spaces, UTF-8."""
    return rfc8785.dumps(dict(document))


def _figures(figures: Mapping[str, FigureValue]) -> dict[str, Any]:
    """The figures without the instant at which they happened to be read."""
    return {key: one.model_dump(mode="json", exclude={"read_at"}) for key, one in figures.items()}


def figures_snapshot(collected: Collected) -> dict[str, Any]:
    """Every figure with its rows, for the mission: internal."""
    return _snapshot(collected.material, collected.figures, collected.rows, "internal")


def public_figures_snapshot(collected: Collected) -> dict[str, Any]:
    """Every figure with the rows that everybody may see, and how many are not shown: public by allow-list."""
    return _snapshot(collected.material, collected.material.figures, collected.public_rows, "public")


def _snapshot(
    material: Material, figures: Mapping[str, FigureValue], rows: Mapping[str, Any], audience: str
) -> dict[str, Any]:
    edition = material.edition
    return {
        "snapshot_version": SNAPSHOT_VERSION,
        "audience": audience,
        "edition": {
            "id": edition.id,
            "slug": edition.slug,
            "as_of": edition.as_of.isoformat(),
            "known_at": material.known_at.isoformat(),
            "period_start": edition.period_start.isoformat(),
            "period_end": edition.period_end.isoformat(),
        },
        "figures": _figures(figures),
        "rows": rows["rows"],
        "subjects": rows["subjects"],
        "areas": {area.slug: dict(area.name) for area in material.areas},
        "controls": [
            {
                "key": one.key,
                "outcome": one.outcome,
                "title": dict(one.title),
                "message": dict(one.message),
                "acceptance": one.acceptance and dict(one.acceptance),
            }
            for one in material.controls
        ],
    }


def page_path(slug: str, language: str) -> str:
    """The public page of an edition in one language."""
    return f"/bulletins/{slug}/{language}"


def figure_address(slug: str, language: str) -> FigureAddress:
    """Where the public reads the rows of each figure of an edition."""
    return lambda key: f"{page_path(slug, language)}/figures/{key}"


def language_snapshot(
    material: Material,
    language: str,
    *,
    figures_sha256: str,
    public_url: str,
    audience: str = "public",
    faults: list[UnresolvedToken] | None = None,
) -> LanguageSnapshot:
    """The edition in one language for one audience, every token printed.

    Raises:
        UnresolvedToken: a text names something that is not known, and nobody collects the `faults`.
    """
    composer = composer_of(material, language, audience, faults)
    return LanguageSnapshot(
        snapshot_version=SNAPSHOT_VERSION,
        language=language,
        audience=audience,
        figures_sha256=figures_sha256,
        edition=_head(composer, public_url),
        highlights=("highlights", "key-figures"),
        sections=(*_errata(composer), *composer.sections()),
    )


def composer_of(
    material: Material, language: str, audience: str = "public", faults: list[UnresolvedToken] | None = None
) -> Composer:
    """What composes an edition in one language for one audience."""
    address = figure_address(material.edition.slug, language)
    return Composer(Printer(material, language, address, faults), AUDIENCES[audience])


def every_part(composer: Composer, public_url: str) -> Iterator[tuple[str, BaseModel]]:
    """All that an edition prints, part by part, each with its place: `title`, `errata`, `section/position`."""
    yield "title", _head(composer, public_url)
    for section in _errata(composer):
        yield "errata", section
    for item, built in composer.parts():
        name = f"{item.section}/{item.position}"
        for block in built:
            yield f"{name} ({item.activity})" if item.activity else name, block


def _head(composer: Composer, public_url: str) -> EditionHead:
    material, language = composer.material, composer.language
    edition = material.edition
    is_synthetic = any(figure.synthetic for figure in material.figures.values())
    title = composer.printer.said(edition.title, edition.slug)
    label = period(edition.period_start, edition.period_end, language)
    return EditionHead(
        id=edition.id,
        series=edition.series,
        title=title,
        number=edition.number,
        label=None if _says(title, label) else label,
        period_start=edition.period_start,
        period_end=edition.period_end,
        as_of=edition.as_of,
        known_at=material.known_at,
        publisher=PUBLISHER[language],
        reference=edition.slug,
        page_url=public_url.rstrip("/") + page_path(edition.slug, language),
        is_synthetic=is_synthetic,
        notice=(Span(text=NOTICE[language], computed=True),) if is_synthetic else None,
    )


_WORD = re.compile(r"\w+")


def _says(title: str, period: str) -> bool:
    """Whether the title holds the words of the period, whatever joins them: "février et mars 2022"."""
    asked = _WORD.findall(period.casefold())
    return [word for word in _WORD.findall(title.casefold()) if word in asked] == asked


def _errata(composer: Composer) -> tuple[Section, ...]:
    text = composer.printer.text(composer.material.edition.errata)
    if not text:
        return ()
    note = Note(text=(Span(text=text),), tone="warning")
    return (Section(key="errata", title=SUPERSEDES[composer.language], blocks=(note,)),)
