"""What is agreed, amended and received: refused above the agreement, corrected without overwriting."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.funds_api.allocations.service import allocate
from services.funds_api.contributions.agreements import AboveAgreement
from services.funds_api.contributions.receipts import record_receipt
from services.funds_api.contributions.service import create_contribution
from services.funds_api.imports.schemas import ROWS
from services.funds_api.imports.service import import_rows
from tests.funds_api.agreements import agree, allocation, contribution, receipt

pytestmark = pytest.mark.usefixtures("world")

AMENDMENTS = "/v1/contributions/CTB-2022-DNK/amendments"
RECEIPTS = "/v1/contributions/CTB-2022-DNK/receipts"
RAISED = {"on": "2022-03-01", "amount": "1100", "reason": "A second instalment."}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@pytest.fixture
async def manager(clients):
    return await clients("funds", "fund_manager", "fatou")


@pytest.fixture
async def agreed(units, world) -> None:
    """1,000 USD of Denmark's, all received."""
    await agree(units)


async def posted(manager, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = await manager.post(path, json=body, headers=key())
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.usefixtures("agreed")
class TestReceivedAboveTheAgreement:
    async def test_is_refused_with_the_numbers_in_the_readers_language(self, manager) -> None:
        body = {"amount": "0.5", "on": "2022-03-01"}
        answer = await manager.post(RECEIPTS, json=body, headers={**key(), "Accept-Language": "fr"})
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/amount", "above_agreement")
        assert "1 000,50 USD seraient reçus au 1er mars 2022" in fault["detail"].translate({0x202F: " ", 0xA0: " "})

    async def test_is_received_once_the_agreement_is_amended_from_that_date(self, manager) -> None:
        await posted(manager, AMENDMENTS, RAISED)
        await posted(manager, RECEIPTS, {"amount": "100", "on": "2022-02-28"}, 422)
        await posted(manager, RECEIPTS, {"amount": "100", "on": "2022-03-01"})
        await posted(manager, RECEIPTS, {"amount": "0.01", "on": "2022-03-02"}, 422)

    async def test_is_told_when_an_amendment_lowers_the_agreement_below_it(self, manager) -> None:
        told = await posted(manager, AMENDMENTS, {**RAISED, "amount": "900"})
        assert told["amount"] == "900"
        assert [one["code"] for one in told["warnings"]] == ["above_agreement"]


class TestTheDayOfAnAgreement:
    @pytest.mark.parametrize(
        ("on", "code"),
        [("2012-12-31", "date_too_early"), ("1022-03-03", "date_too_early"), ("2199-01-01", "date_future")],
    )
    async def test_is_neither_to_come_nor_before_its_mechanism_as_in_a_file(
        self, manager, units, admin, on, code
    ) -> None:
        await admin.execute("UPDATE mechanism SET since = 2013 WHERE code = 'TF'")
        await agree(units)
        other = contribution(reference="CTB-2022-NEW").model_dump(mode="json")
        refused = await posted(manager, "/v1/contributions", {**other, "agreement_on": on}, 422)
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/agreement_on", code)]
        refused = await posted(manager, AMENDMENTS, {**RAISED, "on": on}, 422)
        assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == ("/on", code)


async def test_two_receipts_at_once_never_pass_the_agreement_together(units, sessions, admin) -> None:
    await agree(units, received=None)
    together = asyncio.Barrier(8)

    async def one() -> bool:
        await together.wait()
        try:
            async with sessions() as unit:
                await record_receipt(unit, "CTB-2022-DNK", receipt(amount="600"))
        except AboveAgreement:
            return False
        return True

    assert sum(await asyncio.gather(*(one() for _ in range(8)))) == 1
    assert await admin.fetchval("SELECT sum(amount) FROM posting WHERE amount > 0") == 600


@pytest.mark.usefixtures("agreed")
class TestAmendments:
    async def test_hold_from_their_date_and_were_not_known_before(self, manager, admin) -> None:
        before = (await admin.fetchval("SELECT clock_timestamp()")).isoformat()
        await posted(manager, AMENDMENTS, RAISED)

        async def amount(**moment: str) -> str:
            answer = await manager.get("/v1/contributions/CTB-2022-DNK", params=moment)
            return answer.json()["amount"]

        assert await amount() == "1100"
        assert await amount(as_of="2022-02-28") == "1000"
        assert await amount(known_at=before) == "1000"

    async def test_are_corrected_once_and_leave_what_they_do_not_name(self, manager) -> None:
        wish = {"earmark_kind": "soft", "earmark": {"fr": "Eau", "en": "Water"}}
        await posted(manager, AMENDMENTS, {"on": "2022-02-01", "earmark": wish, "reason": "The donor's letter."})
        await posted(manager, AMENDMENTS, RAISED)
        agreements = (await manager.get("/v1/contributions/CTB-2022-DNK")).json()["agreements"]
        assert [(one["on"], one["amount"], one["earmark_kind"]) for one in agreements] == [
            ("2022-01-10", "1000", "none"),
            ("2022-02-01", "1000", "soft"),
            ("2022-03-01", "1100", "soft"),
        ]
        correction = {**RAISED, "amount": "1200", "supersedes_id": agreements[2]["id"]}
        assert (await posted(manager, AMENDMENTS, correction))["amount"] == "1200"
        await posted(manager, AMENDMENTS, correction, 409)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"on": "2021-12-31"}, "before_agreement"),
            ({"on": "2199-01-01"}, "date_future"),
            ({"amount": "1.2345"}, "amount_refused"),
            ({"amount": None}, "amendment_empty"),
            ({"earmark": {"earmark_kind": "hard", "earmark": {"fr": "Eau", "en": "Water"}}}, "earmark_data"),
        ],
    )
    async def test_are_refused_where_they_cannot_hold(self, manager, changed, code) -> None:
        problem = await posted(manager, AMENDMENTS, {**RAISED, **changed}, 422)
        assert code in {one["code"] for one in problem["errors"]}

    async def test_an_agreement_cannot_begin_after_what_was_received_on_it(self, manager) -> None:
        (signed,) = (await manager.get("/v1/contributions/CTB-2022-DNK")).json()["agreements"]
        late = {"on": "2022-02-02", "amount": "1000", "reason": "typing", "supersedes_id": signed["id"]}
        problem = await posted(manager, AMENDMENTS, late, 422)
        assert problem["errors"][0]["code"] == "after_receipt"
        await posted(manager, AMENDMENTS, {**late, "on": "2022-01-05"})


@pytest.mark.usefixtures("agreed")
class TestCorrectedReceipts:
    async def test_the_right_one_takes_the_place_of_the_wrong_one_when_another_person_releases_it(
        self, manager, clients, admin
    ) -> None:
        entry = await admin.fetchval("SELECT id::text FROM journal_entry")
        right = {"amount": "950", "on": "2022-02-03", "reason": "Bank charges."}
        proposal = await posted(manager, f"/v1/entries/{entry}/corrections", right, 202)
        approver = await clients("funds", "approver", "awa")
        path = f"/v1/proposals/{proposal['id']}/release"
        answer = await approver.post(path, headers={**key(), "If-Match": "*"})
        assert answer.status_code == 200, answer.text
        assert (await manager.get("/v1/contributions/CTB-2022-DNK")).json()["available"] == "950"
        await posted(manager, f"/v1/entries/{entry}/corrections", right, 409)

    async def test_money_that_is_allocated_stays_covered(self, units, manager, admin) -> None:
        async with units() as unit:
            await allocate(unit, allocation(amount="960"))
        entry = await admin.fetchval("SELECT id::text FROM journal_entry WHERE kind = 'receipt'")
        path = f"/v1/entries/{entry}/corrections"
        right = {"on": "2022-02-03", "reason": "Bank charges."}
        await posted(manager, path, {**right, "amount": "959"}, 422)
        await posted(manager, path, {**right, "amount": "1001"}, 422)
        await posted(manager, path, {**right, "amount": "960"}, 202)


class TestContributions:
    async def test_without_a_reference_get_the_next_one_each(self, units, sessions, admin) -> None:
        await agree(units, received=None)
        together = asyncio.Barrier(6)

        async def one() -> str:
            await together.wait()
            async with sessions() as unit:
                return (await create_contribution(unit, contribution(reference=None))).reference

        assert sorted(await asyncio.gather(*(one() for _ in range(6)))) == [
            f"CTB-2022-{number:03d}" for number in range(1, 7)
        ]

    async def test_are_edited_where_they_hold_no_fact(self, manager, units) -> None:
        await agree(units)
        path = "/v1/contributions/CTB-2022-DNK"
        etag = (await manager.get(path)).headers["ETag"]
        assert (await manager.put(path, json={"protection": "public"})).status_code == 428
        answer = await manager.put(path, json={"protection": "public"}, headers={"If-Match": etag})
        assert (answer.status_code, answer.json()["protection"]) == (200, "public")

    async def test_are_withdrawn_while_nothing_is_booked_and_stay_known_at_earlier_moments(
        self, manager, units, admin
    ) -> None:
        await agree(units, received=None)
        path = "/v1/contributions/CTB-2022-DNK"
        before = (await admin.fetchval("SELECT clock_timestamp()")).isoformat()
        answer = await manager.delete(path, headers={"If-Match": "*"})
        assert answer.status_code == 204, answer.text
        assert (await manager.get(path)).status_code == 404
        assert (await manager.get(path, params={"known_at": before})).status_code == 200
        await posted(manager, RECEIPTS, {"amount": "1", "on": "2022-03-01"}, 404)
        gives = {"contribution": "CTB-2022-DNK", "project": "TF-2022-GAO-001", "currency": "USD"}
        await posted(manager, "/v1/allocations", {**gives, "amount": "1", "on": "2022-03-01"}, 422)

    async def test_with_entries_are_not_withdrawn(self, manager, units) -> None:
        await agree(units)
        answer = await manager.delete("/v1/contributions/CTB-2022-DNK", headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "contribution-in-use")


class TestPortfolioFiles:
    async def filed(self, units, **changed: Any) -> dict[str, int]:
        row = {
            "type": "contribution",
            "reference": "CTB-2022-DNK",
            "donor": "denmark",
            "mechanism": "TF",
            "agreement_on": "2022-01-10",
            "amount": "1000",
            "currency": "USD",
            **changed,
        }
        async with units() as unit:
            return dict(await import_rows(unit, [ROWS["contribution"].model_validate(row)]))

    async def test_amend_once(self, units, admin) -> None:
        await agree(units)
        amended = {"amendments": [RAISED, {"on": "2022-04-01", "amount": "1500", "reason": "A third."}]}
        assert await self.filed(units, **amended) == {"changed": 1}
        assert await self.filed(units, **amended) == {"unchanged": 1}
        assert await self.filed(units) == {"unchanged": 1}  # what a person entered stays
        amounts = await admin.fetch("SELECT amount FROM agreement ORDER BY value_on")
        assert [row["amount"] for row in amounts] == [1000, 1100, 1500]

    async def test_correct_without_overwriting(self, units, admin) -> None:
        await agree(units)
        assert await self.filed(units, amount="1050") == {"changed": 1}
        rows = await admin.fetch("SELECT amount, supersedes_id IS NULL AS is_first FROM agreement ORDER BY id")
        assert [tuple(row) for row in rows] == [(Decimal(1000), True), (Decimal(1050), False)]

    async def test_registers_come_first(self, units) -> None:
        await agree(units, received=None)
        receipts = [{"reference": "CTB-2022-DNK-R1", "amount": "1100", "on": "2022-02-01"}]
        assert await self.filed(units, receipts=receipts) == {"changed": 1}
