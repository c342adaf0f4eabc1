"""Random histories of one contribution against a model in plain Python: same refusals, same balances, always sound."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.funds_api.allocations.service import allocate
from services.funds_api.contributions.receipts import record_receipt
from services.funds_api.contributions.service import create_contribution
from services.funds_api.journal.reversals import AlreadyReversed, reverse_entry
from services.funds_api.journal.service import Overspent
from services.funds_api.records.donors import DONOR, DonorContent
from shared.domain.ledger import first_overdraft
from shared.models import Donor
from tests.funds_api.agreements import allocation, contribution, receipt

FIRST_DAY = date(2022, 2, 1)
SOUND = """
SELECT 'entry does not sum to zero' FROM posting GROUP BY entry_id
HAVING sum(usd) <> 0 OR sum(amount) FILTER (WHERE currency = 'USD') <> 0
UNION ALL
SELECT 'balance is not the sum of its postings' FROM account_balance
WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM posting WHERE posting.account_id = account_balance.account_id)
"""

BALANCES = """
SELECT account.kind, sum(balance) AS balance FROM account_balance JOIN account ON account.id = account_id
JOIN contribution ON contribution.id = contribution_id WHERE reference = $1 GROUP BY account.kind
"""

Step = tuple[str, int, int, int]
"""Verb, day after the first, amount, and which earlier entry is meant."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "allocate", "allocate", "allocate", "reverse"]),
        st.integers(0, 20),
        st.integers(1, 60),
        st.integers(0, 30),
    ),
    min_size=4,
    max_size=14,
)


@dataclass
class Model:
    """Movements of the two kinds of account by date, and what may be reversed."""

    reference: str
    available: dict[date, Decimal] = field(default_factory=dict)
    allocated: dict[int, dict[date, Decimal]] = field(default_factory=lambda: {1: {}, 2: {}})
    entries: list[tuple[Any, date, int, Decimal, Decimal]] = field(default_factory=list)
    reversed: set[Any] = field(default_factory=set)

    def accepts(self, on: date, project: int, available: Decimal, allocated: Decimal) -> bool:
        """Move both accounts if neither would be below zero on any date."""
        moved = {
            "available": _moved(self.available, on, available),
            "allocated": _moved(self.allocated[project], on, allocated),
        }
        if (available < 0 and first_overdraft(moved["available"])) or (
            allocated < 0 and first_overdraft(moved["allocated"])
        ):
            return False
        self.available, self.allocated[project] = moved["available"], moved["allocated"]
        return True


def _moved(movements: dict[date, Decimal], on: date, amount: Decimal) -> dict[date, Decimal]:
    return {**movements, on: movements.get(on, Decimal(0)) + amount}


async def _step(units: Any, step: Step, model: Model) -> None:
    verb, day, amount, which = step
    on, money, project = FIRST_DAY + timedelta(day), Decimal(amount), 1 + which % 2
    if verb == "reverse":
        if model.entries:
            await _reverse(units, model, which % len(model.entries), on)
        return
    is_receipt = verb == "receive"
    moves = (money, Decimal(0)) if is_receipt else (-money, money)
    accepted = model.accepts(on, project, *moves)
    try:
        async with units() as unit:
            if is_receipt:
                command = receipt(amount=str(amount), on=on.isoformat())
                entry = await record_receipt(unit, model.reference, command)
            else:
                target = f"TF-2022-GAO-00{project}"
                entry = await allocate(
                    unit,
                    allocation(contribution=model.reference, project=target, amount=str(amount), on=on.isoformat()),
                )
    except Overspent:
        assert not accepted
    else:
        assert accepted
        model.entries.append((entry, on, project, *moves))


async def _reverse(units: Any, model: Model, number: int, on: date) -> None:
    entry, booked_on, project, available, allocated = model.entries[number]
    on = max(on, booked_on)
    again = entry in model.reversed
    accepted = not again and model.accepts(on, project, -available, -allocated)
    expected = "booked" if accepted else "reversed before" if again else "overspent"
    try:
        async with units() as unit:
            await reverse_entry(unit, entry, value_on=on, reason="a drawn reversal")
        outcome = "booked"
        model.reversed.add(entry)
    except Overspent:
        outcome = "overspent"
    except AlreadyReversed:
        outcome = "reversed before"
    assert outcome == expected


NUMBERS = count(1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@pytest.mark.whole
async def test_random_histories_keep_to_the_model(units, admin, world, steps: list[Step]) -> None:
    reference = f"CTB-2022-{next(NUMBERS)}"
    async with units() as unit:
        if await unit.session.scalar(select(Donor.id)) is None:
            await DONOR.create(unit, DonorContent(organisation="denmark"), "denmark")
        await create_contribution(unit, contribution(reference=reference))
    model = Model(reference)
    for step in steps:
        await _step(units, step, model)
        assert await admin.fetch(SOUND) == []
    rows = await admin.fetch(BALANCES, reference)
    held = {row["kind"]: row["balance"] for row in rows}
    assert held.get("available", 0) == sum(model.available.values())
    assert held.get("allocated", 0) == sum(sum(moved.values()) for moved in model.allocated.values())
