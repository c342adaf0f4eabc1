"""The methods of an address, read from the routes themselves."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(scope: Scope) -> str:
    """The value of Allow for the address of a request; empty where nothing is."""
    routes: Iterable[BaseRoute] = scope["app"].routes
    found = {
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    }
    if not found:
        return ""
    return ", ".join([*(["HEAD"] if "GET" in found else []), *sorted(found), "OPTIONS"])
