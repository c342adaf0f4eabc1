"""Activities: what happened, with its texts, parties, projects, quoted figures and links."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from services.projects_api.content.nouns import ActivityContent
from services.projects_api.content.parts import RolePart
from services.projects_api.content.sets import LINKS, QUOTED_FIGURES, ROLES
from services.projects_api.entry.rules import look_up_judged
from shared.models import Activity, ActivityProject, Organisation, Role
from shared.permissions import Ownership, require
from shared.recording.children import Children
from shared.recording.record import Action, Record
from shared.recording.routes import record_routes
from shared.resources.activities import ACTIVITIES
from shared.unit_of_work import UnitOfWork


async def _admit(unit: UnitOfWork, action: Action, row: Any, content: ActivityContent | None) -> None:
    """A sponsor editor records, edits and deletes only activities in which its own section takes part."""
    if row is not None:
        held = select(Organisation.slug).join(Role, Role.organisation_id == Organisation.id)
        slugs = await unit.session.scalars(held.where(Role.activity_id == row.id))
        require(unit.principal, f"activities:{action}", Ownership(frozenset(slugs)))
    if content is not None:
        require(unit.principal, f"activities:{action}", Ownership(_sections(content.roles)))


def _sections(roles: Iterable[RolePart]) -> frozenset[str]:
    return frozenset(role.organisation for role in roles if role.organisation is not None)


ACTIVITY = Record(
    Activity,
    ActivityContent,
    numbered="ACT",
    year=lambda content: content.start_on.year,
    into={"area": "reporting_area_id", "places": "place_slugs"},
    children=(
        Children("projects", ActivityProject, ActivityContent, ("project_id",), may_be_removed=False),
        ROLES,
        QUOTED_FIGURES,
        LINKS,
    ),
    look_up=look_up_judged,
    admit=_admit,
    example={
        "kind": "launch",
        "title": {"fr": "Lancement des travaux de l'école d'Inagam", "en": "Start of works at the school of Inagam"},
        "start_on": "2022-03-23",
        "end_on": "2022-03-23",
        "area": "gao-menaka",
        "projects": ["QIP-2022-MNK-014"],
    },
)
activities = record_routes(
    ACTIVITY,
    ACTIVITIES,
    create="Every number in its texts is a token; parties, projects, quoted figures and links stand beside them.",
    replace="The whole content; what is left out is emptied, but a project once linked stays linked.",
    delete="One that was entered by mistake. While a group or a monitoring refers to it, or an edition names or prints it, "
    "409 counts them by kind. As known before, it is there; its reference is never given to another one.",
)
