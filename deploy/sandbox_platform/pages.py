"""What readers of the sandbox platform see without an account: the archive by category, the posts, the files."""

import html
from datetime import date

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox_platform.archive import CATEGORIES, Archive, Entry
from deploy.sandbox_platform.representations import PERMALINKS, paragraphs, permalink

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
STYLE = """
:root { color-scheme: light; --ink: #22313f; --line: #d8dee4; --accent: #0b6e99; }
body { margin: 0; font: 1rem/1.6 "Source Sans 3", "Segoe UI", sans-serif; color: var(--ink); background: #f4f6f8; }
header { background: var(--accent); color: #fff; padding: 1.2rem 0; }
header a { color: inherit; text-decoration: none; }
header p { margin: .2rem 0 0; }
.inside { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
main.inside { background: #fff; border: 1px solid var(--line); margin: 1.5rem auto; padding: 1rem 1.5rem 2rem; }
article { overflow-wrap: anywhere; }
li { margin-bottom: .6rem; }
h1 { line-height: 1.25; }
h2 { border-bottom: 1px solid var(--line); font-size: 1.15rem; margin-top: 2rem; }
a { color: #0a5c80; }
time, footer { color: #56646f; font-size: .9rem; }
footer { padding-bottom: 2rem; }
"""


def _french_date(stamp: str) -> str:
    day = date.fromisoformat(stamp[:10])
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    document = f"""<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)} – Archive des partenaires</title>
<style>{STYLE}</style>
</head>
<body>
<header><div class="inside"><strong><a href="{PERMALINKS}/">Archive des partenaires</a></strong>
<p>Plateforme des groupes thématiques – bac à sable de démonstration</p></div></header>
<main class="inside">
{body}
</main>
<footer class="inside">Site d’essai local : ce qui s’y lit n’a été publié nulle part ailleurs.</footer>
</body>
</html>
"""
    return HTMLResponse(document, status)


def _dated(post: Entry) -> str:
    return f'<time datetime="{post["date"]}Z">{_french_date(post["date"])}</time>'


def _index(archive: Archive, origin: str, category: str | None = None) -> HTMLResponse:
    posts, sections = list(archive.published()), []
    for number, (slug, name) in sorted(CATEGORIES.items(), key=lambda item: item[1][1].lower()):
        entries = [post for post in posts if number in post["categories"]]
        if entries and category in (None, slug):
            lines = [
                f'<li><a href="{permalink(origin, post)}">{html.escape(post["title"])}</a><br>{_dated(post)}</li>'
                for post in entries
            ]
            heading = f'<h2 id="{slug}">{html.escape(name)} ({len(entries)})</h2>'
            sections.append(f"<section>{heading}\n<ul>\n{''.join(lines)}\n</ul></section>")
    empty = "<p>Aucun document n’a encore été publié.</p>"
    return _page("Documents", f"<h1>Documents publiés</h1>\n{''.join(sections) or empty}")


def _article(origin: str, post: Entry) -> HTMLResponse:
    names = ", ".join(CATEGORIES[number][1] for number in post["categories"])
    article = f"""<article>
<h1>{html.escape(post["title"])}</h1>
<p>{_dated(post)} – {html.escape(names)}</p>
{paragraphs(post["content"])}
</article>
<p><a href="{PERMALINKS}/">Tous les documents</a></p>"""
    response = _page(post["title"], article)
    response.headers["Link"] = f'<{origin}/wp-json/wp/v2/posts/{post["id"]}>; rel="alternate"; type="application/json"'
    return response


class Pages:
    """The public pages and files over one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    async def index(self, request: Request) -> Response:
        """The documents by category; `?p=ID` is the address of a post that has none yet."""
        number = request.query_params.get("p", "")
        if not number.isdigit():
            return _index(self.archive, _origin(request))
        post = self.archive.posts.get(int(number))
        if post is None or post["status"] != "publish":
            return _missing()
        return RedirectResponse(permalink(_origin(request), post), 301)

    async def article(self, request: Request) -> Response:
        """One published post."""
        origin = _origin(request)
        wanted = f"{origin}{request.url.path.rstrip('/')}/"
        for post in self.archive.published():
            if permalink(origin, post) == wanted:
                return _article(origin, post) if request.url.path.endswith("/") else RedirectResponse(wanted, 301)
        return _missing()

    async def category(self, request: Request) -> Response:
        """The documents of one category."""
        slug = request.path_params["slug"]
        known = slug in {slug for slug, _ in CATEGORIES.values()}
        return _index(self.archive, _origin(request), slug) if known else _missing()

    async def upload(self, request: Request) -> Response:
        """The bytes of a file."""
        path = request.path_params["path"]
        known = {media["file"] for media in self.archive.media.values()}
        return FileResponse(self.archive.uploads / path, media_type="application/pdf") if path in known else _missing()

    async def not_found(self, _: Request) -> Response:
        """Whatever has no page."""
        return _missing()


def _origin(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _missing() -> Response:
    body = "<h1>Page introuvable</h1>\n<p>Cette adresse ne mène à aucun document.</p>"
    return _page("Page introuvable", body, 404)


def routes(archive: Archive) -> list[Route]:
    """The routes of the public pages and files."""
    pages, day = Pages(archive), f"{PERMALINKS}/{{year:int}}/{{month}}/{{day}}"
    return [
        Route("/", pages.index),
        Route(f"{PERMALINKS}/", pages.index),
        Route(f"{day}/{{slug}}", pages.article),
        Route(f"{day}/{{slug}}/", pages.article),
        Route("/category/{slug}/", pages.category),
        Route("/wp-content/uploads/{path:path}", pages.upload),
        Route("/{path:path}", pages.not_found),
    ]
