"""`/desk`: the application, and the people whom one may be where it is tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.desk.calendar import calendar
from deploy.desk.conversion import conversion
from deploy.desk.donor import donor
from deploy.desk.edition import accept, edition, preview
from deploy.desk.entry import enter
from deploy.desk.filling import act, create
from deploy.desk.home import home
from deploy.desk.lists import export, rows, search
from deploy.desk.offers import options
from deploy.desk.people import people
from deploy.desk.project import project
from deploy.desk.protection import Protection
from deploy.desk.rates import rates
from deploy.desk.row import row
from deploy.desk.writing import Writing

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Person:
    """Somebody whom one may be where the desk is tried."""

    key: str
    name: str
    role: Mapping[str, str]
    """In French and English."""


@dataclass(frozen=True)
class TrialSignIn:
    """How one signs in on a machine for trying; production has an identity provider instead."""

    people: Sequence[Person]
    token: Callable[[str], str]
    """An access token for the person of this key."""


def create_desk(client: Callable[[], httpx.AsyncClient], sign_in: TrialSignIn) -> Starlette:
    """The desk over the API that the client reaches."""
    pages = Writing(client, sign_in.people, sign_in.token)

    async def kept(request: Request) -> Response:
        return FileResponse(
            STATIC / request.url.path.rpartition("/")[2], headers={"Cache-Control": "public, max-age=3600"}
        )

    async def root(_: Request) -> Response:
        return RedirectResponse("/desk", status_code=308)

    return Starlette(
        routes=[
            Route("/desk/", root),
            *(Route(f"/desk/{one.name}", kept) for one in STATIC.iterdir()),
            Route("/desk", pages.page(home)),
            Route("/desk/sign-in", pages.sign_in, methods=["GET", "POST"]),
            Route("/desk/sign-out", pages.sign_out, methods=["POST"]),
            Route("/desk/search", pages.page(search)),
            Route("/desk/conversion", pages.page(conversion)),
            Route("/desk/options/{noun}", pages.page(options)),
            Route("/desk/calendar", pages.page(calendar)),
            Route("/desk/people", pages.page(people)),
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
            Route("/desk/{resource}/{row}/{act}", pages.page(act), methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Protection)],
        exception_handlers={404: pages.missing},
    )
