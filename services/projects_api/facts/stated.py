"""The facts of a project or a group as a person enters them or a register brings them: one way to rows for both."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.projects_api.content.nouns import ProjectContent
from services.projects_api.content.parts import PlacesStated
from services.projects_api.fact_kinds import FACTS
from services.projects_api.facts import reconciliation
from services.projects_api.facts.held import Held
from services.projects_api.opened import subject_of
from shared.models import Project
from shared.models.base import Base
from shared.portfolio import Part
from shared.recording.directory import Directory
from shared.recording.facts import Subject
from shared.unit_of_work import UnitOfWork

Prepared = Mapping[str, Any]
"""What the facts of each kind need to be made, by the kind's name."""


async def prepared_for(unit: UnitOfWork, contents: Iterable[Part]) -> Prepared:
    """What is needed to make all facts that these contents state: rates, in one round trip."""
    listed = list(contents)
    return {
        name: await kind.prepared(unit, [one for content in listed for one in getattr(content, name, ())])
        for name, kind in FACTS.items()
    }


def facts_stated(unit: UnitOfWork, subject: Subject, content: Part, held: Held, prepared: Prepared) -> list[Base]:
    """The facts of every kind that a content states and that do not stand so already.

    Raises:
        NotBookable, DateInFuture: see there.
    """
    return [
        row
        for name, kind in FACTS.items()
        for row in kind.reconcile(unit, subject, getattr(content, name, ()), held.of(name, subject.id), prepared[name])
    ]


def facts_of(
    unit: UnitOfWork,
    project: Project,
    content: ProjectContent,
    places: PlacesStated | None,
    directory: Directory,
    *,
    held: Held,
    prepared: Prepared,
) -> list[Base]:
    """The same of a project, with its sectors and places."""
    subject = subject_of(project)

    def assigned(stated: Any, standing: Any) -> list[Base]:
        return reconciliation.assignment(
            unit, subject, stated, directory, standing=standing.get(project.id, ()), shares=held.shares
        )

    return [
        *facts_stated(unit, subject, content, held, prepared),
        *assigned(content.sectors, held.sectors),
        *assigned(places, held.places),
    ]
