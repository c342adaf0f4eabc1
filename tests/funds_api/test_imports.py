from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from services.funds_api.imports.schemas import ROWS
from services.funds_api.imports.service import HeldOtherwise, import_rows, known_references
from services.funds_api.journal.service import Overspent
from shared.errors import RateMissing
from shared.portfolio import Row

pytestmark = pytest.mark.usefixtures("world")

RATE = {
    "type": "rate",
    "base": "USD",
    "quote": "XOF",
    "value": "583.747",
    "source": "unore",
    "effective_on": "2022-03-01",
    "document": "UN",
}
DONOR = {"type": "donor", "slug": "belgium", "organisation": "belgium", "protection": "public"}
CONTRIBUTION = {
    "type": "contribution",
    "reference": "CTB-2022-BEL",
    "donor": "belgium",
    "mechanism": "TF",
    "agreement_on": "2022-03-03",
    "amount": "1000000",
    "currency": "EUR",
    "protection": "public",
    "receipts": [{"reference": "RCT-2022-BEL-1", "amount": "600000", "on": "2022-03-03"}],
}


def allocation(number: int, **changed: Any) -> dict[str, Any]:
    row = {
        "type": "allocation",
        "reference": f"ALC-2022-{number:03}",
        "contribution": "CTB-2022-BEL",
        "project": f"TF-2022-GAO-00{1 + number % 3}",
        "amount": "100.00",
        "currency": "USD",
        "on": "2022-03-20",
        "is_synthetic": True,
    }
    return {**row, **changed}


def rows(*stated: dict[str, Any]) -> list[Row]:
    return [ROWS[row["type"]].model_validate(row) for row in stated]


WHOLE = (
    {"type": "rate_policy", "policy": "unore", "max_age_days": 45},
    {"type": "rate_policy", "policy": "contract", "max_age_days": 400},
    RATE,
    DONOR,
    CONTRIBUTION,
    *(allocation(number) for number in range(30)),
)


async def test_the_same_rows_twice_change_nothing(units, admin) -> None:
    async with units() as unit:
        assert await import_rows(unit, rows(*WHOLE)) == Counter(created=33, unchanged=2)
    counts = "SELECT (SELECT count(*) FROM posting), (SELECT count(*) FROM audit)"
    before = await admin.fetchrow(counts)
    async with units() as unit:
        assert await import_rows(unit, rows(*WHOLE)) == Counter(unchanged=35)
    assert await admin.fetchrow(counts) == before
    assert await admin.fetchval("SELECT count(*) FROM journal_entry WHERE is_synthetic") == 30
    async with units() as unit:
        known = await known_references(
            unit.session,
            {
                "contribution": {"CTB-2022-BEL", "CTB-2022-XXX"},
                "allocation": {"ALC-2022-001", "RCT-2022-BEL-1"},
                "project": {"QIP-1"},
            },
        )
    assert known == {"contribution": {"CTB-2022-BEL"}, "allocation": {"ALC-2022-001"}}


async def test_a_further_receipt_changes_its_contribution_only(units, admin) -> None:
    async with units() as unit:
        await import_rows(unit, rows(*WHOLE))
    more = {"reference": "RCT-2022-BEL-2", "amount": "400000", "on": "2022-03-16"}
    changed = {
        **CONTRIBUTION,
        "receipts": [*CONTRIBUTION["receipts"], more],
        "earmark_kind": "soft",
        "earmark": {"fr": "Droits des femmes"},
    }
    async with units() as unit:
        assert await import_rows(unit, rows(changed)) == Counter(changed=1)
    usd = await admin.fetchval("SELECT sum(usd) FROM posting WHERE currency = 'EUR' AND amount IN (600000, 400000)")
    # each receipt at the rate of its own day: 0.890 and 0.913
    assert usd == Decimal("674157.3033707865") + Decimal("438116.1007667032")


@pytest.mark.parametrize(
    "row",
    [
        {**CONTRIBUTION, "currency": "USD"},
        {**CONTRIBUTION, "mechanism": "QIP"},
        {**CONTRIBUTION, "receipts": [{**CONTRIBUTION["receipts"][0], "amount": "600001"}]},
        {**CONTRIBUTION, "receipts": [{**CONTRIBUTION["receipts"][0], "on": "2022-03-04"}]},
        allocation(0, amount="100.01"),
        allocation(0, on="2022-03-21"),
        allocation(0, project="TF-2022-GAO-002"),
        allocation(0, project=None, announcement="ANN-2022-01"),
    ],
)
async def test_what_is_booked_is_never_rewritten(units, row) -> None:
    async with units() as unit:
        await import_rows(unit, rows(*WHOLE))
    with pytest.raises(HeldOtherwise):
        async with units() as unit:
            await import_rows(unit, rows(row))


async def test_a_chunk_that_overspends_leaves_nothing_and_names_each_row(units, admin) -> None:
    async with units() as unit:
        await import_rows(unit, rows(RATE, DONOR, CONTRIBUTION))
    with pytest.raises(Overspent) as refused:
        async with units() as unit:
            await import_rows(
                unit,
                rows(
                    allocation(1, amount="600000"),
                    allocation(2, amount="600000"),
                    allocation(3, amount="1"),
                    allocation(4, amount="600000"),
                ),
            )
    assert [fault.detail["en"].split()[0] for fault in refused.value.faults] == ["ALC-2022-002", "ALC-2022-004"]
    assert await admin.fetchval("SELECT count(*) FROM journal_entry WHERE kind = 'allocation'") == 0


async def test_a_receipt_without_a_rate_is_refused(units) -> None:
    early = {**CONTRIBUTION, "agreement_on": "2021-01-01"}
    early["receipts"] = [{"reference": "RCT-2021-BEL-1", "amount": "1", "on": "2021-01-01"}]
    with pytest.raises(RateMissing):
        async with units() as unit:
            await import_rows(unit, rows(DONOR, early))
