from uuid import uuid4

import pytest

from services.funds_api.entries import EntryRead
from services.funds_api.exchange_rates.schemas import AffectedConversion, ConversionRead
from shared.resources.allocations import AllocationDetail, AllocationItem
from shared.resources.contributions import ContributionDetail, ContributionItem
from shared.resources.donors import DonorDetail, DonorItem
from shared.resources.rates import RateItem
from tests.funds_api.rate_files import MARCH, un_text, un_xml

pytestmark = pytest.mark.usefixtures("world")

DONOR = {"slug": "belgium", "organisation": "belgium", "protection": "public"}
CONTRIBUTION = {
    "reference": "CTB-2022-BEL",
    "donor": "belgium",
    "mechanism": "TF",
    "agreement_on": "2022-03-03",
    "amount": "1500000",
    "currency": "EUR",
    "earmark_kind": "soft",
    "earmark": {"fr": "Droits des femmes", "en": "Women's rights"},
    "protection": "public",
}
RECEIPT = {"amount": "1000000", "on": "2022-03-03"}
ALLOCATION = {
    "contribution": "CTB-2022-BEL",
    "project": "TF-2022-GAO-001",
    "amount": "110726.859",
    "currency": "USD",
    "on": "2022-03-15",
    "reason": "It trains women mediators",
}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@pytest.fixture
async def manager(clients):
    return await clients("funds", "fund_manager", "fatou")


@pytest.fixture
async def second(clients):
    """Another fund manager, who releases what the first one proposes."""
    return await clients("funds", "fund_manager", "oumar")


async def released(second, proposal):
    """What a proposal became when the second person released it: its entry, or its rate."""
    assert proposal.status_code == 202, proposal.text
    path = proposal.headers["Location"]
    headers = key() | {"If-Match": (await second.get(path)).json()["etag"]}
    answer = await second.post(f"{path}/release", headers=headers)
    assert answer.status_code == 200, answer.text
    of = "exchange-rates" if answer.json()["kind"] == "rate" else "entries"
    return (await second.get(f"/v1/{of}/{answer.json()['result_id']}")).json()


@pytest.fixture
async def funded(manager, second, world):
    """Belgium's contribution, received and partly allocated; the answers by name."""
    answers = {}
    for name, path, body in (
        ("donor", "/v1/donors", DONOR),
        ("contribution", "/v1/contributions", CONTRIBUTION),
        ("receipt", "/v1/contributions/CTB-2022-BEL/receipts", RECEIPT),
    ):
        answer = await manager.post(path, json=body, headers=key())
        assert answer.status_code == 201, answer.text
        answers[name] = answer.json()
    proposal = await manager.post("/v1/allocations", json=ALLOCATION, headers=key())
    return {**answers, "allocation": await released(second, proposal)}


async def test_a_contribution_is_agreed_received_and_allocated(manager, funded) -> None:
    receipt = EntryRead.model_validate(funded["receipt"])
    (available,) = [one for one in receipt.postings if one.account == "available"]
    assert str(available.usd) == "1123595.5056179775"
    assert available.rate is not None
    assert (str(available.rate.value), available.rate.effective_on.isoformat()) == ("0.89", "2022-03-01")
    allocation = EntryRead.model_validate(funded["allocation"])
    assert {one.account for one in allocation.postings} == {"available", "exchange_position", "allocated"}
    assert allocation.reference == "CTB-2022-BEL-A1"
    assert (await manager.get(f"/v1/entries/{allocation.id}")).json() == funded["allocation"]


async def test_lists_and_details_are_what_their_models_say(manager, funded) -> None:
    for path, wanted, item, detail in (
        ("donors", "belgium", DonorItem, DonorDetail),
        ("contributions", "CTB-2022-BEL", ContributionItem, ContributionDetail),
        ("allocations", "CTB-2022-BEL-A1", AllocationItem, AllocationDetail),
    ):
        listed = await manager.get(f"/v1/{path}?include=total")
        assert listed.status_code == 200, listed.text
        assert listed.json()["total"] == 1
        item.model_validate(listed.json()["items"][0])
        read = await manager.get(f"/v1/{path}/{wanted}")
        assert read.status_code == 200, read.text
        detail.model_validate(read.json())
        totals = await manager.get(f"/v1/{path}/totals")
        assert totals.json()["total"] == 1
    (donor,) = (await manager.get("/v1/donors")).json()["items"]
    assert donor["received_usd"] == "1123595.5056179775"
    before = await manager.get("/v1/allocations?as_of=2022-03-14")
    assert before.json()["items"] == []


async def test_an_entry_is_reversed_once(manager, second, funded) -> None:
    path = f"/v1/entries/{funded['allocation']['id']}/reversals"
    body = {"on": "2022-03-20", "reason": "wrong project"}
    first = await released(second, await manager.post(path, json=body, headers=key()))
    assert first["reverses_id"] == funded["allocation"]["id"]
    again = await manager.post(path, json=body, headers=key())
    assert again.status_code == 409
    assert again.json()["type"].endswith("already-reversed")
    (contribution,) = (await manager.get("/v1/contributions")).json()["items"]
    assert contribution["allocated_usd"] == "0"


async def test_the_same_key_books_once(manager, second, funded, admin) -> None:
    same = key()
    answers = [await manager.post("/v1/allocations", json=ALLOCATION, headers=same) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.content for answer in answers}) == 1
    assert answers[2].headers["Idempotency-Replayed"] == "true"
    await released(second, answers[2])
    assert await admin.fetchval("SELECT count(*) FROM journal_entry WHERE kind = 'allocation'") == 2


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/v1/contributions", {**CONTRIBUTION, "amount": 1000000}, 422, "invalid-input"),
        ("/v1/contributions", {**CONTRIBUTION, "amount": "1,000"}, 422, "invalid-input"),
        ("/v1/contributions", {**CONTRIBUTION, "amount": "NaN"}, 422, "invalid-input"),
        ("/v1/contributions", {**CONTRIBUTION, "amount": "-5"}, 422, "invalid-input"),
        ("/v1/contributions", {**CONTRIBUTION, "reference": "CTB-2", "amount": "1.234"}, 422, "amount-refused"),
        ("/v1/contributions", {**CONTRIBUTION, "earmark": None}, 422, "invalid-input"),
        ("/v1/contributions", CONTRIBUTION, 409, "contribution-exists"),
        ("/v1/donors", DONOR, 409, "donor-exists"),
        ("/v1/contributions/CTB-0/receipts", RECEIPT, 404, "not-found"),
        ("/v1/contributions/CTB-2022-BEL/receipts", {**RECEIPT, "on": "2022-02-30"}, 422, "invalid-input"),
        (
            "/v1/contributions/CTB-2022-BEL/receipts",
            {**RECEIPT, "amount": "1", "on": "2023-01-01"},
            422,
            "rate-missing",
        ),
        ("/v1/allocations", {**ALLOCATION, "amount": "99999999"}, 422, "overspent"),
        ("/v1/allocations", {**ALLOCATION, "announcement": "ANN-2022-01"}, 422, "invalid-input"),
        ("/v1/allocations", {**ALLOCATION, "project": "TF-2022-GAO-003"}, 422, "allocation-refused"),
        ("/v1/allocations", {**ALLOCATION, "reason": "\x00"}, 422, "unstorable-character"),
    ],
)
@pytest.mark.usefixtures("funded")
async def test_a_refusal_says_why_and_leaves_nothing(manager, admin, path, body, status, kind) -> None:
    counts = "SELECT (SELECT count(*) FROM posting), (SELECT count(*) FROM audit), (SELECT count(*) FROM outbox)"
    before = await admin.fetchrow(counts)
    answer = await manager.post(path, json=body, headers=key())
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert problem["type"].endswith(kind), problem
    assert problem["detail"]
    assert await admin.fetchrow(counts) == before


async def test_money_needs_a_key_and_a_fund_manager(clients, manager) -> None:
    assert (await manager.post("/v1/contributions", json=CONTRIBUTION)).status_code == 400
    officer = await clients("funds", "programme_officer", "awa")
    assert (await officer.post("/v1/contributions", json=CONTRIBUTION, headers=key())).status_code == 403
    nobody = await clients("funds")
    assert (await nobody.get("/v1/contributions")).status_code == 401


class TestRates:
    async def test_are_recorded_listed_and_corrected(self, manager, second) -> None:
        rate = {
            "base": "USD",
            "quote": "GBP",
            "value": "0.747",
            "source": "unore",
            "effective_on": "2022-03-01",
            "document": "UN rates",
        }
        first = await manager.post("/v1/exchange-rates", json=rate, headers=key())
        assert first.status_code == 201, first.text
        again = await manager.post("/v1/exchange-rates", json={**rate, "value": "0.8"}, headers=key())
        assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "rate-held")
        correction = {**rate, "value": "0.748", "supersedes_id": first.json()["id"], "reason": "misread"}
        proposal = await manager.post("/v1/exchange-rates", json=correction, headers=key())
        assert (await released(second, proposal))["supersedes_id"] == first.json()["id"]
        listed = await manager.get("/v1/exchange-rates?currency__in=GBP&ordering=effective_on")
        items = [RateItem.model_validate(item) for item in listed.json()["items"]]
        assert {(str(item.value), item.superseded_by_id is None) for item in items} == {
            ("0.747", False),
            ("0.748", True),
        }
        standing = await manager.get("/v1/exchange-rates?currency__in=GBP&is_superseded=false")
        assert [item["value"] for item in standing.json()["items"]] == ["0.748"]
        one = await manager.get(f"/v1/exchange-rates/{first.json()['id']}")
        assert one.json()["value"] == "0.747"

    async def test_come_by_file_and_say_what_they_would_change(self, manager, funded) -> None:
        path = "/v1/exchange-rates/files"
        octets = {"Content-Type": "application/octet-stream"}
        for content, created in ((un_xml(*MARCH), 0), (un_text(("Mali", "XOF", "2 Mar 2022", "590")), 1)):
            answer = await manager.post(path, content=content, headers=key() | octets)
            assert answer.status_code == 200, answer.text
            assert answer.json()["created"] == created
        euro = un_xml(("Euro zone", "EUR", "3 Mar 2022", "0.900"))
        assert (await manager.post(path, content=euro, headers=key() | octets)).json()["created"] == 1
        (rate,) = (
            await manager.get("/v1/exchange-rates?effective_on__gte=2022-03-03&effective_on__lte=2022-03-03")
        ).json()["items"]
        affected = (await manager.get(f"/v1/exchange-rates/{rate['id']}/conversions")).json()
        assert {AffectedConversion.model_validate(one).usd_now.to_integral() for one in affected} == {1111111, -1111111}
        wrong = un_xml(("Euro zone", "EUR", "3 Mar 2022", "0.901"))
        assert (await manager.post(path, content=wrong, headers=key() | octets)).status_code == 409
        unsaid = await manager.post(f"{path}?supersede=true", content=wrong, headers=key() | octets)
        assert unsaid.status_code == 422
        said = await manager.post(
            f"{path}?supersede=true", content=wrong, headers=key() | octets | {"X-Reason": "corrigendum"}
        )
        assert said.json().items() >= {"created": 0, "unchanged": 0, "superseded": 1}.items()
        nonsense = await manager.post(path, content=b"<html/>", headers=key() | octets)
        assert nonsense.json()["type"].endswith("unreadable-rates")

    @pytest.mark.parametrize(
        ("query", "converted", "rate"),
        [
            ("amount=64636472&from=XOF&to=USD&on=2022-03-01", "110726.8594099841", "583.747"),
            ("amount=64636472&from=XOF&to=USD&on=2022-02-24&policy=unore", "112273.7934772036", "575.704"),
            ("amount=1000000&from=EUR&to=XOF&on=2022-03-03", "655957000.0000000000", "655.957"),
            ("amount=655957000&from=XOF&to=EUR&on=2022-03-03&policy=peg", "1000000.0000000000", "655.957"),
            ("amount=1000000&from=EUR&to=USD&on=2022-03-03", "1123595.5056179775", "0.89"),
            ("amount=100&from=USD&to=XOF&on=2022-03-03", "58374.7000000000", "583.747"),
        ],
    )
    async def test_convert_an_amount_and_name_themselves(self, manager, query, converted, rate) -> None:
        answer = await manager.get(f"/v1/conversions?{query}")
        assert answer.status_code == 200, answer.text
        read = ConversionRead.model_validate(answer.json())
        assert (str(read.converted), str(read.rate.value)) == (converted, rate)

    @pytest.mark.parametrize(
        ("query", "kind"),
        [
            ("amount=1&from=EUR&to=XOF&on=2022-03-03&policy=unore", "not-convertible"),
            ("amount=1&from=EUR&to=GBP&on=2022-03-03", "not-convertible"),
            ("amount=1&from=XOF&to=USD&on=2022-03-03&policy=peg", "not-convertible"),
            ("amount=1&from=XOF&to=USD&on=2022-05-30", "rate-missing"),
            ("amount=1&from=XOF&to=USD&on=2022-03-03&policy=ecb", "rate-missing"),
            ("amount=1&from=XOF&to=ZZZ&on=2022-03-03", "invalid-input"),
            ("amount=1&from=XOF&to=XOF&on=2022-03-03", "invalid-input"),
            ("amount=1e3&from=XOF&to=USD&on=2022-03-03", "invalid-input"),
            ("amount=1&from=XOF&to=USD&on=2022-03-03&polcy=peg", "unknown-parameter"),
        ],
    )
    async def test_never_guess(self, manager, query, kind) -> None:
        answer = await manager.get(f"/v1/conversions?{query}")
        assert answer.status_code == 422, answer.text
        assert answer.json()["type"].endswith(kind)

    async def test_a_policy_says_how_old_they_may_be(self, manager) -> None:
        late = "/v1/conversions?amount=1&from=XOF&to=USD&on=2022-05-20"
        assert (await manager.get(late)).status_code == 422
        for _ in range(2):
            answer = await manager.put("/v1/rate-policies/unore", json={"max_age_days": 90})
            assert answer.status_code == 200
            assert answer.json().items() >= {"policy": "unore", "max_age_days": 90, "recorded_by": "fatou"}.items()
        listed = await manager.get("/v1/rate-policies")
        assert {one["policy"]: one["max_age_days"] for one in listed.json()} == {"ecb": 7, "unore": 90}
        assert (await manager.get(late)).status_code == 200
        assert (await manager.put("/v1/rate-policies/unore", json={"max_age_days": 0})).status_code == 422


async def test_a_donor_whose_total_moved_is_not_unchanged(manager, world):
    await manager.post("/v1/donors", json=DONOR, headers=key())
    before = await manager.get("/v1/donors/belgium")
    held = {"If-None-Match": before.headers["ETag"]}
    assert (await manager.get("/v1/donors/belgium", headers=held)).status_code == 304
    await manager.post("/v1/contributions", json=CONTRIBUTION, headers=key())
    after = await manager.get("/v1/donors/belgium", headers=held)
    assert after.status_code == 200
    assert after.json() != before.json()


async def test_a_donor_is_edited_and_is_deleted_while_it_gave_nothing(manager, funded) -> None:
    path = f"/v1/donors/{DONOR['slug']}"
    refused = await manager.delete(path, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["referred_to_by"]) == (409, {"contribution": 1})
    content = {name: value for name, value in DONOR.items() if name != "slug"}
    edited = await manager.put(path, json={**content, "is_listed_last": True}, headers={"If-Match": '"1"'})
    assert edited.status_code == 200, edited.text
    read = (await manager.get(path)).json()
    assert (read["is_listed_last"], read["can"]) == (True, ["delete", "edit"])


async def test_a_deleted_donors_slug_is_not_given_again(manager, world) -> None:
    assert (await manager.post("/v1/donors", json=DONOR)).status_code == 201
    gone = await manager.delete(f"/v1/donors/{DONOR['slug']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204, gone.text
    again = await manager.post("/v1/donors", json=DONOR)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "name_retired")


async def test_what_a_double_was_given_and_gave_back_is_listed_under_the_kept_project(
    clients, manager, second, funded
) -> None:
    officer = await clients("projects", "programme_officer", "awa")
    into = {"into": "TF-2022-GAO-002", "reason": "Entered twice."}
    merge = "/v1/projects/TF-2022-GAO-001/merge"
    held = await officer.post(merge, json=into, headers={"If-Match": "*"})
    assert (held.status_code, held.json()["referred_to_by"]) == (409, {"account": 1})
    path = f"/v1/entries/{funded['allocation']['id']}/reversals"
    await released(second, await manager.post(path, json={"on": "2022-03-20", "reason": "twice"}, headers=key()))
    merged = await officer.post(merge, json=into, headers={"If-Match": "*"})
    assert merged.status_code == 200, merged.text
    for name in ("TF-2022-GAO-001", "TF-2022-GAO-002"):
        listed = (await manager.get("/v1/allocations", params={"project__in": name})).json()["items"]
        assert {one["project"] for one in listed} == {"TF-2022-GAO-002"}, name
        assert {one["reference"] for one in listed} >= {"CTB-2022-BEL-A1"}
