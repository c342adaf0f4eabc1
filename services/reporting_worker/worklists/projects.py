"""Worklists of projects: what their phase asks for, and what the register left out."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB, array, distinct_on

from services.reporting_worker.controls.control import Said
from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.worklist import Act, Worklist, in_both, words
from shared.domain.lifecycle import Guard, State
from shared.facts import AS_OF, amount_in_force, group_member, in_force, project_state
from shared.facts.doubles import like_projects
from shared.facts.in_force import stands, stands_from_any_date
from shared.models import PlaceAssignment, PlaceShare, Policy, Project, Role, SectorAssignment, SectorShare, Transition
from shared.models.base import Base, Fact
from shared.models.organisation import RoleKind
from shared.models.reference import PolicyKind
from shared.reading.resource import CALLER
from shared.resources.projects import PROJECTS
from shared.two_persons import OF_PROJECTS, has_hand_in

_S = State
_ENTERED = [one for one in State if one not in {_S.IDENTIFIED, _S.REJECTED, _S.CANCELLED}]
"""Beyond a draft, and neither rejected nor cancelled: what a submission asks for must be there."""
_APPROVED = sorted(State.ever_approved())
_SIGNED = [one for one in _APPROVED if one != _S.APPROVED]

MOVE = Act("POST", "/v1/projects/{project}/transitions", "projects:edit")
_AMOUNT = Act("POST", "/v1/projects/{project}/amounts", "projects:revise")
_PLACES = Act("POST", "/v1/projects/{project}/places", "projects:edit")
_SECTORS = Act("POST", "/v1/projects/{project}/sectors", "projects:edit")
_ROLES = Act("PUT", "/v1/projects/{project}/roles", "projects:edit")
_STATE = project_state().c


def in_states(*states: State) -> ColumnElement[bool]:
    """Whether a project stands in one of these states."""
    return _STATE.state == any_(literal(list(states), ARRAY(Text)))


def projects(*columns: Any) -> Rows:
    """Projects with the day since which they stand in their state."""
    return select(Project.id, _STATE.since, *columns).join(project_state(), _STATE.project_id == Project.id)


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
    return projects(_STATE.state).where(is_due, ~is_there)


def _without(name: str, rows: Rows, act: Act, title: Said, *, todo: Said, lack: Said) -> Worklist:
    row = (f"{lack[0]} ; état : {{state}}.", f"{lack[1]}; state: {{state}}.")
    return Worklist(f"projects.without_{name}", title, todo, row, act, PROJECTS, rows, reads={"state": State})


def _imported_gaps() -> Rows:
    """Projects that a register entered beyond a draft although a guard would have refused it."""
    opening = select(Transition.id).where(
        Transition.project_id == Project.id,
        Transition.from_state.is_(None),
        Transition.to_state != _S.IDENTIFIED,
        *stands(Transition),
    )
    lacks = [and_(is_due, ~is_there) for is_due, is_there in _NEEDS.values()]
    names: list[Any] = [case((lack, guard.value)) for guard, lack in zip(_NEEDS, lacks, strict=True)]
    missing = func.array_remove(array(names, type_=Text()), None)
    return projects(cast(func.to_jsonb(missing), JSONB).label("missing")).where(opening.exists(), or_(*lacks))


def _doubles() -> Rows:
    """Projects that may be an earlier one, each pair once."""
    found = like_projects(lambda one, other: other < one).subquery("pair").c
    line = cast(func.md5(func.concat(found.id, found.other_id)), Uuid)
    since = select(Project.recorded_at).where(Project.id == found.id).scalar_subquery()
    return select(found.id, since.label("since"), line.label("line"), found.other, found.other_title)


def _months(kind: PolicyKind) -> Any:
    """The months that a mechanism's policy in force allows, with its source; no row where it says none."""
    later = select(Policy.id, Policy.mechanism_code, Policy.value, Policy.valid_from).where(
        Policy.kind == kind, Policy.valid_from <= AS_OF, *stands_from_any_date(Policy)
    )
    every = later.subquery("policy_said")
    return (
        select(every)
        .ext(distinct_on(every.c.mechanism_code))
        .order_by(every.c.mechanism_code, every.c.valid_from.desc())
        .subquery("policy_now")
    )


def _overdue(*states: State, begun: ColumnElement[Any] | None = None) -> Rows:
    """Projects that have stood in these states for longer than their mechanism lets a project last."""
    policy = _months(PolicyKind.DURATION_MONTHS)
    start: Any = _STATE.since if begun is None else func.coalesce(begun, _STATE.since)
    due = cast(start + func.make_interval(0, cast(policy.c.value, Integer)), Date)
    late = func.least(AS_OF - due, 100_000)
    return (
        select(
            Project.id, due.label("since"), _STATE.state, start.label("begun_on"), cast(policy.c.value, Integer).label("months"),
            late.label("days"),
        )
        .join(project_state(), _STATE.project_id == Project.id)
        .join(policy, policy.c.mechanism_code == Project.mechanism_code)
        .where(in_states(*states), due < AS_OF)
    )  # fmt: skip


def _first_in_progress() -> ColumnElement[Any]:
    return (
        select(func.min(Transition.value_on))
        .where(Transition.project_id == Project.id, Transition.to_state == _S.IN_PROGRESS, *stands(Transition))
        .correlate(Project)
        .scalar_subquery()
    )


_BY_PHASE = (
    Worklist(
        "projects.not_started",
        ("Approuvés et non commencés", "Approved and not started"),
        (
            "Enregistrez le début des travaux, ou annulez le projet avec son motif.",
            "Record the start of works, or cancel the project with its reason.",
        ),
        (
            "{state} depuis le {begun_on}, non commencé : les {months} mois accordés sont passés de {days} {days:jour|jours}.",
            "{state} since {begun_on}, not started: the {months} months allowed ended {days} {days:day|days} ago.",
        ),
        MOVE,
        PROJECTS,
        _overdue(_S.APPROVED, _S.AGREEMENT_SIGNED),
        reads={"state": State},
    ),
    Worklist(
        "projects.overdue",
        ("En cours au-delà de la durée prévue", "In progress past the planned end"),
        (
            "Enregistrez l'achèvement, ou demandez au partenaire pourquoi il tarde.",
            "Record the completion, or ask the partner why it is late.",
        ),
        (
            "{state}, commencé le {begun_on} : devait s'achever en {months} mois ; en retard de {days} {days:jour|jours}.",
            "{state}, begun on {begun_on}: was to be completed in {months} months; {days} {days:day|days} late.",
        ),
        MOVE,
        PROJECTS,
        _overdue(_S.IN_PROGRESS, _S.SUSPENDED, begun=_first_in_progress()),
        reads={"state": State},
    ),
    Worklist(
        "projects.not_handed_over",
        ("Achevés et non remis", "Completed and not handed over"),
        ("Enregistrez la remise aux bénéficiaires.", "Record the handover to the beneficiaries."),
        (
            "Achevé depuis {days} {days:jour|jours}, ni remis ni clôturé.",
            "Completed {days} {days:day|days} ago, neither handed over nor closed.",
        ),
        MOVE,
        PROJECTS,
        projects((AS_OF - _STATE.since).label("days")).where(in_states(_S.COMPLETED)),
    ),
    Worklist(
        "projects.not_closed",
        ("Remis et non clôturés", "Handed over and not closed"),
        ("Clôturez le projet.", "Close the project."),
        ("Remis depuis {days} {days:jour|jours}, non clôturé.", "Handed over {days} {days:day|days} ago, not closed."),
        Act("POST", MOVE.path, "projects:close"),
        PROJECTS,
        projects((AS_OF - _STATE.since).label("days")).where(in_states(_S.HANDED_OVER)),
    ),
)

_WITHOUT = (
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
        projects(_STATE.state).where(in_states(*_ENTERED), ~_has_share(SectorAssignment, SectorShare)),
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
)

PROJECT_WORKLISTS = (
    *_BY_PHASE,
    *_WITHOUT,
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
    Worklist(
        "projects.doubtful_doubles",
        ("Doubles possibles", "Doubtful duplicates"),
        (
            "Comparez les deux ; si c'est le même projet, fusionnez l'un avec l'autre.",
            "Compare the two; if they are one project, merge one into the other.",
        ),
        (
            "Même section, même lieu, même mois et titre voisin : est-ce le même que {other}, « {other_title} » ?",
            "Same section, place and month, and a near title: is this the same as {other}, '{other_title}'?",
        ),
        Act("POST", "/v1/projects/{project}/merge", "projects:merge"),
        PROJECTS,
        _doubles(),
        reads={"other_title": in_both},
    ),
    Worklist(
        "projects.to_review",
        ("Projets à examiner", "Projects to review"),
        ("Prenez le projet soumis en examen.", "Take the submitted project under review."),
        ("Soumis le {since} ; à prendre en examen.", "Submitted on {since}; to be taken under review."),
        Act("POST", MOVE.path, "projects:review"),
        PROJECTS,
        projects().where(in_states(_S.SUBMITTED)),
    ),
    Worklist(
        "projects.to_approve",
        ("Projets à approuver", "Projects to approve"),
        ("Approuvez, différez ou rejetez le projet.", "Approve, defer or reject the project."),
        (
            "En examen depuis le {since} ; à approuver ou à renvoyer.",
            "Under review since {since}; to be approved or sent back.",
        ),
        Act("POST", MOVE.path, "projects:approve"),
        PROJECTS,
        projects().where(in_states(_S.UNDER_REVIEW)),
        unless=or_(Project.author == CALLER, has_hand_in(OF_PROJECTS, Project.id, CALLER)),
    ),
)
"""Worklists of which each row is a project."""
