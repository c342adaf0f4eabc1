"""Setting aside more than a project or group costs: refused, unless somebody who may do so says why."""

from typing import Any

from services.funds_api.allocations.queries import Target, allocated_to, cost_of
from services.funds_api.allocations.schemas import AllocationCreate
from shared.domain.funding import Funding, surplus
from shared.errors import Fault
from shared.permissions import permitted
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

ABOVE_COST = "allocations_above_cost:create"
"""The permission of those who may let an allocation stand above the cost."""


async def cost_faults(unit: UnitOfWork, command: AllocationCreate, target: Target, given: Funding) -> list[Fault]:
    """The fault of an allocation above the cost in force; a warning instead where a reason is given and permitted."""
    cost = await cost_of(unit.session, target.id, unit.recorded_at.date())
    if cost is None:
        return []
    funding = await allocated_to(unit.session, target.id)
    held = funding.get(command.currency)
    funding[command.currency] = given if held is None else held + given
    found = surplus(cost, funding, target.mechanism_code)
    if found is None:
        return []
    numbers: dict[str, Any] = {
        "target": target.reference,
        "cost": found.cost,
        "allocated": found.allocated,
        "over": found.over,
    }
    if (command.reason or unit.reason) and permitted(unit.principal, ABOVE_COST):
        unit.warn(Fault("/amount", sentence(*_STANDS, **numbers), "above_cost"))
        return []
    return [Fault("/amount", sentence(*_REFUSED, permission=ABOVE_COST, **numbers), "above_cost")]


_STANDS = (
    (
        "{target} coûte {cost} ; {allocated} lui sont maintenant alloués, soit {over} de plus. Le contrôle "
        "« funds.above_cost » le montrera tant que cela dure."
    ),
    (
        "{target} costs {cost}; {allocated} is now allocated to it, {over} more. The control 'funds.above_cost' shows it as "
        "long as this lasts."
    ),
)
_REFUSED = (
    (
        "{target} coûte {cost} ; avec cette somme, {allocated} lui seraient alloués, soit {over} de plus. Allouez moins, ou "
        "faites d'abord réviser le montant du projet ; au-delà du coût, il faut un motif (reason) et la permission "
        "{permission}."
    ),
    (
        "{target} costs {cost}; with this sum {allocated} would be allocated to it, {over} more. Allocate less, or have the "
        "project's amount revised first; above the cost it takes a reason and the permission {permission}."
    ),
)
