"""What may follow from a project's present state, whether now by this caller, and if not, every reason why."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.amounts.service import usd_at
from services.projects_api.opened import ProjectNotFound, sponsoring_sections
from services.projects_api.transitions import guards
from services.projects_api.transitions.queries import Dossier, dossier_of, sequence_of
from services.projects_api.transitions.schemas import AllowedTransition, AllowedTransitions, Headroom, Reason
from shared.auth import Principal
from shared.domain.lifecycle import MOVES, Guard, Move, State, allowed_from
from shared.errors import Fault
from shared.facts.rates import FUNCTIONAL, latest_rate
from shared.models import Project
from shared.models.project import ConversionBasis
from shared.models.rate import RateSource
from shared.permission_words import who_may
from shared.permissions import Ownership, permitted


async def allowed_transitions(
    session: AsyncSession, principal: Principal, project_id: UUID, on: date
) -> AllowedTransitions:
    """What may follow from the project's present state on a date, with every reason against what may not.

    Raises:
        ProjectNotFound: there is none.
    """
    project = await session.get(Project, project_id)
    if project is None:
        raise ProjectNotFound(project_id)
    ownership = Ownership(await sponsoring_sections(session, project_id), project.author)
    state = (await sequence_of(session, project_id)).state
    assert state is not None, "a project has an opening from its first unit of work on"
    dossier = await dossier_of(session, project, on)
    return AllowedTransitions(
        state=state,
        headroom=await _headroom(session, dossier),
        items=[_judged(target, MOVES[state, target], dossier, principal, ownership) for target in allowed_from(state)],
    )


async def _headroom(session: AsyncSession, dossier: Dossier) -> Headroom | None:
    """The amount in force against the ceiling, at the latest rate known whatever its age."""
    amount, ceiling = dossier.amount, dossier.ceiling
    if amount is None or ceiling is None:
        return None
    rate = None
    if amount.basis != ConversionBasis.IDENTITY:
        rate = await latest_rate(session, RateSource.UNORE, amount.currency, dossier.on)
    usd = usd_at(amount, rate)
    if usd is None:
        return None
    return Headroom(
        ceiling=ceiling.value,
        currency=ceiling.currency or FUNCTIONAL,
        usd=usd,
        headroom=ceiling.value - usd,
        rate=None if rate is None else rate.as_json(),
    )


def _judged(
    target: State, move: Move, dossier: Dossier, principal: Principal, ownership: Ownership
) -> AllowedTransition:
    reasons = guards.faults(move.guards, dossier, principal.subject)
    needs_amount = target is State.APPROVED and any(fault.code == Guard.HAS_AMOUNT for fault in reasons)
    if needs_amount:  # the approval itself can state it
        reasons = [fault for fault in reasons if fault.code != Guard.HAS_AMOUNT]
    if not permitted(principal, move.permission, ownership):
        reasons.insert(0, _not_permitted(move.permission))
    return AllowedTransition(
        to=target,
        permission=move.permission,
        needs_reason=move.needs_reason,
        needs_amount=needs_amount,
        is_allowed=not reasons,
        reasons=[Reason(code=fault.code, detail=fault.detail) for fault in reasons],
    )


def _not_permitted(permission: str) -> Fault:
    who = who_may(permission)
    return Fault(
        "/to",
        {
            "fr": f"Cela ne revient pas à votre rôle ici ; le peuvent : {who['fr']}.",
            "en": f"This is not your role's to do here; these may: {who['en']}.",
        },
        "not_permitted",
    )
