"""Allocations against what projects and groups cost."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.funds_api.allocations.service import AllocationRefused, allocate
from shared.auth import Principal, Role
from shared.unit_of_work import unit_of_work
from tests.funds_api.agreements import agree, allocation

pytestmark = pytest.mark.usefixtures("world", "priced")

PEOPLE = {"fatou": "fund_manager", "oumar": "fund_manager", "awa": "approver"}
COST = """
INSERT INTO amount (id, {column}, kind, amount, currency, qualifier, usd, basis, policy, exchange_rate_id, rate, value_on,
    precision, position, recorded_at, recorded_by, is_retraction, is_synthetic)
SELECT uuidv7(), id, 'approved', $2::text::numeric, $3, 'exact', $4::text::numeric, $5, $6, $7, $8::text::numeric,
    '2022-01-02', 'day', 0, now(), 'awa', false, false
FROM {table} WHERE reference = $1
"""


@pytest.fixture
async def priced(admin, world) -> None:
    """Project 1 costs 500 USD, project 2 291,874 francs (500.0008... USD), the group 400 USD."""
    rate = await admin.fetchrow("SELECT id, value::text FROM exchange_rate WHERE value = 583.747")
    project = COST.format(column="project_id", table="project")
    await admin.execute(project, "TF-2022-GAO-001", "500", "USD", "500", "identity", None, None, None)
    francs = ("291874", "XOF", "500.0008565286", "rate", "unore", rate["id"], rate["value"])
    await admin.execute(project, "TF-2022-GAO-002", *francs)
    group = COST.format(column="announcement_id", table="announcement")
    await admin.execute(group, "ANN-2022-01", "400", "USD", "400", "identity", None, None, None)


async def refusal(units, **changed: Any) -> str:
    """Why an allocation is refused; empty when it is booked."""
    try:
        async with units() as unit:
            await allocate(unit, allocation(**changed))
    except AllocationRefused as refused:
        return refused.detail["en"]
    return ""


@pytest.mark.parametrize(
    ("target", "most", "above"),
    [
        ({"project": "TF-2022-GAO-001"}, "500", "0.01"),
        ({"project": "TF-2022-GAO-002"}, "500.001", "0.001"),  # the third decimal of the Trust Fund is rounding
        ({"project": None, "announcement": "ANN-2022-01"}, "400", "0.01"),
    ],
)
async def test_up_to_the_cost_is_allocated_and_no_more(units, target, most, above) -> None:
    await agree(units)
    assert await refusal(units, **target, amount=most) == ""
    said = await refusal(units, **target, amount=above)
    assert " costs " in said
    assert "allocations_above_cost:create" in said


async def test_francs_are_compared_with_francs_whatever_the_rate_of_the_day(units) -> None:
    francs = {"currency": "XOF", "amount": "291874", "reference": "CTB-2022-BEL", "donor": "belgium"}
    await agree(units, **francs, agreement_on="2022-02-16")
    gives = {"contribution": "CTB-2022-BEL", "project": "TF-2022-GAO-002", "currency": "XOF"}
    assert await refusal(units, **gives, amount="291874", on="2022-02-20") == ""  # 506.99 USD that day


async def test_a_reason_and_the_permission_let_it_stand_and_tell(engines, units) -> None:
    await agree(units)
    why = {"amount": "600", "reason": "The second phase is agreed."}

    async def booked(*roles: Role) -> list[str]:
        principal = Principal("fatou", "Fatou", frozenset(roles))
        async with unit_of_work(engines("funds"), principal, service="funds") as unit:
            await allocate(unit, allocation(**why))
            return [doubt.code for doubt in unit.warnings]

    with pytest.raises(AllocationRefused, match="600 USD would be allocated"):
        await booked(Role.FUND_MANAGER)
    with pytest.raises(AllocationRefused, match="600 USD"):
        async with units() as unit:
            await allocate(unit, allocation(amount="600"))  # permitted, but without a reason
    assert await booked(Role.FUND_MANAGER, Role.APPROVER) == ["above_cost"]


@pytest.mark.parametrize("target", [{"project": "TF-2022-GAO-001"}, {"project": None, "announcement": "ANN-2022-01"}])
async def test_two_donors_at_once_never_pay_more_than_the_cost_together(units, sessions, admin, target) -> None:
    await agree(units)
    await agree(units, reference="CTB-2022-BEL", donor="belgium")
    together = asyncio.Barrier(8)

    async def one(number: int) -> bool:
        await together.wait()
        try:
            async with sessions() as unit:
                source = ("CTB-2022-DNK", "CTB-2022-BEL")[number % 2]
                await allocate(unit, allocation(contribution=source, amount="300", **target))
        except AllocationRefused:
            return False
        return True

    assert sum(await asyncio.gather(*(one(number) for number in range(8)))) == 1


async def test_a_fund_manager_proposes_it_and_only_who_is_permitted_releases_it(clients, units) -> None:
    await agree(units)
    people = {name: await clients("funds", role, name) for name, role in PEOPLE.items()}
    asked = allocation(amount="600").model_dump(mode="json", exclude_unset=True)

    async def post(name: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        return await people[name].post(path, json=body, headers=headers)

    assert (await post("fatou", "/v1/allocations", asked)).status_code == 422
    proposed = await post("fatou", "/v1/allocations", {**asked, "reason": "The second phase is agreed."})
    assert proposed.status_code == 202, proposed.text
    assert [one["code"] for one in proposed.json()["warnings"]] == ["above_cost"]
    path = f"/v1/proposals/{proposed.json()['id']}/release"
    assert (await post("oumar", path)).status_code == 422
    assert (await post("awa", path)).status_code == 200
