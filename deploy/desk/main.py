"""`/desk`: the application."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.desk.calendar import calendar
from deploy.desk.conversion import conversion
from deploy.desk.donor import donor
from deploy.desk.edition import accept, edition, preview
from deploy.desk.entry import enter
from deploy.desk.feeds import feeds
from deploy.desk.filling import act, create
from deploy.desk.history import history
from deploy.desk.home import home
from deploy.desk.lists import export, rows, search
from deploy.desk.offers import options
from deploy.desk.people import people
from deploy.desk.project import project
from deploy.desk.protection import Protection
from deploy.desk.rates import rates
from deploy.desk.reception import Reception
from deploy.desk.register import register
from deploy.desk.row import row
from deploy.desk.session import KEPT
from deploy.desk.worklists import worklist, worklists

STATIC = Path(__file__).parent / "static"
FILES = frozenset(f"/desk/{one.name}" for one in STATIC.iterdir())
"""The addresses of what is the same for everybody."""


class Sessions:
    """Finds out, before a page is drawn, who has signed in, and sets what cookies that changes."""

    def __init__(self, app: ASGIApp, reception: Reception) -> None:
        self._app, self._reception = app, reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or scope["path"] in FILES:  # what caches share bears nobody's cookies
            await self._app(scope, receive, send)
            return
        kept = scope[KEPT] = await self._reception.kept(Request(scope))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                # before those of the page: where it signs somebody in or out, that is what holds
                mine = [(b"set-cookie", one.encode("latin-1")) for one in kept.cookies]
                message["headers"] = [*mine, *message.get("headers", ())]
            await send(message)

        await self._app(scope, receive, answer)


def create_desk(pages: Reception) -> Starlette:
    """The desk with its reception."""

    async def kept(request: Request) -> Response:
        return FileResponse(
            STATIC / request.url.path.rpartition("/")[2], headers={"Cache-Control": "public, max-age=3600"}
        )

    async def root(_: Request) -> Response:
        return RedirectResponse("/desk", status_code=308)

    return Starlette(
        routes=[
            Route("/desk/", root),
            *(Route(one, kept) for one in FILES),
            Route("/desk", pages.page(home)),
            *pages.routes,
            Route("/desk/search", pages.page(search)),
            Route("/desk/conversion", pages.page(conversion)),
            Route("/desk/options/{noun}", pages.page(options)),
            Route("/desk/worklists", pages.page(worklists)),
            Route("/desk/worklists/{worklist}", pages.page(worklist)),
            Route("/desk/calendar-feeds", pages.page(feeds), methods=["GET", "POST"]),
            Route("/desk/calendar", pages.page(calendar)),
            Route("/desk/people", pages.page(people)),
            Route("/desk/register", pages.page(register), methods=["GET", "POST"]),
            Route("/desk/rates", pages.page(rates), methods=["GET", "POST"]),
            Route("/desk/editions/{row}/preview/{language}", pages.page(preview)),
            Route("/desk/editions/{row}/controls/{control}/acceptance", pages.page(accept), methods=["GET", "POST"]),
            Route("/desk/projects/new", pages.page(enter), methods=["GET", "POST"]),
            Route("/desk/{resource}.{suffix}", pages.page(export)),
            Route("/desk/{resource}", pages.page(rows)),
            Route("/desk/{resource}/new", pages.page(create), methods=["GET", "POST"]),
            Route("/desk/projects/{row}", pages.page(project)),
            Route("/desk/donors/{row}", pages.page(donor)),
            Route("/desk/editions/{row}", pages.page(edition)),
            Route("/desk/{resource}/{row}", pages.page(row)),
            Route("/desk/{resource}/{row}/history", pages.page(history)),
            Route("/desk/{resource}/{row}/{act}", pages.page(act), methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Protection), Middleware(Sessions, reception=pages)],
        exception_handlers={404: pages.missing},
    )
