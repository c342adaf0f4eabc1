"""Money that stands above what was agreed or what it is for: from registers, or let through with a reason."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from services.reporting_worker.controls.control import Control, verdict
from shared.domain.funding import Cost, Funding, surplus
from shared.domain.money import Money
from shared.sentences import sentence

Record = Mapping[str, Any]


def received_above_agreement(found: Iterable[Record]) -> Control:
    """Contributions of which more was received than is agreed with their amendments."""
    rows = list(found)
    return verdict(
        "funds.above_agreement",
        {"fr": "Reçu au plus ce qui est convenu", "en": "Received at most what is agreed"},
        [
            sentence(
                "{reference} : {received} reçus, {agreed} convenus.",
                "{reference}: {received} received, {agreed} agreed.",
                reference=one["reference"],
                received=Money(one["received"], one["currency"]),
                agreed=Money(one["agreed"], one["currency"]),
            )
            for one in rows
        ],
        {"fr": "Rien n'est reçu au-delà d'un accord.", "en": "Nothing is received above an agreement."},
        references=[one["reference"] for one in rows],
    )


def allocated_above_cost(allocated: Iterable[Record]) -> Control:
    """Projects and groups for which more is set aside than they cost."""
    faults, references = [], []
    for reference, lines in groupby(allocated, key=lambda one: one["reference"]):
        rows = list(lines)
        cost = Cost(rows[0]["cost"], rows[0]["cost_currency"], rows[0]["cost_usd"])
        funding = {one["currency"]: Funding(one["amount"], one["usd"]) for one in rows}
        found = surplus(cost, funding, rows[0]["mechanism"])
        if found is not None:
            references.append(reference)
            faults.append(
                sentence(
                    "{reference} : {allocated} alloués, le coût est de {cost}.",
                    "{reference}: {allocated} allocated, the cost is {cost}.",
                    reference=reference,
                    allocated=found.allocated,
                    cost=found.cost,
                )
            )
    return verdict(
        "funds.above_cost",
        {"fr": "Alloué au plus le coût", "en": "Allocated at most the cost"},
        faults,
        {"fr": "Rien n'est alloué au-delà d'un coût.", "en": "Nothing is allocated above a cost."},
        references=references,
    )
