"""Worklists of projects: what their phase asks for, what may be a double, what waits for a decision."""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, Text, Uuid, any_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.worklist import Act, Worklist, in_both
from shared.domain.lifecycle import State
from shared.facts import AS_OF, project_state
from shared.facts.doubles import like_projects
from shared.facts.in_force import stands, stands_from_any_date
from shared.models import Policy, Project, Transition
from shared.models.reference import PolicyKind
from shared.reading.resource import CALLER
from shared.resources.projects import PROJECTS
from shared.two_persons import OF_PROJECTS, has_hand_in

_S = State
MOVE = Act("POST", "/v1/projects/{project}/transitions", "projects:edit")
STATE = project_state().c
"""Where each project stands, and since when."""


def in_states(*states: State) -> ColumnElement[bool]:
    """Whether a project stands in one of these states."""
    return STATE.state == any_(literal(list(states), ARRAY(Text)))


def projects(*columns: Any) -> Rows:
    """Projects with the day since which they stand in their state."""
    return select(Project.id, STATE.since, *columns).join(project_state(), STATE.project_id == Project.id)


def _doubles() -> Rows:
    """Projects that may be an earlier one, each pair once."""
    found = like_projects(lambda one, other: other < one).subquery("pair").c
    line = cast(func.md5(func.concat(found.id, found.other_id)), Uuid)
    since = select(Project.recorded_at).where(Project.id == found.id).scalar_subquery()
    return select(found.id, since.label("since"), line.label("line"), found.other, found.other_title)


def _months(kind: PolicyKind) -> Any:
    """The months that the policy of each mechanism in force allows: mechanism_code, value."""
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
    start: Any = STATE.since if begun is None else func.coalesce(begun, STATE.since)
    due = cast(start + func.make_interval(0, cast(policy.c.value, Integer)), Date)
    late = func.least(AS_OF - due, 100_000)
    return (
        select(
            Project.id, due.label("since"), STATE.state, start.label("begun_on"), cast(policy.c.value, Integer).label("months"),
            late.label("days"),
        )
        .join(project_state(), STATE.project_id == Project.id)
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
        projects((AS_OF - STATE.since).label("days")).where(in_states(_S.COMPLETED)),
    ),
    Worklist(
        "projects.not_closed",
        ("Remis et non clôturés", "Handed over and not closed"),
        ("Clôturez le projet.", "Close the project."),
        ("Remis depuis {days} {days:jour|jours}, non clôturé.", "Handed over {days} {days:day|days} ago, not closed."),
        Act("POST", MOVE.path, "projects:close"),
        PROJECTS,
        projects((AS_OF - STATE.since).label("days")).where(in_states(_S.HANDED_OVER)),
    ),
)

PROJECT_WORKLISTS = (
    *_BY_PHASE,
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
