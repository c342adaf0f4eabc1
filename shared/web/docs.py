"""`/docs`: the contract as plain pages in French and English, drawn from the OpenAPI document, without scripts.

Nothing is fetched from elsewhere. `shared/web/reference.py` reads the document, `shared/web/words` has the sentences,
`shared/web/guides` the step-by-step pages.
"""

from asyncio import to_thread
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from shared.errors import NotFound, Problem
from shared.web.examples import Document
from shared.web.language import language_of
from shared.web.problems import TYPE_PREFIX
from shared.web.reference import Operation, operations
from shared.web.refusals import kinds
from shared.web.words import translated

GUIDES = ("enter-a-qip", "record-money", "make-an-edition", "texts-and-tokens")
"""Step by step, each in both languages beside this module; every command of theirs is run by a test."""

_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Vary": "Accept-Language"}


@dataclass(frozen=True)
class Refusal:
    """A type of problem, for the page of errors."""

    type: str
    status: int
    title: Mapping[str, str]
    meaning: str


def refusals() -> Iterator[Refusal]:
    """Every type of problem that the loaded services can answer, by status."""
    found = {one.kind: one for one in kinds(Problem) if one.kind != Problem.kind}
    for kind in sorted(found, key=lambda kind: (found[kind].status, kind)):
        one = found[kind]
        meaning = (one.__doc__ or "").partition("\n\n")[0].replace("\n    ", " ").strip()
        yield Refusal(TYPE_PREFIX + kind, one.status, one.title, meaning)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("shared.web"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """The pages of one document, each rendered once a language."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._tags: dict[str, list[Operation]] = {}
        for tag, operation in operations(document):
            self._tags.setdefault(tag, []).append(operation)
        self._rendered: dict[tuple[str, str], str] = {}

    def render(self, name: str, language: str) -> str:
        """A page by its name: empty for the first one, a tag, `errors`, or a guide.

        Raises:
            NotFound: there is no such page.
        """
        known = (name, language)
        if known not in self._rendered:
            self._rendered[known] = self._page(name, language)
        return self._rendered[known]

    def _page(self, name: str, language: str) -> str:
        say = partial(translated, language=language)
        tags = {slug_of(tag): tag for tag in self._tags}
        draw = partial(
            _draw, language=language, say=say, document=self._document, tags=dict(sorted(tags.items())),
            guides={guide: guide_title(guide, language) for guide in GUIDES}, name=name,
        )  # fmt: skip
        if not name:
            return draw("docs_index.html", groups=self._tags)
        if name in tags:
            return draw("docs_tag.html", tag=tags[name], operations=self._tags[tags[name]])
        if name == "errors":
            return draw("docs_errors.html", refusals=list(refusals()))
        if name in GUIDES:
            url = self._document.get("servers", [{"url": ""}])[0]["url"]
            return draw("docs_guide.html", content=Markup(_html(guide_text(name, language), url)))  # noqa: S704
        raise NotFound(
            {
                "fr": f"Aucune page « {name[:80]} » dans la documentation ; /docs les liste.",
                "en": f"There is no page '{name[:80]}' in the documentation; /docs lists them.",
            }
        )


def _draw(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


def slug_of(tag: str) -> str:
    """A tag in an address."""
    return tag.replace(" ", "-")


def guide_text(guide: str, language: str) -> str:
    """A guide's Markdown."""
    return files("shared.web").joinpath(f"guides/{guide}.{language}.md").read_text(encoding="utf-8")


def guide_title(guide: str, language: str) -> str:
    """A guide's first heading."""
    return guide_text(guide, language).partition("\n")[0].removeprefix("# ")


def _html(text: str, url: str) -> str:
    """Our own Markdown as HTML; commands name the origin that serves the page."""
    rendered: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return rendered.replace("http://127.0.0.1:8000", url)


def docs_routes(document: Callable[[], Document]) -> list[BaseRoute]:
    """The routes of the pages; the document is read when the first of them is asked for."""
    pages: list[Pages] = []

    async def docs(request: Request) -> Response:
        if not pages:
            pages.append(await to_thread(lambda: Pages(document())))
        language = request.query_params.get("lang") or language_of(request.headers.get("accept-language"))
        name = request.path_params.get("page", "")
        return HTMLResponse(
            await to_thread(pages[0].render, name, "fr" if language == "fr" else "en"), headers=_HEADERS
        )

    return [Route("/docs", docs, include_in_schema=False), Route("/docs/{page}", docs, include_in_schema=False)]
