"""Money that stands above what was agreed or what it is for is listed as long as it does."""

from decimal import Decimal
from typing import Any

import pytest

from services.reporting_worker.controls.money_queries import ALLOCATED_ABOVE
from shared.clock import today
from shared.domain.funding import Cost, Funding, surplus
from shared.facts import NOW
from shared.models import Agreement
from tests.facts.builder import Builder


async def test_more_received_than_agreed_is_listed_until_an_amendment_covers_it(builder: Builder, found: Any) -> None:
    await builder.contribution("CTB-2022-SWE", "sweden")
    await builder.receipt("CTB-2022-SWE", "1000", "2022-02-01")
    assert (await found())["funds.above_agreement"].outcome == "passed"
    await builder.receipt("CTB-2022-SWE", "100", "2022-03-01")
    control = (await found())["funds.above_agreement"]
    assert control.outcome == "failed"
    assert control.message["en"] == "CTB-2022-SWE: 1,100 USD received, 1,000 USD agreed."
    amended = {"contribution_id": builder.ids["CTB-2022-SWE"], "amount": Decimal(1100)}
    await builder.fact(Agreement, "2022-03-01", **amended, earmark_sectors=[], earmark_places=[])
    assert (await found())["funds.above_agreement"].outcome == "passed"


async def test_more_allocated_than_a_project_or_group_costs_is_listed(builder: Builder, found: Any) -> None:
    await builder.project("TF-1", ("approved", "2022-02-01"), usd="500")
    await builder.project("TF-2", ("approved", "2022-02-01"))
    await builder.group("ANN-1", "TF-2", usd="400")
    await builder.contribution("CTB-2022-SWE", "sweden")
    await builder.receipt("CTB-2022-SWE", "1000", "2022-02-01")
    await builder.allocation("CTB-2022-SWE", "TF-1", "500", "2022-03-01")
    await builder.allocation("CTB-2022-SWE", "ANN-1", "400", "2022-03-01")
    assert (await found())["funds.above_cost"].outcome == "passed"
    await builder.allocation("CTB-2022-SWE", "TF-1", "0.01", "2022-03-02")
    await builder.allocation("CTB-2022-SWE", "ANN-1", "1", "2022-03-02")
    control = (await found())["funds.above_cost"]
    assert control.subjects == {"references": ["ANN-1", "TF-1"]}
    assert "TF-1: 500.01 USD allocated, the cost is 500 USD." in control.message["en"]


@pytest.mark.parametrize("reference", ["QIP-1", "TF-1"])
@pytest.mark.parametrize("cost", ["500", "500.0011", "500.009"])
@pytest.mark.parametrize("allocated", ["499.99", "500", "500.001", "500.002", "500.01", "500.02"])
async def test_the_statement_judges_as_the_rule_of_entry_does(
    builder: Builder, reads: Any, reference: str, cost: str, allocated: str
) -> None:
    """The cost is 1,000 XOF, printed as `cost` dollars; the money set aside is in dollars."""
    amount = {"amount": Decimal(1000), "currency": "XOF", "basis": "printed", "usd_decimals": 2}
    await builder.project(reference, ("approved", "2022-02-01"))
    await builder.amount(reference, cost, "2022-02-01", **amount)
    await builder.contribution("CTB-1", "sweden", amount=Decimal(9000))
    await builder.receipt("CTB-1", "9000", "2022-02-01")
    await builder.allocation("CTB-1", reference, allocated, "2022-03-01")
    found = await reads.fetch(*ALLOCATED_ABOVE.asked(as_of=today(), known_at=NOW))
    funding = {"USD": Funding(Decimal(allocated), Decimal(allocated))}
    judged = surplus(Cost(Decimal(1000), "XOF", Decimal(cost)), funding, reference.partition("-")[0])
    told = [(row["allocated"], row["cost"], row["currency"]) for row in found]
    expected = [] if judged is None else [(judged.allocated.amount, judged.cost.amount, judged.cost.currency)]
    assert told == expected
