"""Which service answers which path: the embedded mount, compose and Ingress routes are generated from this table."""

from collections.abc import Mapping

from shared.models.noun import nouns
from shared.settings import Service

SEGMENTS: Mapping[str, Service] = {
    **{noun.path: noun.owner for noun in nouns().values()},
    "activities": "projects",
    "announcements": "projects",
    "calendar-feeds": "projects",
    "calendars": "projects",
    "imports": "projects",
    "mechanisms": "projects",
    "projects": "projects",
    "registers": "projects",
    "allocations": "funds",
    "contributions": "funds",
    "conversions": "funds",
    "entries": "funds",
    "exchange-rates": "funds",
    "proposals": "funds",
    "rate-policies": "funds",
    "artefacts": "reporting",
    "audit": "reporting",
    "changes": "reporting",
    "history": "reporting",
    "controls": "reporting",
    "deliveries": "reporting",
    "editions": "reporting",
    "enumerations": "reporting",
    "figures": "reporting",
    "permissions": "reporting",
    "platforms": "reporting",
    "printed-figures": "reporting",
    "standing-texts": "reporting",
    "worklists": "reporting",
}
"""The first segment after `/v1/`, and its one owner."""

PAGES: Service = "reporting"
"""Who answers everything outside `/v1/`: the public pages."""


def owner_of(path: str) -> Service | None:
    """The service that answers `path`; None when no service has its segment."""
    if not path.startswith("/v1/"):
        return None if path == "/v1" else PAGES
    return SEGMENTS.get(path[4:].partition("/")[0].partition(".")[0])
