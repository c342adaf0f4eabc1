"""Public addresses outside `/v1`: the list of bulletins, each page and document, and the rows behind a figure."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.reporting_worker.pages.boundaries import boundaries
from services.reporting_worker.pages.queries import published, published_artefact
from services.reporting_worker.pages.wording import WORDS
from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.prose.formats import number, percentage, period, typeset
from shared.domain import notation
from shared.domain.lifecycle import State
from shared.domain.notation import day, instant
from shared.errors import NotFound
from shared.refusal import Refusal
from shared.web.conditional import is_held

LANGUAGES = ("fr", "en")
FOREVER = "public, max-age=31536000, immutable"
"""A frozen file never changes; a correction has another address."""
ASK_AGAIN = "no-cache"
"""What people open is asked for each time: a correction may have come since."""

_templates = Environment(
    loader=PackageLoader("services.reporting_worker.pages"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    lstrip_blocks=True,
)


def _language(request: Request) -> str:
    """The reader's language, French unless English is asked for first."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if asked.strip().lower().startswith("en") else "fr"


class NotPublished(Refusal, NotFound):
    """No public page has this address."""

    fr = "« {what:.80} » n'est pas publié ; la liste des bulletins est à la page d'accueil."
    en = "'{what:.80}' is not published; the home page lists the bulletins."
    what: str


def _page(name: str, language: str, **values: Any) -> HTMLResponse:
    words = {key: texts[language] for key, texts in WORDS.items()}
    body = _templates.get_template(name).render(language=language, words=words, **values)
    return HTMLResponse(
        body,
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Vary": "Accept-Language"},
    )


async def home(request: Request) -> Response:
    """The bulletins published, newest first; says so when there is none yet."""
    language = _language(request)
    editions: dict[str, dict[str, Any]] = {}
    for row in await published(request.app.state.public_reads):
        edition = editions.setdefault(
            row["slug"],
            {
                "slug": row["slug"],
                "title": json.loads(row["title"]).get(language, ""),
                "period": period(row["period_start"], row["period_end"], language),
                "revision": row["revision"],
                "superseded_by": row["superseded_by"],
                "files": [],
            },
        )
        edition["files"].append({"language": row["language"], "format": row["format"]})
    return _page("home.html", language, editions=list(editions.values()))


async def edition(request: Request) -> Response:
    """A bulletin without its language leads to the reader's."""
    slug = request.path_params["slug"]
    headers = {"Vary": "Accept-Language"}
    return RedirectResponse(f"/bulletins/{slug}/{_language(request)}", status_code=302, headers=headers)


async def _stored(request: Request, slug: str, language: str, format_: str) -> tuple[Any, bytes]:
    row = await published_artefact(request.app.state.public_reads, slug, language, format_)
    if row is None:
        raise NotPublished(f"{slug}/{language}.{format_}")
    store = cast(ArtefactStore, request.app.state.artefacts)
    return row, await store.get(row["sha256"])


def _successor(row: Any, path: str) -> dict[str, str]:
    """The header that leads from a superseded file to its like of the revision in force (RFC 5829)."""
    newer = row["superseded_by"]
    return {"Link": f'</bulletins/{newer}/{path}>; rel="successor-version"'} if newer else {}


async def _artefact(request: Request, language: str, format_: str, path: str, filename: str | None = None) -> Response:
    row, content = await _stored(request, request.path_params["slug"], language, format_)
    return _frozen(request, row, content, {"Cache-Control": FOREVER, **_successor(row, path)}, filename)


def _frozen(
    request: Request, row: Any, content: bytes, headers: dict[str, str], filename: str | None = None
) -> Response:
    """The stored bytes, or 304 for who holds them."""
    etag = f'"{row["sha256"]}"'
    headers["ETag"] = etag
    if filename:
        headers["Content-Disposition"] = f'inline; filename="{filename}"'
    if is_held(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=row["media_type"], headers=headers)


async def page(request: Request) -> Response:
    """A bulletin's page (`fr`), or the stored bytes of the page (`fr.html`) or the document (`fr.pdf`).

    The page of a superseded bulletin is a note that leads to the revision in force and to the bytes as frozen.
    """
    slug, wanted = request.path_params["slug"], request.path_params["wanted"]
    language, _, extension = wanted.partition(".")
    if language not in LANGUAGES or extension not in {"", "html", "pdf"}:
        raise NotPublished(f"{slug}/{wanted}")
    if extension:
        filename = f"bulletin-{slug}-{language}.pdf" if extension == "pdf" else None
        return await _artefact(request, language, extension, wanted, filename)
    row, content = await _stored(request, slug, language, "html")
    headers = {"Cache-Control": ASK_AGAIN, **_successor(row, language)}
    if not row["superseded_by"]:
        return _frozen(request, row, content, headers)
    note = _page(
        "superseded.html",
        language,
        slug=slug,
        title=json.loads(row["title"]).get(language, ""),
        period=period(row["period_start"], row["period_end"], language),
        newer=row["superseded_by"],
    )
    note.headers.update(headers)
    return note


async def figures(request: Request) -> Response:
    """The public snapshot of a bulletin's figures, as frozen."""
    return await _artefact(request, "mul", "figures", "figures.json")


_LISTED = ("subject", "reference", "value", "state", "fact_id", "rate_id", "protection")


_STATES = {one.value: one.words for one in State}


def row_of_snapshot(row: Any) -> Mapping[str, Any]:
    """A row behind a figure by its members; snapshots up to version 2 hold a list of them."""
    return dict(zip(_LISTED, row, strict=True)) if isinstance(row, list) else row


async def figure(request: Request) -> Response:
    """One figure of a frozen bulletin with the rows behind it, from its public snapshot."""
    slug, language, key = (request.path_params[name] for name in ("slug", "language", "key"))
    if language not in LANGUAGES:
        raise NotPublished(f"{slug}/{language}")
    stored, content = await _stored(request, slug, "mul", "figures")
    snapshot = json.loads(content)
    found = snapshot["figures"].get(key)
    if found is None:
        raise NotPublished(f"{slug}/{key}")
    rows = [
        {
            "reference": row["reference"],
            "title": (snapshot["subjects"].get(row["reference"]) or {}).get(language, ""),
            "value": _shown(row["value"], found["unit"], language),
            "state": _STATES.get(row["state"], {}).get(language, ""),
        }
        for row in map(row_of_snapshot, snapshot["rows"].get(key, []))
    ]
    found["formula"] = {one: typeset(text, one) for one, text in found["formula"].items()}
    return _page(
        "figure.html",
        language,
        slug=slug,
        newer=stored["superseded_by"],
        figure=found,
        value=_shown(found["value"], found["unit"], language),
        as_of=day(date.fromisoformat(found["as_of"]), language),
        known_at=found["known_at"],
        known_on=instant(datetime.fromisoformat(found["known_at"]), language),
        rows=rows,
        **_tables(found, language),
    )


def _tables(figure: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Its rates, counts and breakdowns, as the language writes numbers and dates."""
    counts = {"rows": figure["count"], "synthetic": figure["synthetic"], "not_shown": figure["not_shown"]["count"]}
    return {
        "rates": [
            {
                **rate,
                "value": notation.number(Decimal(rate["value"]), language),
                "effective_on": day(date.fromisoformat(rate["effective_on"]), language),
            }
            for rate in figure["rates"]
        ],
        "counts": {name: number(Decimal(count or 0), language) for name, count in counts.items()},
        "lines": {
            cut: [
                {"label": line["label"][language], "value": _shown(line["value"], figure["unit"], language)}
                for line in figure["breakdowns"][cut]
            ]
            for cut in ("area", "sector")
        },
    }


def _shown(value: str | None, unit: str, language: str) -> str:
    if value is None:
        return ""
    exact = Decimal(value)
    if unit == "percent":
        return percentage(exact, language, 2)
    if unit == "USD":
        return number(exact, language, 2)
    return notation.number(exact, language)


PAGES: tuple[BaseRoute, ...] = (
    Route("/", home, name="home"),
    Route("/boundaries.geojson", boundaries, name="boundaries"),
    Route("/bulletins/{slug}", edition, name="edition_page"),
    Route("/bulletins/{slug}/figures.json", figures, name="edition_figures"),
    Route("/bulletins/{slug}/{wanted}", page, name="edition_file"),
    Route("/bulletins/{slug}/{language}/figures/{key}", figure, name="edition_figure"),
)
"""Mounted at the origin beside the API."""
