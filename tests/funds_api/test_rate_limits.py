"""Rates and files of every size and kind get an answer: read, skipped and named, or refused with a reason."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.funds_api.exchange_rates.published import PublishedRate
from services.funds_api.exchange_rates.queries import rates_held
from shared.domain.conversion import UnusableRate, usable_rate
from tests.funds_api.agreements import agree
from tests.funds_api.rate_files import un_text

pytestmark = pytest.mark.usefixtures("world")

APRIL = ("Mali", "XOF", "1 Apr 2022", "591.5")
CONTRACT = {"base": "USD", "quote": "GBP", "source": "contract", "effective_on": "2022-03-01", "document": "Agreement"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@pytest.fixture
async def manager(clients):
    return await clients("funds", "fund_manager", "fatou")


async def test_a_file_says_how_it_was_read_and_which_rows_were_skipped(manager, units) -> None:
    await agree(units, currency="XOF", amount="1000", agreement_on="2022-03-01", received=None)
    content = un_text(APRIL, ("Japan", "JPY", "1 Apr 2022", "about 121"))
    answer = await manager.post("/v1/exchange-rates/files", content=content, headers=key())
    assert answer.status_code == 200, answer.text
    loaded = answer.json()
    assert (loaded["created"], loaded["skipped"], loaded["separator"]) == (1, 1, "\t")
    (told,) = loaded["warnings"]
    assert told["code"] == "row_skipped"
    assert "about 121" in told["detail"]


async def test_a_wrong_row_of_a_contributions_currency_refuses_the_file(manager, units) -> None:
    await agree(units, currency="XOF", amount="1000", agreement_on="2022-03-01", received=None)
    content = un_text((*APRIL[:3], "about 591"), ("Japan", "JPY", "1 Apr 2022", "121"))
    answer = await manager.post("/v1/exchange-rates/files", content=content, headers=key())
    assert answer.status_code == 422
    assert "about 591" in answer.json()["errors"][0]["detail"]


async def test_a_history_of_any_length_is_compared_with_what_is_held(units) -> None:
    first = date(1999, 1, 1)
    history = [PublishedRate("ecb", "EUR", "USD", Decimal(1), first + timedelta(days), "ECB") for days in range(9000)]
    async with units() as unit:
        assert await rates_held(unit.session, history) == {}


@pytest.mark.parametrize("value", ["99999999900000000", "10000000000", "1234567.8901", "0"])
async def test_a_rate_that_no_column_holds_is_refused(manager, value) -> None:
    answer = await manager.post("/v1/exchange-rates", json={**CONTRACT, "value": value}, headers=key())
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("value", ["1E+999999999", "1E-999999999", "NaN", "Infinity", "1E+10", "1E-11"])
def test_a_rate_of_any_size_is_judged_without_computing_with_it(value) -> None:
    with pytest.raises(UnusableRate):
        usable_rate(Decimal(value))


async def test_an_amount_that_a_tiny_rate_makes_immense_is_refused(manager, clients, units) -> None:
    tiny = {**CONTRACT, "value": "0.0000000001"}
    proposed = await manager.post("/v1/exchange-rates", json=tiny, headers=key())
    assert proposed.status_code == 202
    approver = await clients("funds", "approver", "awa")
    path = f"/v1/proposals/{proposed.json()['id']}/release"
    released = await approver.post(path, headers={**key(), "If-Match": "*"})
    assert released.status_code == 200, released.text
    await agree(units, currency="GBP", amount="1000000000", agreement_on="2022-03-01", received=None)
    body = {"amount": "1000000000", "on": "2022-03-02", "policy": "contract"}
    answer = await manager.post("/v1/contributions/CTB-2022-DNK/receipts", json=body, headers=key())
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "converted-beyond-measure")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"base": "EUR", "quote": "XOF", "value": "1", "source": "contract"}, "off_the_peg"),
        ({"base": "XOF", "quote": "EUR", "value": "655.957", "source": "contract"}, "off_the_peg"),
        ({"base": "EUR", "quote": "XOF", "value": "655.957", "source": "unore"}, "not_of_source"),
        ({"base": "USD", "quote": "EUR", "value": "0.89", "source": "ecb"}, "not_of_source"),
        ({"value": "1", "effective_on": "2099-01-01"}, "too_far_ahead"),
        ({"value": "1", "effective_on": "1900-01-01"}, "date_too_early"),
        ({"value": "1", "effective_on": "0001-01-01"}, "date_out_of_range"),
        ({"value": "1", "effective_on": "9999-12-31"}, "date_out_of_range"),
    ],
)
async def test_what_no_source_says_is_refused(manager, changed, code) -> None:
    answer = await manager.post("/v1/exchange-rates", json={**CONTRACT, **changed}, headers=key())
    assert [fault["code"] for fault in answer.json()["errors"]] == [code]


async def test_the_rate_of_an_agreement_waits_for_a_second_person_and_is_doubted_when_it_is_far(manager) -> None:
    published = {**CONTRACT, "source": "unore", "quote": "NGN", "value": "415.5"}
    assert (await manager.post("/v1/exchange-rates", json=published, headers=key())).status_code == 201
    far = {**CONTRACT, "quote": "NGN", "value": "4155", "effective_on": "2022-03-10"}
    proposed = await manager.post("/v1/exchange-rates", json=far, headers=key())
    assert proposed.status_code == 202
    assert [one["code"] for one in proposed.json()["warnings"]] == ["far_from_others"]
    near = {**far, "value": "420"}
    assert "warnings" not in (await manager.post("/v1/exchange-rates", json=near, headers=key())).json()
