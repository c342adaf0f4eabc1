"""The methods of an address, read from the routes themselves."""

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(scope: Scope) -> str:
    """The value of Allow for the address of a request; empty where nothing is.

    A whole address comes before one with names in it: `/projects/totals` is no project, and takes no project's methods.
    """
    matching: list[BaseRoute] = [route for route in scope["app"].routes if route.matches(scope)[0] is not Match.NONE]
    fewest_names = min((_path(route).count("{") for route in matching), default=0)
    routes = [route for route in matching if _path(route).count("{") == fewest_names]
    found = {
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    }
    if not found:
        return ""
    return ", ".join([*(["HEAD"] if "GET" in found else []), *sorted(found), "OPTIONS"])


def _path(route: BaseRoute) -> str:
    return str(getattr(route, "path", ""))
