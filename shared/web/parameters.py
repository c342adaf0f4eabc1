"""Query parameters that a route does not declare, or that stand twice, are refused: none may silently do nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.errors import Fault, InvalidInput, Texts


def declared_parameters(route: APIRoute) -> Mapping[str, bool]:
    """The query parameters that the route's OpenAPI lists, each with whether it may stand several times.

    What is documented is what is accepted.
    """
    described = get_openapi(title="", version="", routes=[route])
    return {
        parameter["name"]: parameter["schema"].get("type") == "array"
        for operations in described.get("paths", {}).values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }


class UnknownParameter(InvalidInput):
    """Query parameters that the route does not have, each with the nearest that it has; or has, and takes only once."""

    kind = "unknown-parameter"


def unknown_parameters(request: Request, known: Mapping[str, bool]) -> list[Fault]:
    """A fault for each query parameter of the request that its route does not know, or takes only once."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    faults = [_fault(name, known) for name in given if name not in known]
    return faults + [
        Fault(name, _ONCE, "repeated_parameter")
        for name, times in given.items()
        if times > 1 and not known.get(name, True)
    ]


_ONCE: Texts = {
    "fr": "Ce paramètre figure plusieurs fois ; donnez-le une fois (plusieurs valeurs se séparent par des virgules là "
    "où le filtre en admet).",
    "en": "This parameter stands several times; give it once (several values are separated by commas where the filter "
    "takes them).",
}


def refused(faults: Sequence[Fault]) -> UnknownParameter:
    """The refusal that names unknown or repeated parameters, and whatever else was wrong with the request."""
    return UnknownParameter(
        {
            "fr": "Cette adresse n'admet pas tous les paramètres tels qu'envoyés.",
            "en": "This address does not take all the parameters as they were sent.",
        },
        faults=faults,
    )


def _fault(name: str, known: Mapping[str, bool]) -> Fault:
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
