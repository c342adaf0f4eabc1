"""Money that stands above what was agreed or what it is for: from registers, or let through with a reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting_worker.controls.control import Control, Rule
from shared.domain.money import Money

Record = Mapping[str, Any]

_AGREED = Rule(
    "funds.above_agreement",
    ("Reçu au plus ce qui est convenu", "Received at most what is agreed"),
    ("{reference} : {received} reçus, {agreed} convenus.", "{reference}: {received} received, {agreed} agreed."),
    ("Rien n'est reçu au-delà d'un accord.", "Nothing is received above an agreement."),
)
_COSTS = Rule(
    "funds.above_cost",
    ("Alloué au plus le coût", "Allocated at most the cost"),
    (
        "{reference} : {allocated} alloués, le coût est de {cost}.",
        "{reference}: {allocated} allocated, the cost is {cost}.",
    ),
    ("Rien n'est alloué au-delà d'un coût.", "Nothing is allocated above a cost."),
)


def received_above_agreement(found: Iterable[Record]) -> Control:
    """Contributions of which more was received than is agreed with their amendments."""
    return _AGREED.judged(_in_money(one, "received", "agreed") for one in found)


def allocated_above_cost(found: Iterable[Record]) -> Control:
    """Projects and groups for which more is set aside than they cost."""
    return _COSTS.judged(_in_money(one, "allocated", "cost") for one in found)


def _in_money(one: Record, *names: str) -> Record:
    return {"reference": one["reference"]} | {name: Money(one[name], one["currency"]) for name in names}
