"""Worklists of what projects lack: what a person would have been asked for, and a register left out."""

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Text, and_, case, cast, exists, func, or_, select, union
from sqlalchemy.dialects.postgresql import JSONB, array

from services.reporting_worker.controls.control import Said
from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.projects import STATE, in_states, projects
from services.reporting_worker.worklists.worklist import Act, Worklist, words
from shared.domain.lifecycle import Guard, State
from shared.facts import amount_in_force, group_member, in_force
from shared.facts.in_force import stands
from shared.models import PlaceAssignment, PlaceShare, Project, Role, SectorAssignment, SectorShare, Transition
from shared.models.base import Base, Fact
from shared.models.organisation import RoleKind
from shared.resources.projects import PROJECTS

_ENTERED = [one for one in State if one not in {State.IDENTIFIED, State.REJECTED, State.CANCELLED}]
"""Beyond a draft, and neither rejected nor cancelled: what a submission asks for must be there."""
_APPROVED = sorted(State.ever_approved())
_SIGNED = [one for one in _APPROVED if one != State.APPROVED]

_AMOUNT = Act("POST", "/v1/projects/{project}/amounts", "projects:revise")
_PLACES = Act("POST", "/v1/projects/{project}/places", "projects:edit")
_SECTORS = Act("POST", "/v1/projects/{project}/sectors", "projects:edit")
_ROLES = Act("PUT", "/v1/projects/{project}/roles", "projects:edit")


def _has_role(kind: RoleKind) -> ColumnElement[bool]:
    return exists().where(Role.project_id == Project.id, Role.kind == kind)


def _has_share(assignment: type[Fact], share: Any) -> ColumnElement[bool]:
    assert issubclass(assignment, Base)
    now = in_force(assignment, "project_id")
    return exists().where(now.c.project_id == Project.id, share.assignment_id == now.c.id)


@cache
def _with_amount() -> CTE:
    """project_id of each project that has an amount of its own, or is of a group announced with one."""
    amount, member = amount_in_force(), group_member()
    of_group = select(member.c.project_id).join(amount, amount.c.announcement_id == member.c.announcement_id)
    return union(select(amount.c.project_id).where(amount.c.project_id.is_not(None)), of_group).cte("with_amount")


def _has_amount() -> ColumnElement[bool]:
    return exists().where(_with_amount().c.project_id == Project.id)


_NEEDS: dict[Guard, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
    Guard.HAS_AMOUNT: (in_states(*_APPROVED), _has_amount()),
    Guard.HAS_PLACE: (in_states(*_ENTERED), _has_share(PlaceAssignment, PlaceShare)),
    Guard.HAS_SPONSOR: (in_states(*_ENTERED), _has_role(RoleKind.SPONSOR)),
    Guard.HAS_IMPLEMENTER: (in_states(*_SIGNED), _has_role(RoleKind.IMPLEMENTER)),
}
"""What the guards of the lifecycle ask for: in which states it must be there, and whether it is."""


def _lacks(guard: Guard) -> Rows:
    is_due, is_there = _NEEDS[guard]
    return projects(STATE.state).where(is_due, ~is_there)


def _without(name: str, rows: Rows, act: Act, title: Said, *, todo: Said, lack: Said) -> Worklist:
    row = (f"{lack[0]} ; état : {{state}}.", f"{lack[1]}; state: {{state}}.")
    return Worklist(f"projects.without_{name}", title, todo, row, act, PROJECTS, rows, reads={"state": State})


def _imported_gaps() -> Rows:
    """Projects that a register entered beyond a draft although a guard would have refused it."""
    opening = select(Transition.id).where(
        Transition.project_id == Project.id,
        Transition.from_state.is_(None),
        Transition.to_state != State.IDENTIFIED,
        *stands(Transition),
    )
    lacks = [and_(is_due, ~is_there) for is_due, is_there in _NEEDS.values()]
    names: list[Any] = [case((lack, guard.value)) for guard, lack in zip(_NEEDS, lacks, strict=True)]
    missing = func.array_remove(array(names, type_=Text()), None)
    return projects(cast(func.to_jsonb(missing), JSONB).label("missing")).where(opening.exists(), or_(*lacks))


GAP_WORKLISTS = (
    _without(
        "amount",
        _lacks(Guard.HAS_AMOUNT),
        _AMOUNT,
        ("Projets sans montant", "Projects without an amount"),
        todo=("Enregistrez le montant approuvé.", "Record the approved amount."),
        lack=("Aucun montant approuvé, révisé ou final n'est connu", "No approved, revised or final amount is known"),
    ),
    _without(
        "place",
        _lacks(Guard.HAS_PLACE),
        _PLACES,
        ("Projets sans lieu", "Projects without a place"),
        todo=("Dites où le projet se trouve.", "Say where the project is."),
        lack=("Aucun lieu n'est connu", "No place is known"),
    ),
    _without(
        "sector",
        projects(STATE.state).where(in_states(*_ENTERED), ~_has_share(SectorAssignment, SectorShare)),
        _SECTORS,
        ("Projets sans secteur", "Projects without a sector"),
        todo=("Dites de quel secteur il est.", "Say of which sector it is."),
        lack=("Aucun secteur n'est connu", "No sector is known"),
    ),
    _without(
        "sponsor",
        _lacks(Guard.HAS_SPONSOR),
        _ROLES,
        ("Projets sans section porteuse", "Projects without a sponsoring section"),
        todo=("Nommez la section porteuse.", "Name the sponsoring section."),
        lack=("Aucune section ne porte le projet", "No section sponsors the project"),
    ),
    _without(
        "partner",
        _lacks(Guard.HAS_IMPLEMENTER),
        _ROLES,
        ("Projets sans partenaire d'exécution", "Projects without an implementing partner"),
        todo=("Nommez le partenaire d'exécution.", "Name the implementing partner."),
        lack=("Aucun partenaire d'exécution n'est nommé", "No implementing partner is named"),
    ),
    Worklist(
        "projects.imported_gaps",
        ("Lacunes reprises d'un registre", "Gaps taken over from a register"),
        (
            "Complétez ce que le registre ne disait pas : une saisie l'aurait demandé.",
            "Complete what the register did not say: entering it would have asked for it.",
        ),
        (
            "Repris d'un registre ; conditions non remplies : {missing}.",
            "Taken from a register; conditions not met: {missing}.",
        ),
        _ROLES,
        PROJECTS,
        _imported_gaps(),
        reads={"missing": words(Guard)},
        act_by=(
            "missing",
            {
                Guard.HAS_AMOUNT: _AMOUNT,
                Guard.HAS_PLACE: _PLACES,
                Guard.HAS_SPONSOR: _ROLES,
                Guard.HAS_IMPLEMENTER: _ROLES,
            },
        ),
    ),
)
"""Worklists of which each row is a project that lacks something."""
