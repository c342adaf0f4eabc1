"""Two persons for money: what one proposes takes effect when another releases it, and only then."""

import asyncio

import pytest

from shared.resources.proposals import ProposalItem
from tests.funds_api.test_routes import ALLOCATION, CONTRIBUTION, DONOR, RECEIPT, key

pytestmark = pytest.mark.usefixtures("world")

RATE = {
    "base": "USD",
    "quote": "GBP",
    "value": "0.75",
    "source": "manual",
    "effective_on": "2022-03-01",
    "document": "Call with the bank",
    "reason": "Not published",
}


@pytest.fixture
async def people(clients):
    """Two fund managers and an approver, by name; Belgium's million has been received."""
    found = {name: await clients("funds", "fund_manager", name) for name in ("fatou", "oumar")}
    found["awa"] = await clients("funds", "approver", "awa")
    for path, body in (
        ("/v1/donors", DONOR),
        ("/v1/contributions", CONTRIBUTION),
        ("/v1/contributions/CTB-2022-BEL/receipts", RECEIPT),
    ):
        assert (await found["fatou"].post(path, json=body, headers=key())).status_code == 201
    return found


async def decide(who, path, decision, json=None):
    etag = (await who.get(path)).json()["etag"]
    return await who.post(f"{path}/{decision}", json=json, headers=key() | {"If-Match": etag})


async def propose(who, path, body):
    answer = await who.post(path, json=body, headers=key())
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


async def allocated(who):
    (contribution,) = (await who.get("/v1/contributions")).json()["items"]
    return contribution["allocated_usd"]


async def test_an_allocation_is_booked_by_the_second_person(people) -> None:
    path = await propose(people["fatou"], "/v1/allocations", ALLOCATION)
    assert await allocated(people["fatou"]) == "0"
    offered = {name: (await who.get(path)).json()["can"] for name, who in people.items()}
    assert offered == {"fatou": ["return"], "oumar": ["release", "return"], "awa": ["release", "return"]}
    own = await decide(people["fatou"], path, "release")
    assert (own.status_code, own.json()["type"].rpartition(":")[2]) == (403, "own-proposal")
    answer = await decide(people["awa"], path, "release")
    assert answer.status_code == 200, answer.text
    entry = (await people["awa"].get(f"/v1/entries/{answer.json()['result_id']}")).json()
    assert entry["reference"] == "CTB-2022-BEL-A1"
    assert await allocated(people["fatou"]) == "110726.859"


async def test_a_reversal_needs_another_person_too(people) -> None:
    path = await propose(people["fatou"], "/v1/allocations", ALLOCATION)
    entry = (await decide(people["oumar"], path, "release")).json()["result_id"]
    right = {"amount": "1000", "on": "2022-03-20", "reason": "wrong amount"}
    corrected = await people["oumar"].post(f"/v1/entries/{entry}/corrections", json=right, headers=key())
    assert [fault["code"] for fault in corrected.json()["errors"]] == ["no_receipt"]
    body = {"on": "2022-03-20", "reason": "wrong project"}
    path = await propose(people["oumar"], f"/v1/entries/{entry}/reversals", body)
    assert (await decide(people["oumar"], path, "release")).status_code == 403
    assert await allocated(people["oumar"]) == "110726.859"
    assert (await decide(people["fatou"], path, "release")).status_code == 200
    assert await allocated(people["oumar"]) == "0"


async def test_a_rate_by_hand_converts_only_when_another_person_released_it(people) -> None:
    wanted = "/v1/conversions?amount=100&from=GBP&to=USD&on=2022-03-02&policy=manual"
    path = await propose(people["fatou"], "/v1/exchange-rates", RATE)
    assert (await people["fatou"].get(wanted)).status_code == 422
    assert (await decide(people["fatou"], path, "release")).status_code == 403
    assert (await decide(people["oumar"], path, "release")).status_code == 200
    listed = (await people["oumar"].get("/v1/exchange-rates?currency__in=GBP")).json()["items"]
    assert [(one["value"], one["recorded_by"]) for one in listed] == [("0.75", "oumar")]


async def test_what_could_not_take_effect_is_not_proposed(people) -> None:
    body = {**ALLOCATION, "amount": "99999999"}
    answer = await people["fatou"].post("/v1/allocations", json=body, headers=key())
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "overspent")
    assert (await people["fatou"].get("/v1/proposals?include=total")).json()["total"] == 0


async def test_what_became_impossible_is_refused_at_the_release_and_stays_open(people) -> None:
    body = {**ALLOCATION, "amount": "900000", "currency": "EUR"}
    paths = [await propose(people["fatou"], "/v1/allocations", body) for _ in range(2)]
    assert (await decide(people["oumar"], paths[0], "release")).status_code == 200
    answer = await decide(people["oumar"], paths[1], "release")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "overspent")
    assert (await people["oumar"].get(paths[1])).json()["state"] == "proposed"


@pytest.mark.parametrize(("who", "state"), [("fatou", "withdrawn"), ("awa", "sent_back")])
async def test_it_is_withdrawn_by_its_author_or_sent_back_by_another_with_a_comment(people, who, state) -> None:
    path = await propose(people["fatou"], "/v1/allocations", ALLOCATION)
    assert (await decide(people[who], path, "return")).status_code == 422
    answer = await decide(people[who], path, "return", {"comment": "Half of it was asked."})
    assert (answer.status_code, answer.json()["state"]) == (200, state)
    late = await decide(people["oumar"], path, "release")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "proposal-closed")
    assert await allocated(people["fatou"]) == "0"


async def test_two_releases_at_once_book_once(people, admin) -> None:
    path = await propose(people["fatou"], "/v1/allocations", ALLOCATION)
    answers = await asyncio.gather(*(decide(people[who], path, "release") for who in ("oumar", "awa")))
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    assert await admin.fetchval("SELECT count(*) FROM journal_entry WHERE kind = 'allocation'") == 1


async def test_what_waits_is_listed_and_counted(people) -> None:
    await propose(people["fatou"], "/v1/allocations", ALLOCATION)
    await propose(people["fatou"], "/v1/exchange-rates", RATE)
    (one,) = (await people["awa"].get("/v1/proposals?state__in=proposed&kind__in=rate")).json()["items"]
    assert ProposalItem.model_validate(one).can == ["release", "return"]
    totals = (await people["awa"].get("/v1/proposals/totals?state__in=proposed")).json()
    assert totals["by"]["kind"] == {"allocation": 1, "rate": 1}
