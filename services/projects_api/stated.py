"""The facts of a project as a person enters them or a register brings them: one way to rows for both."""

from typing import Any

from services.projects_api import reconciliation
from services.projects_api.amounts.service import Rates
from services.projects_api.contents import ProjectContent
from services.projects_api.facts import PlacesStated
from services.projects_api.held import Held
from services.projects_api.projects.service import subject_of
from shared.models import Project
from shared.models.base import Base
from shared.recording.directory import Directory
from shared.unit_of_work import UnitOfWork


def facts_of(
    unit: UnitOfWork,
    project: Project,
    content: ProjectContent,
    places: PlacesStated | None,
    directory: Directory,
    *,
    held: Held,
    rates: Rates,
) -> list[Base]:
    """The amounts, counts of people, sectors and places that the content states and that do not stand so already.

    Raises:
        NotBookable, DateInFuture: see there.
    """
    subject = subject_of(project)

    def assigned(stated: Any, standing: Any) -> list[Base]:
        return reconciliation.assignment(
            unit, subject, stated, directory, standing=standing.get(project.id, ()), shares=held.shares
        )

    return [
        *reconciliation.amounts(unit, subject, content.amounts, held.amounts.get(project.id, ()), rates),
        *reconciliation.counts(unit, subject, content.beneficiaries, held.counts.get(project.id, ())),
        *assigned(content.sectors, held.sectors),
        *assigned(places, held.places),
    ]
