"""Query parameters that a route does not declare are refused: a misspelt filter must not silently filter nothing."""

from collections.abc import Sequence
from difflib import get_close_matches

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.errors import Fault, InvalidInput


def declared_parameters(route: APIRoute) -> frozenset[str]:
    """The query parameters that the route's OpenAPI lists: what is documented is what is accepted."""
    described = get_openapi(title="", version="", routes=[route])
    return frozenset(
        parameter["name"]
        for operations in described.get("paths", {}).values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    )


class UnknownParameter(InvalidInput):
    """Query parameters that the route does not have, each with the nearest that it has."""

    kind = "unknown-parameter"


def unknown_parameters(request: Request, known: frozenset[str]) -> list[Fault]:
    """A fault for each query parameter of the request that its route does not know."""
    return [_fault(name, known) for name in dict.fromkeys(request.query_params) if name not in known]


def refused(faults: Sequence[Fault]) -> UnknownParameter:
    """The refusal that names unknown parameters, and whatever else was wrong with the request."""
    return UnknownParameter(
        {
            "fr": "Cette adresse n'a pas tous les paramètres envoyés.",
            "en": "This address does not have all the parameters that were sent.",
        },
        faults=faults,
    )


def _fault(name: str, known: frozenset[str]) -> Fault:
    shown = name[:80]
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    listed = ", ".join(sorted(known)) or "-"
    if near:
        detail = {
            "fr": f"Le paramètre « {shown} » est inconnu ; vouliez-vous dire « {near[0]} » ?",
            "en": f"The parameter '{shown}' is unknown; did you mean '{near[0]}'?",
        }
    else:
        detail = {
            "fr": f"Le paramètre « {shown} » est inconnu ; cette adresse admet : {listed}.",
            "en": f"The parameter '{shown}' is unknown; this address takes: {listed}.",
        }
    return Fault(shown, detail, "unknown_parameter")
